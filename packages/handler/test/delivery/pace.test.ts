import { describe, expect, test } from 'vitest';
import { createPace } from '../../src/delivery/pace.ts';
import { fakeClock } from '../factories.ts';

describe('createPace', () => {
  test('expects nothing of a target that has not answered yet', () => {
    const pace = createPace();
    pace.lasted('other', 100, 1, 'answered');

    expect(pace.expectedMs('target')).toBe(0);
  });

  test('expects a call to last as long as the longest of late', () => {
    const pace = createPace();
    pace.lasted('target', 1_000, 1, 'answered');
    pace.lasted('target', 3_000, 1, 'answered');

    expect(pace.expectedMs('target')).toBe(3_000);
  });

  test('fades a long call by a fifth with each shorter one, down to a tenth after about ten', () => {
    const pace = createPace();
    pace.lasted('target', 1_000, 1, 'answered');

    pace.lasted('target', 10, 1, 'answered');
    expect(pace.expectedMs('target')).toBeCloseTo(800);
    for (let times = 1; times < 10; times++) pace.lasted('target', 10, 1, 'answered');
    expect(pace.expectedMs('target')).toBeCloseTo(107.37, 1);
  });

  test('never expects less than the last call lasted', () => {
    const pace = createPace();
    pace.lasted('target', 1_000, 1, 'answered');
    pace.lasted('target', 900, 1, 'answered');

    expect(pace.expectedMs('target')).toBe(900);
  });

  test('knows of no record that fits into a time before the first call', () => {
    const pace = createPace();

    expect(pace.recordsWithin('target', 1_000_000)).toBe(0);
  });

  test('goes by the call that took the least for each record', () => {
    const pace = createPace();
    pace.lasted('target', 500, 1, 'answered');
    expect(pace.recordsWithin('target', 1_000)).toBe(2);

    pace.lasted('target', 1_000, 100, 'answered');
    expect(pace.recordsWithin('target', 1_000)).toBe(100);
  });

  test('counts at least one record, also if it takes longer', () => {
    const pace = createPace();
    pace.lasted('target', 3_000, 1, 'answered');

    expect(pace.recordsWithin('target', 1_000)).toBe(1);
  });

  test('does not learn what records take from a call that failed', () => {
    const pace = createPace();
    pace.lasted('target', 10, 100, 'failed');
    expect(pace.recordsWithin('target', 1_000)).toBe(0);
    pace.lasted('target', 1_000, 10, 'answered');
    pace.lasted('target', 10, 100, 'failed');

    expect(pace.recordsWithin('target', 1_000)).toBe(10);
    expect(pace.expectedMs('target')).toBe(800);
  });

  test('learns from a call without an answer that its records take at least as long', () => {
    const pace = createPace();
    pace.lasted('target', 50_000, 100, 'no-answer');
    expect(pace.recordsWithin('target', 10_000)).toBe(20);
    pace.lasted('target', 50_000, 1_000, 'no-answer');
    expect(pace.recordsWithin('target', 10_000)).toBe(20);
    pace.lasted('target', 50_000, 50, 'no-answer');

    expect(pace.recordsWithin('target', 10_000)).toBe(10);
  });

  describe('for the records of one call', () => {
    const setUp = () => {
      const clock = fakeClock();
      const pace = createPace(clock.now);
      /** For a call that is to last no longer than 30 s. */
      const most = (hadNoAnswer = false) => pace.mostRecords('target', 30_000, hadNoAnswer);
      return { clock, pace, most };
    };

    test('has no limit while the target answers, however long it takes', () => {
      const { pace, most } = setUp();
      expect(most()).toBe(Number.POSITIVE_INFINITY);
      pace.lasted('target', 40_000, 1, 'answered');

      expect(most()).toBe(Number.POSITIVE_INFINITY);
    });

    test('goes by what a record takes for ten minutes after a call without an answer', () => {
      const { clock, pace, most } = setUp();
      pace.lasted('target', 49_000, 400, 'no-answer');
      pace.lasted('target', 30_000, 100, 'answered');
      expect(most()).toBe(195);
      clock.advance(599_999);
      expect(most()).toBe(195);
      clock.advance(1);

      expect(most()).toBe(Number.POSITIVE_INFINITY);
    });

    test('is less than what had no answer, and one at least', () => {
      const { pace, most } = setUp();
      pace.lasted('target', 10, 100, 'answered');
      pace.lasted('target', 49_000, 4_000, 'no-answer');
      pace.lasted('target', 49_000, 2_000, 'no-answer');
      pace.lasted('target', 49_000, 3_000, 'no-answer');
      expect(most()).toBe(1_224);
      pace.lasted('target', 1_000, 1_000, 'answered');
      expect(most()).toBe(1_999);
      pace.lasted('target', 49_000, 1, 'no-answer');

      expect(most()).toBe(1);
    });

    test('is no less than what was answered, whatever a record took then', () => {
      const { pace, most } = setUp();
      pace.lasted('target', 49_000, 100, 'no-answer');
      pace.lasted('target', 40_000, 50, 'answered');
      pace.lasted('target', 40_000, 1, 'answered');
      for (let times = 0; times < 20; times += 1) pace.lasted('target', 40_000, 1, 'answered');
      expect(most()).toBe(50);
      pace.lasted('target', 49_000, 50, 'no-answer');

      expect(most()).toBe(1);
    });

    test('has no limit any more once as many were answered', () => {
      const { pace, most } = setUp();
      pace.lasted('target', 49_000, 100, 'no-answer');
      pace.lasted('target', 40_000, 99, 'answered');
      expect(most()).toBe(99);
      pace.lasted('target', 40_000, 100, 'answered');

      expect(most()).toBe(Number.POSITIVE_INFINITY);
    });

    test('counts what had no answer anew after ten minutes', () => {
      const { clock, pace, most } = setUp();
      pace.lasted('target', 49_000, 2, 'no-answer');
      clock.advance(600_000);
      pace.lasted('target', 10, 100, 'failed');
      pace.lasted('target', 40_000, 2, 'answered');
      pace.lasted('target', 49_000, 100, 'no-answer');

      expect(most()).toBe(2);
    });

    test('has a limit for records that had no answer elsewhere: a batch of the stream while nothing is known', () => {
      const { pace, most } = setUp();
      expect(most(true)).toBe(100);
      pace.lasted('target', 1_000, 10, 'answered');
      expect(most(true)).toBe(300);
      pace.lasted('target', 40_000, 400, 'answered');

      expect(most(true)).toBe(400);
    });
  });

  test('follows a function that gets slower, by a quarter with each call', () => {
    const pace = createPace();
    pace.lasted('target', 1_000, 100, 'answered');
    pace.lasted('target', 100_000, 100, 'answered');
    expect(pace.recordsWithin('target', 1_000)).toBe(80);
    for (let times = 1; times < 40; times++) pace.lasted('target', 100_000, 100, 'answered');

    expect(pace.recordsWithin('target', 1_000)).toBe(1);
  });

  test('is slow for two minutes once it was left behind, and twice as long each time after', () => {
    const clock = fakeClock();
    const pace = createPace(clock.now);
    const minutesSlow = () => {
      let minutes = 0;
      for (; pace.isSlow('target'); minutes++) clock.advance(60_000);
      return minutes;
    };
    const leave = () => {
      pace.leftBehind('target');
      return minutesSlow();
    };

    expect([leave(), leave(), leave(), leave(), leave(), leave(), leave()]).toEqual([
      2, 4, 8, 16, 32, 60, 60,
    ]);
    pace.heldUp('target', 0);
    expect(leave()).toBe(2);
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

  test('distinguishes long calls from the wait of neighbours', () => {
    const pace = createPace();
    pace.lasted('target', 60_000, 1, 'answered');
    expect(pace.isSlow('target')).toBe(false);

    pace.heldUp('target', 60_000);
    expect(pace.expectedMs('target')).toBe(60_000);
  });
});
