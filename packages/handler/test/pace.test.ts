import { describe, expect, test } from 'vitest';
import { createPace } from '../src/pace.ts';

describe('createPace', () => {
  test('expects nothing of a target that has not answered yet', () => {
    const pace = createPace();
    pace.lasted('other', 100, 1);

    expect(pace.expectedMs('target')).toBe(0);
  });

  test('expects a call to last as long as the longest of late', () => {
    const pace = createPace();
    pace.lasted('target', 1_000, 1);
    pace.lasted('target', 3_000, 1);

    expect(pace.expectedMs('target')).toBe(3_000);
  });

  test('fades a long call by a fifth with each shorter one, down to a tenth after about ten', () => {
    const pace = createPace();
    pace.lasted('target', 1_000, 1);

    pace.lasted('target', 10, 1);
    expect(pace.expectedMs('target')).toBeCloseTo(800);
    for (let times = 1; times < 10; times++) pace.lasted('target', 10, 1);
    expect(pace.expectedMs('target')).toBeCloseTo(107.37, 1);
  });

  test('never expects less than the last call lasted', () => {
    const pace = createPace();
    pace.lasted('target', 1_000, 1);
    pace.lasted('target', 900, 1);

    expect(pace.expectedMs('target')).toBe(900);
  });

  test('calls a target slow that held up its neighbours for ten seconds', () => {
    const pace = createPace();

    expect(pace.isSlow('target')).toBe(false);
    pace.heldUp('target', 9_999);
    expect(pace.isSlow('target')).toBe(false);
    pace.heldUp('target', 1);
    expect([pace.isSlow('target'), pace.isSlow('other')]).toEqual([true, false]);
  });

  test('begins to count again with each time that the target is done in time', () => {
    const pace = createPace();
    pace.heldUp('target', 9_000);
    pace.heldUp('target', 0);
    pace.heldUp('target', 9_999);
    expect(pace.isSlow('target')).toBe(false);

    pace.heldUp('target', 1);
    expect(pace.isSlow('target')).toBe(true);
    pace.heldUp('target', 0);
    expect(pace.isSlow('target')).toBe(false);
  });

  test('tells long calls from the wait of neighbours', () => {
    const pace = createPace();
    pace.lasted('target', 60_000, 1);
    expect(pace.isSlow('target')).toBe(false);

    pace.heldUp('target', 60_000);
    expect(pace.expectedMs('target')).toBe(60_000);
  });
});
