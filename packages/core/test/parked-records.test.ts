import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeParkedRecords, encodeParkedRecords, type ParkedFacts } from '../src/index.ts';

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
};

/** What a message of SQS may hold. */
const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

describe('encodeParkedRecords', () => {
  test('writes the facts first, then the records as they are', () => {
    expect(encodeParkedRecords(facts, ['{"a":1}', '{"b":2}'])).toBe(
      '{"xacct":"parked/1","route":"orders","streamArn":"arn:aws:kinesis:us-west-2:111111111111:stream/orders",' +
        '"target":"arn:aws:lambda:us-west-2:222222222222:function:reader","shardId":"shardId-000000000000",' +
        '"firstSequenceNumber":"1","lastSequenceNumber":"2","failure":"throttled",' +
        '"reason":"TooManyRequestsException: Rate Exceeded.","attempts":3,"parkedAt":"2026-01-01T00:00:00.000Z",' +
        '"count":2,"Records":[{"a":1},{"b":2}]}',
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

describe('decodeParkedRecords', () => {
  test.each([
    ['', 'nothing'],
    ['{', 'no JSON'],
    ['null', 'null'],
    ['{"xacct":"parked/2"}', 'another version'],
    [encodeParkedRecords(facts, []), 'no records'],
    [encodeParkedRecords(facts, ['1']), 'a record that is no object'],
    [encodeParkedRecords({ ...facts, attempts: 0 }, ['{}']), 'no attempt'],
  ])('does not read %s (%s)', (text) => {
    expect(decodeParkedRecords(text)).toBeUndefined();
  });
});
