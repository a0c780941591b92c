import { describe, expect, test } from 'vitest';
import { waitMs } from '../src/retry-schedule.ts';

const minutes = 60_000;

describe('waitMs', () => {
  test.for(['reported', 'function-error', 'too-large', 'deadline'] as const)(
    'waits for three times the age after %s',
    (failure) => {
      expect(waitMs(failure, 0, 0)).toBe(30_000);
      expect(waitMs(failure, 10_000, 0)).toBe(30_000);
      expect(waitMs(failure, 8 * minutes, 0)).toBe(24 * minutes);
      expect(waitMs(failure, 600 * minutes, 0)).toBe(1_800 * minutes);
    },
  );

  test.for(['throttled', 'unavailable', 'credentials', 'denied', 'refused', 'breaker-open'] as const)(
    'waits for half of the age, 30 s to 15 min, after %s',
    (failure) => {
      expect(waitMs(failure, 0, 0)).toBe(30_000);
      expect(waitMs(failure, 59_000, 0)).toBe(30_000);
      expect(waitMs(failure, 4 * minutes, 0)).toBe(2 * minutes);
      expect(waitMs(failure, 600 * minutes, 0)).toBe(15 * minutes);
    },
  );

  test('does not wait for what was not called for want of time', () => {
    expect(waitMs('untried', 600 * minutes, 0)).toBe(0);
  });

  test('takes up to a half off at random', () => {
    expect(waitMs('denied', 0, 1)).toBe(15_000);
    expect(waitMs('reported', 8 * minutes, 0.5)).toBe(18 * minutes);
  });
});
