import { encodeParkedRecords, limits } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { cutRecords, isTooLarge, toKeptRecords } from '../../src/redrive/cut-records.ts';

const FACTS = {
  route: 'orders',
  streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
  target: 'arn:aws:lambda:us-west-2:999999999999:function:reader',
  shardId: 'shardId-000000000001',
  failure: 'given-up',
  reason: 'why',
  attempts: 0,
  hops: 0,
  parkedAt: '2026-11-20T10:00:00.000Z',
};

const kinesisRecord = (sequenceNumber: string, data: string) => ({ kinesis: { sequenceNumber, data } });
const longest = '9'.repeat(56);

describe('cutRecords', () => {
  test.each([
    ['few bytes', 'a', 1, 0],
    ['characters of several bytes', 'ü€😀', 300_000, 0],
    ['characters that are escaped in a message', '\ufffe\uffff', 300_000, 0],
    ['a reason that takes much of a message', 'a', 200_000, 500_000],
  ])('keeps every message within its limit, as full as it can be, with %s', (_, text, times, reasonBytes) => {
    const facts = { ...FACTS, reason: 'r'.repeat(reasonBytes) };
    const piece = text.repeat(Math.ceil(times / 10));
    const records = Array.from({ length: 40 }, () => kinesisRecord(longest, piece));
    const parcels = cutRecords(facts, toKeptRecords(records));
    expect(parcels.flatMap(({ texts }) => texts)).toEqual(records.map((record) => JSON.stringify(record)));
    const bytes = parcels.map((parcel) => Buffer.byteLength(encodeParkedRecords(parcel.facts, parcel.texts)));
    for (const [index, parcel] of parcels.entries()) {
      expect(parcel.fitsMessage).toBe(true);
      expect(bytes[index]).toBeLessThanOrEqual(limits.sqs.messageBytes);
      const next = parcels[index + 1];
      if (next === undefined) continue;
      const withNext = encodeParkedRecords(parcel.facts, [...parcel.texts, next.texts[0] ?? '']);
      expect(Buffer.byteLength(withNext)).toBeGreaterThan(limits.sqs.messageBytes - 1024);
    }
  });

  test('puts a record that fits into no message into a parcel of its own, between the others', () => {
    const records = ['a', 'b'.repeat(limits.sqs.messageBytes), 'c'].map((data, index) =>
      kinesisRecord(String(index), data),
    );
    const parcels = cutRecords(FACTS, toKeptRecords(records));
    expect(parcels.map(({ facts, fitsMessage }) => [facts.firstSequenceNumber, fitsMessage])).toEqual([
      ['0', true],
      ['1', false],
      ['2', true],
    ]);
  });

  test('names the first and the last record of each parcel, of a Kinesis stream or of a table', () => {
    const of = (...records: object[]) => cutRecords(FACTS, toKeptRecords(records))[0]?.facts;
    expect(of(kinesisRecord('1', 'a'), kinesisRecord('2', 'b'))).toMatchObject({
      firstSequenceNumber: '1',
      lastSequenceNumber: '2',
    });
    expect(of({ dynamodb: { SequenceNumber: '3' } })).toMatchObject({
      firstSequenceNumber: '3',
      lastSequenceNumber: '3',
    });
  });
});

describe('isTooLarge', () => {
  test('looks at the payload of an invocation with the one record', () => {
    const around = Buffer.byteLength('{"Records":[{"data":""}]}');
    const isTooLargeWith = (bytes: number) =>
      toKeptRecords([{ data: 'a'.repeat(bytes - around) }]).map(isTooLarge);
    expect(isTooLargeWith(limits.invoke.requestResponsePayloadBytes)).toEqual([false]);
    expect(isTooLargeWith(limits.invoke.requestResponsePayloadBytes + 1)).toEqual([true]);
  });
});
