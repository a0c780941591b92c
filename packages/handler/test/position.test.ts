import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparePositions, isWithin, joined, orderingKeyOf } from '../src/position.ts';

const at = (sequenceNumber: string, part = 0) => ({ sequenceNumber, part });

describe('comparePositions', () => {
  test('orders sequence numbers as numbers, whatever their length', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 56n }),
        fc.bigInt({ min: 0n, max: 10n ** 56n }),
        (a, b) => {
          expect(Math.sign(comparePositions(at(String(a)), at(String(b))))).toBe(a < b ? -1 : a > b ? 1 : 0);
        },
      ),
    );
  });

  test('orders the parts of one record', () => {
    expect(comparePositions(at('5', 1), at('5', 2))).toBeLessThan(0);
    expect(comparePositions(at('5', 9), at('6', 0))).toBeLessThan(0);
  });
});

describe('isWithin', () => {
  test.for([
    ['1', false],
    ['2', true],
    ['9', true],
    ['10', false],
  ] as const)('includes both ends: %s', ([number, expected]) => {
    expect(isWithin(at(number), { from: at('2'), to: at('9') })).toBe(expected);
  });
});

describe('joined', () => {
  const range = (from: string, to: string) => ({ from: at(from), to: at(to) });

  test('makes one range of two that overlap', () => {
    expect(joined(range('2', '6'), range('4', '9'))).toEqual(range('2', '9'));
    expect(joined(range('4', '9'), range('2', '6'))).toEqual(range('2', '9'));
    expect(joined(range('2', '9'), range('4', '6'))).toEqual(range('2', '9'));
  });

  test('keeps the second of two that do not', () => {
    expect(joined(range('2', '3'), range('5', '6'))).toEqual(range('5', '6'));
    expect(joined(range('5', '6'), range('2', '3'))).toEqual(range('2', '3'));
    expect(joined(undefined, range('2', '3'))).toEqual(range('2', '3'));
  });
});

describe('orderingKeyOf', () => {
  test('is the partition key of a Kinesis record, and the key of a table item', () => {
    const eventSourceARN = 'arn';
    const kinesis = { sequenceNumber: '1', partitionKey: 'key', data: '' };

    expect(orderingKeyOf({ eventSourceARN, kinesis })).toBe('key');
    expect(orderingKeyOf({ eventSourceARN, dynamodb: { Keys: { id: { S: 'a' } } } })).toBe(
      '{"id":{"S":"a"}}',
    );
    expect(orderingKeyOf({ eventSourceARN, dynamodb: {} })).toBe('');
  });
});
