import { describe, expect, test } from 'vitest';
import {
  comparePositions,
  isWithin,
  joined,
  orderingKeyOf,
  type Position,
  type Range,
} from '../../src/records/position.ts';
import { kinesisRecord, streamArn } from '../factories.ts';

const at = (sequenceNumber: string | number, part = 0): Position => ({
  sequenceNumber: String(sequenceNumber),
  part,
});
const range = (from: number, to: number): Range => ({ from: at(from), to: at(to) });

describe('comparePositions', () => {
  test('compares sequence numbers as numbers, of whatever length', () => {
    const long = '49590338271490256608559692538361571095921575989136588898';
    const next = '49590338271490256608559692538361571095921575989136588899';

    expect(comparePositions(at('9'), at('10'))).toBeLessThan(0);
    expect(comparePositions(at('10'), at('9'))).toBeGreaterThan(0);
    expect(comparePositions(at(long), at(next))).toBeLessThan(0);
    expect(comparePositions(at(next), at(long))).toBeGreaterThan(0);
    expect(comparePositions(at(long), at(long))).toBe(0);
  });

  test('compares the parts of one record', () => {
    expect(comparePositions(at(5, 1), at(5, 10))).toBeLessThan(0);
    expect(comparePositions(at(5, 10), at(5, 1))).toBeGreaterThan(0);
    expect(comparePositions(at(5, 1), at(5, 1))).toBe(0);
  });

  test('looks at the sequence number before the part', () => {
    expect(comparePositions(at(5, 9), at(6, 0))).toBeLessThan(0);
    expect(comparePositions(at(6, 0), at(5, 9))).toBeGreaterThan(0);
  });
});

describe('isWithin', () => {
  test('includes both ends', () => {
    expect([4, 5, 7, 10, 11].map((number) => isWithin(at(number), range(5, 10)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  test('distinguishes the parts of a record at the ends', () => {
    const parts = { from: at(5, 1), to: at(6, 1) };

    expect([at(5, 0), at(5, 1), at(6, 1), at(6, 2)].map((position) => isWithin(position, parts))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('joined', () => {
  test('is the second range where there is no first', () => {
    expect(joined(undefined, range(1, 2))).toEqual(range(1, 2));
  });

  test.for([
    [range(1, 5), range(3, 8), range(1, 8)],
    [range(3, 8), range(1, 5), range(1, 8)],
    [range(1, 9), range(3, 5), range(1, 9)],
    [range(3, 5), range(1, 9), range(1, 9)],
    [range(1, 5), range(5, 8), range(1, 8)],
    [range(5, 8), range(1, 5), range(1, 8)],
  ] as const)('makes one range of two that overlap: %j and %j', ([one, other, both]) => {
    expect(joined(one, other)).toEqual(both);
  });

  test.for([
    [range(1, 4), range(5, 8)],
    [range(5, 8), range(1, 4)],
  ] as const)('is the second of two that do not overlap: %j and %j', ([one, other]) => {
    expect(joined(one, other)).toEqual(other);
  });
});

describe('orderingKeyOf', () => {
  test('is the partition key of a Kinesis record', () => {
    expect(orderingKeyOf(kinesisRecord({ partitionKey: 'customer 1' }))).toBe('customer 1');
  });

  test("is the item's key of a DynamoDB record", () => {
    const Keys = { id: { S: '1' } };
    const of = (id: string) =>
      orderingKeyOf({
        eventSourceARN: streamArn,
        dynamodb: { SequenceNumber: '1', Keys: { id: { S: id } } },
      });

    expect(of('1')).toBe(JSON.stringify(Keys));
    expect(of('2')).not.toBe(of('1'));
  });

  test('is empty where a record has no key', () => {
    expect(orderingKeyOf({ eventSourceARN: streamArn, dynamodb: { SequenceNumber: '1' } })).toBe('');
    expect(orderingKeyOf({ eventSourceARN: streamArn })).toBe('');
  });
});
