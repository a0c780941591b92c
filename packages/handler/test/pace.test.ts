import { describe, expect, test } from 'vitest';
import { createPace } from '../src/pace.ts';

describe('createPace', () => {
  test('expects a call to last as long as the longest of late', () => {
    const pace = createPace();
    expect(pace.expectedMs('a')).toBe(0);
    pace.lasted('a', 1_000);
    pace.lasted('a', 10);

    expect(pace.expectedMs('a')).toBe(800);
    expect(pace.expectedMs('b')).toBe(0);
  });

  test('calls a target slow that has held up its neighbours for ten seconds in all', () => {
    const pace = createPace();
    pace.heldUp('a', 4_000);
    pace.heldUp('a', 5_999);
    expect(pace.isSlow('a')).toBe(false);
    pace.heldUp('a', 1);

    expect([pace.isSlow('a'), pace.isSlow('b')]).toEqual([true, false]);
  });

  test('forgets it once the target is in time', () => {
    const pace = createPace();
    pace.heldUp('a', 20_000);
    pace.heldUp('a', 0);

    expect(pace.isSlow('a')).toBe(false);
  });
});
