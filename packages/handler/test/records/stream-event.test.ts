import { describe, expect, test } from 'vitest';
import { EventError, sequenceNumberOf, shardIdOf } from '../../src/records/stream-event.ts';
import { kinesisRecord, streamArn } from '../factories.ts';

const ofTable = { eventSourceARN: streamArn, eventID: 'a:b', dynamodb: { SequenceNumber: '7' } };
const { eventID: _, ...withoutId } = kinesisRecord();

describe('EventError', () => {
  test('has a name of its own', () => {
    expect(new EventError('no').name).toBe('EventError');
  });
});

describe('sequenceNumberOf', () => {
  test.for([
    ['Kinesis', kinesisRecord({ sequenceNumber: '5' }), '5'],
    ['DynamoDB', ofTable, '7'],
    ['neither', { eventSourceARN: streamArn }, ''],
  ] as const)('reads that of a record of %s', ([, record, expected]) => {
    expect(sequenceNumberOf(record)).toBe(expected);
  });
});

describe('shardIdOf', () => {
  test.for([
    ['Kinesis, from its event id', kinesisRecord(), 'shardId-000000000000'],
    ['Kinesis without an event id', withoutId, ''],
    ['DynamoDB, which does not tell', ofTable, ''],
  ] as const)('reads that of a record of %s', ([, record, expected]) => {
    expect(shardIdOf(record)).toBe(expected);
  });
});
