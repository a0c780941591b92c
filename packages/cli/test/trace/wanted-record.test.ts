import type { Stream } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { type RecordFlags, wantedRecord } from '../../src/trace/wanted-record.ts';

const OF_TABLE = 'c4ca4238a0b923820dcc509a6f75849b';

describe('wantedRecord', () => {
  test.each<[Stream['service'], RecordFlags, object]>([
    ['kinesis', { sequenceNumber: '12' }, { sequenceNumber: '12', shardId: undefined }],
    ['dynamodb', { sequenceNumber: '12' }, { sequenceNumber: '12', shardId: undefined }],
    [
      'kinesis',
      { eventId: 'shardId-000000000001:12' },
      { sequenceNumber: '12', shardId: 'shardId-000000000001' },
    ],
    ['dynamodb', { eventId: OF_TABLE }, { eventId: OF_TABLE, at: undefined }],
    ['dynamodb', { eventId: OF_TABLE, at: 5 }, { eventId: OF_TABLE, at: 5 }],
    ['kinesis', { partitionKey: '', at: 5 }, { partitionKey: '', at: 5 }],
    ['dynamodb', { partitionKey: 'a', at: 5 }, { partitionKey: 'a', at: 5 }],
  ])('reads for %s %o', (service, flags, wanted) => {
    expect(wantedRecord(flags, service)).toEqual({ service, wanted });
  });

  test.each<[Stream['service'], RecordFlags, string]>([
    ['kinesis', {}, 'got none'],
    ['kinesis', { sequenceNumber: '1', partitionKey: 'a', at: 5 }, 'got several'],
    ['dynamodb', { partitionKey: 'a' }, 'Missing --at'],
    ['dynamodb', { sequenceNumber: '1x' }, 'Expected a sequence number, which is all digits, got "1x"'],
    ['kinesis', { eventId: OF_TABLE }, `such as shardId-000000000000:4959…, got "${OF_TABLE}"`],
    ['dynamodb', { eventId: 'shardId-1:1' }, 'which is 32 hexadecimal digits, got "shardId-1:1"'],
  ])('refuses for %s %o', (service, flags, message) => {
    expect(() => wantedRecord(flags, service)).toThrow(message);
  });
});
