import { describe, expect, test } from 'vitest';
import type { FailureClass } from '../../src/delivery/failure-class.ts';
import { waitMs } from '../../src/parking/wait.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Ages in ms at which records are sent again that always fail. */
function agesAtCalls(failure: FailureClass, count: number, isAlone: boolean): number[] {
  const ages: number[] = [];
  let age = 0;
  while (ages.length < count) {
    age += waitMs(failure, age, 0, isAlone);
    ages.push(age);
  }
  return ages;
}

describe('waitMs', () => {
  test('waits as long as a queue can for a paused target, whenever the records were parked', () => {
    const waits = [0, hour, 48 * hour].map((age) => waitMs('paused', age, 0.5));

    expect(waits).toEqual([15 * minute, 15 * minute, 15 * minute]);
  });

  describe.for(['function-error', 'reported', 'too-large', 'deadline'] as const)('for %s', (failure) => {
    test('waits half a minute first, then three times the age, however old the records are', () => {
      const waits = [0, 10 * second, 10 * second + 1, 30 * second, 2 * minute, 8 * hour].map((age) =>
        waitMs(failure, age, 0, true),
      );

      expect(waits).toEqual([30 * second, 30 * second, 30 * second + 3, 90 * second, 6 * minute, 24 * hour]);
    });

    test('calls at 0.5, 2, 8 and 32 min, then at about 2 and 8.5 h', () => {
      expect(agesAtCalls(failure, 6, true)).toEqual([
        0.5 * minute,
        2 * minute,
        8 * minute,
        32 * minute,
        128 * minute,
        512 * minute,
      ]);
    });
  });

  describe.for([
    'throttled',
    'unavailable',
    'credentials',
    'denied',
    'refused',
    'breaker-open',
    'not-routed',
    'given-up',
    'left-behind',
    'deadline',
  ] as const)('for %s', (failure) => {
    test('waits half of the age, from half a minute to a quarter of an hour', () => {
      const waits = [0, minute, minute + 2, 10 * minute, 30 * minute, 31 * minute, 24 * hour].map((age) =>
        waitMs(failure, age, 0),
      );

      expect(waits).toEqual([
        30 * second,
        30 * second,
        30 * second + 1,
        5 * minute,
        15 * minute,
        15 * minute,
        15 * minute,
      ]);
    });
  });

  test('waits for a target with a single record as with many', () => {
    expect([false, true].map((isAlone) => waitMs('throttled', hour, 0, isAlone))).toEqual([
      15 * minute,
      15 * minute,
    ]);
  });

  test('lets what was not called for want of time go at once, whatever its age', () => {
    expect([0, minute, 24 * hour].map((age) => waitMs('untried', age, 0))).toEqual([0, 0, 0]);
  });

  test.for([
    ['throttled', 0, [30_000, 22_500, 15_000]],
    ['throttled', 24 * hour, [900_000, 675_000, 450_000]],
    ['function-error', hour, [10_800_000, 8_100_000, 5_400_000]],
  ] as const)('takes up to a half of the wait off at random, for %s after %i ms', ([failure, age, waits]) => {
    expect([0, 0.5, 1].map((random) => waitMs(failure, age, random))).toEqual(waits);
  });

  test('is a count of milliseconds without a fraction', () => {
    expect(waitMs('throttled', 0, 0.123_456_789)).toBe(28_148);
  });
});
