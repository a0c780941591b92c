import { describe, expect, test } from 'vitest';
import { readGivenUpBatch } from '../../src/bucket/given-up-batch.ts';
import { givenUpBatch } from './given-up-batches.ts';

const batchObject = JSON.parse(givenUpBatch({ payload: 'object' }));

describe('readGivenUpBatch', () => {
  test('reads a batch of a DynamoDB stream', () => {
    const { KinesisBatchInfo, ...rest } = batchObject;
    const streamArn = 'arn:aws:dynamodb:us-west-2:111111111111:table/carts/stream/2026-01-01T00:00:00.000';
    const Records = [{ eventID: '1', dynamodb: { SequenceNumber: '5' } }];
    const text = JSON.stringify({
      ...rest,
      DDBStreamBatchInfo: { ...KinesisBatchInfo, streamArn },
      payload: JSON.stringify({ Records }),
    });
    expect(readGivenUpBatch(text)).toEqual({
      streamArn,
      shardId: 'shardId-000000000001',
      condition: 'RetryAttemptsExhausted',
      invocations: 11,
      timestamp: '2026-11-20T09:00:00.000Z',
      records: Records,
    });
  });

  test('needs no facts that are only for the reason', () => {
    const { approximateInvokeCount: _, ...requestContext } = batchObject.requestContext;
    const { shardId: __, ...KinesisBatchInfo } = batchObject.KinesisBatchInfo;
    const batch = readGivenUpBatch(JSON.stringify({ ...batchObject, requestContext, KinesisBatchInfo }));
    expect(batch).toMatchObject({ shardId: '', invocations: undefined });
  });

  test.each([
    ['no JSON', 'x'],
    ['no object', '[1]'],
    ['no facts about a batch', JSON.stringify({ ...batchObject, KinesisBatchInfo: undefined })],
    ['no stream', JSON.stringify({ ...batchObject, KinesisBatchInfo: { shardId: 's' } })],
    ['no condition', JSON.stringify({ ...batchObject, requestContext: {} })],
    ['no time', JSON.stringify({ ...batchObject, timestamp: 5 })],
    ['no event, as a queue gets it', JSON.stringify({ ...batchObject, payload: undefined })],
    ['an event that is no JSON', JSON.stringify({ ...batchObject, payload: '<Whole Event>' })],
    ['no record', JSON.stringify({ ...batchObject, payload: { Records: [] } })],
    ['a record that is none', JSON.stringify({ ...batchObject, payload: { Records: [null] } })],
  ])('does not read a text with %s', (_, text) => {
    expect(readGivenUpBatch(text)).toBeUndefined();
  });
});
