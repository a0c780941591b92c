import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smallest } from '../../src/values/smallest.ts';

describe('smallest', () => {
  test('finds the first number for which the rule holds, or the last one where it never does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.nat(100), fc.integer(), (low, size, from) => {
        const high = low + size;
        const expected = Math.min(high, Math.max(low, from));
        expect(smallest(low, high, (number) => number >= from)).toBe(expected);
      }),
    );
  });

  test('asks about no number outside of the range', () => {
    const asked: number[] = [];
    smallest(3, 9, (number) => {
      asked.push(number);
      return false;
    });
    expect(asked.every((number) => number >= 3 && number < 9)).toBe(true);
  });
});
