import { encodeParkedRecords, encodeParkedReference } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { readKeptRecords } from '../src/kept-records.ts';

const streamArn = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
const target = 'arn:aws:lambda:us-west-2:222222222222:function:reader';
const functionArn = 'arn:aws:lambda:us-west-2:111111111111:function:xacct-forwarder-default';

describe('readKeptRecords', () => {
  test('reads parked records, which wait for one target', () => {
    const facts = {
      route: 'orders',
      streamArn,
      target,
      shardId: 'shardId-000000000000',
      firstSequenceNumber: '1',
      lastSequenceNumber: '2',
      failure: 'denied',
      reason: 'AccessDenied: no',
      attempts: 1,
      parkedAt: '2026-01-01T00:00:00.000Z',
    };
    const text = encodeParkedRecords(facts, ['{"eventID":"a"}', '{"eventID":"b"}']);

    expect(readKeptRecords(text)).toEqual({ streamArn, targetArn: target, eventIds: ['a', 'b'] });
  });

  test('leaves the records of a message that refers to an object to that object', () => {
    const facts = {
      route: 'orders',
      streamArn,
      target,
      shardId: 'shardId-000000000000',
      firstSequenceNumber: '1',
      lastSequenceNumber: '2',
      failure: 'denied',
      reason: 'AccessDenied: no',
      attempts: 1,
      parkedAt: '2026-01-01T00:00:00.000Z',
    };
    expect(readKeptRecords(encodeParkedReference(facts, 2, 'waiting/orders/a.json'))).toBeUndefined();
  });

  test('reads a batch that an event source mapping gave up', () => {
    const text = JSON.stringify({
      requestContext: { functionArn },
      KinesisBatchInfo: { streamArn },
      payload: JSON.stringify({ Records: [{ eventID: 'a' }] }),
    });

    expect(readKeptRecords(text)).toEqual({ streamArn, forwarderArn: functionArn, eventIds: ['a'] });
  });

  test('reads the same of a table, and of a stream that a consumer reads', () => {
    const tableArn = 'arn:aws:dynamodb:us-west-2:111111111111:table/items/stream/2026-01-15T12:00:00.000';
    const text = JSON.stringify({
      requestContext: { functionArn },
      DDBStreamBatchInfo: { streamArn: tableArn },
      payload: JSON.stringify({ Records: [{ eventID: 'a' }] }),
    });
    expect(readKeptRecords(text)).toEqual({
      streamArn: tableArn,
      forwarderArn: functionArn,
      eventIds: ['a'],
    });

    const facts = {
      route: 'orders',
      streamArn: `${streamArn}/consumer/orders:1`,
      target,
      shardId: 'shardId-000000000000',
      firstSequenceNumber: '1',
      lastSequenceNumber: '1',
      failure: 'denied',
      reason: 'AccessDenied: no',
      attempts: 1,
      parkedAt: '2026-01-01T00:00:00.000Z',
    };
    const parked = encodeParkedRecords(facts, ['{"eventID":"a"}']);
    expect(readKeptRecords(parked)).toMatchObject({ streamArn });
  });

  test.for(['{}', '{"KinesisBatchInfo":{}}'])('does not know %s', (text) => {
    expect(readKeptRecords(text)).toBeUndefined();
  });
});
