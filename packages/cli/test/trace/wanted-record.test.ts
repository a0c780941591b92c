import { describe, expect, test } from 'vitest';
import { type RecordFlags, wantedRecord } from '../../src/trace/wanted-record.ts';

describe('wantedRecord', () => {
  test.each<[RecordFlags, object]>([
    [{ sequenceNumber: '12' }, { sequenceNumber: '12', shardId: undefined }],
    [{ eventId: 'shardId-000000000001:12' }, { sequenceNumber: '12', shardId: 'shardId-000000000001' }],
    [
      { partitionKey: '', at: 5 },
      { partitionKey: '', at: 5 },
    ],
  ])('reads %o', (flags, expected) => {
    expect(wantedRecord(flags)).toEqual(expected);
  });

  test.each<[RecordFlags, string]>([
    [{}, 'got none'],
    [{ sequenceNumber: '1', partitionKey: 'a', at: 5 }, 'got several'],
    [{ partitionKey: 'a' }, 'Missing --at'],
    [{ sequenceNumber: '1x' }, 'Expected a sequence number, which is all digits, got "1x"'],
    [{ eventId: 'c4ca4238a0b923820dcc509a6f75849b' }, 'For a table, use --sequence-number'],
  ])('refuses %o', (flags, message) => {
    expect(() => wantedRecord(flags)).toThrow(message);
  });
});
