import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeParkedRecords,
  encodeParkedRecords,
  encodeParkedReference,
  type ParkedFacts,
} from '../../src/index.ts';

const facts: ParkedFacts = {
  route: 'orders',
  streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
  target: 'arn:aws:lambda:us-west-2:222222222222:function:reader',
  shardId: 'shardId-000000000000',
  firstSequenceNumber: '1',
  lastSequenceNumber: '2',
  failure: 'throttled',
  reason: 'TooManyRequestsException: Rate Exceeded.',
  attempts: 3,
  parkedAt: '2026-01-01T00:00:00.000Z',
  dueAt: '2026-01-01T00:15:00.000Z',
  hops: 4,
};

/** The same as an earlier version writes them. */
const EARLIER = {
  xacct: 'parked/1',
  route: 'orders',
  streamArn: facts.streamArn,
  target: facts.target,
  shardId: facts.shardId,
  firstSequenceNumber: '1',
  lastSequenceNumber: '2',
  failure: 'throttled',
  reason: facts.reason,
  attempts: 3,
  parkedAt: facts.parkedAt,
  count: 1,
  Records: [{ a: 1 }],
};

const OBJECT = 'waiting/orders/0123456789abcdef';

/** What a message of SQS may hold. */
const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

describe('encodeParkedRecords', () => {
  test('writes the facts first, then the records as they are', () => {
    expect(encodeParkedRecords(facts, ['{"a":1}', '{"b":2}'])).toBe(
      '{"xacct":"parked/2","route":"orders","streamArn":"arn:aws:kinesis:us-west-2:111111111111:stream/orders",' +
        '"target":"arn:aws:lambda:us-west-2:222222222222:function:reader","shardId":"shardId-000000000000",' +
        '"firstSequenceNumber":"1","lastSequenceNumber":"2","failure":"throttled",' +
        '"reason":"TooManyRequestsException: Rate Exceeded.","attempts":3,"parkedAt":"2026-01-01T00:00:00.000Z",' +
        '"dueAt":"2026-01-01T00:15:00.000Z","hops":4,"count":2,"Records":[{"a":1},{"b":2}]}',
    );
  });

  test('writes only what a queue accepts, whatever the records hold', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ufffe', '\uffff', '\ud800', '\0', '\u007f'),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ partitionKey: anyText }), { minLength: 1 }), (records) => {
        const text = encodeParkedRecords(
          facts,
          records.map((record) => JSON.stringify(record)),
        );
        expect(text).toMatch(allowed);
        expect(decodeParkedRecords(text)).toEqual({ ...facts, count: records.length, records });
      }),
    );
  });
});

describe('encodeParkedReference', () => {
  test('writes the facts, the number of records and the object that holds them', () => {
    expect(JSON.parse(encodeParkedReference(facts, 2, OBJECT))).toEqual({
      xacct: 'parked/2',
      ...facts,
      count: 2,
      object: OBJECT,
    });
  });

  test('writes only what a queue accepts, whatever the reason says', () => {
    const reason = 'Error: \ufffe\uffff\ud800';
    const text = encodeParkedReference({ ...facts, reason }, 1, OBJECT);
    expect(text).toMatch(allowed);
    expect(decodeParkedRecords(text)?.reason).toBe(reason);
  });
});

describe('decodeParkedRecords', () => {
  test('reads a reference, which holds no records itself', () => {
    expect(decodeParkedRecords(encodeParkedReference(facts, 2, OBJECT))).toEqual({
      ...facts,
      count: 2,
      object: OBJECT,
      records: [],
    });
  });

  test('reads what an earlier version has written, without a time when it is due and without hops', () => {
    const { xacct: _, Records: records, ...others } = EARLIER;
    expect(decodeParkedRecords(JSON.stringify(EARLIER))).toEqual({ ...others, records });
  });

  test('reads records that were parked without a call', () => {
    expect(decodeParkedRecords(encodeParkedRecords({ ...facts, attempts: 0 }, ['{}']))?.attempts).toBe(0);
  });

  test.each([
    ['', 'nothing'],
    ['{', 'no JSON'],
    ['null', 'null'],
    ['{"xacct":"parked/2"}', 'no facts'],
    [JSON.stringify({ ...EARLIER, xacct: 'parked/3' }), 'a later version'],
    [JSON.stringify({ ...EARLIER, Records: undefined }), 'neither records nor an object'],
    [encodeParkedRecords(facts, []), 'no records'],
    [encodeParkedRecords(facts, ['1']), 'a record that is no object'],
    [encodeParkedRecords({ ...facts, attempts: -1 }, ['{}']), 'fewer attempts than none'],
    [encodeParkedRecords({ ...facts, attempts: 0.5 }, ['{}']), 'half of an attempt'],
    [encodeParkedRecords({ ...facts, hops: -1 }, ['{}']), 'fewer hops than none'],
    [encodeParkedReference(facts, 1, ''), 'an object without a key'],
    [encodeParkedReference(facts, 0, OBJECT), 'an object of no records'],
  ])('does not read %s (%s)', (text) => {
    expect(decodeParkedRecords(text)).toBeUndefined();
  });
});
