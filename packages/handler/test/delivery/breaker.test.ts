import { describe, expect, test } from 'vitest';
import { type Breaker, createBreaker } from '../../src/delivery/breaker.ts';
import type { Failure, FailureClass } from '../../src/delivery/failure-class.ts';
import { fakeClock } from '../factories.ts';

const target = 'role of reader';
const other = 'another role of reader';

function failure(failureClass: FailureClass = 'unavailable', reason = 'reason'): Failure {
  return { class: failureClass, reason };
}

function setUp() {
  const clock = fakeClock();
  const breaker = createBreaker(clock.now, () => 0);
  const fail = (count: number, failureClass: FailureClass = 'unavailable') => {
    for (let times = 0; times < count; times++) breaker.targetFailed(target, failure(failureClass));
  };
  const answer = (delivered: number, failed: number) => breaker.answered(target, { delivered, failed });
  return { clock, breaker, fail, answer };
}

/** Seconds until a probe goes out, before each of them. */
function waitsOf(
  breaker: Breaker,
  clock: ReturnType<typeof fakeClock>,
  probes: number,
  afterProbe: () => void,
): number[] {
  return Array.from({ length: probes }, () => {
    let waited = 0;
    while (breaker.ask(target) === 'wait') {
      clock.advance(1_000);
      waited += 1;
    }
    afterProbe();
    return waited;
  });
}

describe('createBreaker', () => {
  test('lets a target be called until it failed five times', () => {
    const { breaker, fail } = setUp();

    expect(breaker.ask(target)).toBe('call');
    fail(4);
    expect([breaker.ask(target), breaker.openedBy(target)]).toEqual(['call', undefined]);
    fail(1);
    expect(breaker.ask(target)).toBe('wait');
  });

  test('calls a target failing from a failure to the next answer', () => {
    const { breaker, fail, answer } = setUp();

    expect(breaker.isFailing(target)).toBe(false);
    fail(1);
    expect([breaker.isFailing(target), breaker.isFailing(other)]).toEqual([true, false]);
    answer(1, 0);
    expect(breaker.isFailing(target)).toBe(false);
  });

  test('does not affect other targets', () => {
    const { breaker, fail } = setUp();
    fail(5);

    expect([breaker.ask(other), breaker.openedBy(other)]).toEqual(['call', undefined]);
  });

  test.for([
    { delivered: 1, failed: 0 },
    { delivered: 0, failed: 1 },
    { delivered: 0, failed: 0 },
  ])(
    'counts failures one after another, without an answer of $delivered delivered and $failed failed',
    ({ delivered, failed }) => {
      const { breaker, fail, answer } = setUp();
      fail(4);
      answer(delivered, failed);
      fail(4);

      expect(breaker.ask(target)).toBe('call');
    },
  );

  test('opens at once for a call without an answer', () => {
    const { breaker, fail } = setUp();
    fail(1, 'deadline');

    expect(breaker.ask(target)).toBe('wait');
    expect(breaker.openedBy(target)).toEqual(failure('deadline'));
  });

  test('returns the last failure', () => {
    const { breaker, fail } = setUp();
    fail(4);
    breaker.targetFailed(target, failure('throttled', 'the fifth'));
    expect(breaker.openedBy(target)).toEqual(failure('throttled', 'the fifth'));

    breaker.targetFailed(target, failure('denied', 'the sixth'));
    expect(breaker.openedBy(target)).toEqual(failure('denied', 'the sixth'));
  });

  test('lets a single call through after half a minute', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);

    clock.advance(29_999);
    expect(breaker.ask(target)).toBe('wait');
    clock.advance(1);
    expect([1, 2, 3].map(() => breaker.ask(target))).toEqual(['probe', 'wait', 'wait']);
    expect(breaker.isFailing(target)).toBe(true);
  });

  test.for([
    { delivered: 1, failed: 0 },
    { delivered: 0, failed: 1 },
  ])('closes with the first answer, of $delivered delivered and $failed failed', ({ delivered, failed }) => {
    const { breaker, clock, fail, answer } = setUp();
    fail(5);
    clock.advance(30_000);
    breaker.ask(target);

    answer(delivered, failed);

    expect([1, 2, 3].map(() => breaker.ask(target))).toEqual(['call', 'call', 'call']);
    expect([breaker.isFailing(target), breaker.openedBy(target)]).toEqual([false, undefined]);
  });

  test('waits twice as long after each probe that failed, up to a minute', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);

    const waits = waitsOf(breaker, clock, 4, () => fail(1));

    expect(waits).toEqual([30, 60, 60, 60]);
  });

  test('waits up to ten minutes where a probe may hang', () => {
    const { breaker, clock, fail } = setUp();
    fail(1, 'deadline');

    const waits = waitsOf(breaker, clock, 8, () => fail(1, 'deadline'));

    expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600, 600]);
  });

  test('comes back to a minute once probes fail at once', () => {
    const { breaker, clock, fail } = setUp();
    fail(1, 'deadline');
    waitsOf(breaker, clock, 4, () => fail(1, 'deadline'));

    expect(waitsOf(breaker, clock, 2, () => fail(1, 'unavailable'))).toEqual([480, 60]);
  });

  test('waits up to ten minutes for a function that fails on everything', () => {
    const { breaker, clock, answer } = setUp();
    answer(0, 10);

    const waits = waitsOf(breaker, clock, 7, () => answer(0, 1));

    expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600]);
  });

  test('begins with half a minute again once the target had answered', () => {
    const { breaker, clock, fail, answer } = setUp();
    fail(5);
    waitsOf(breaker, clock, 3, () => fail(1));

    answer(1, 0);
    fail(5);

    expect(waitsOf(breaker, clock, 1, () => {})).toEqual([30]);
  });

  test('does not count calls that were under way when it opened as probes', () => {
    const { breaker, clock, fail } = setUp();
    fail(12);

    clock.advance(30_000);
    expect(breaker.ask(target)).toBe('probe');
    fail(12);

    clock.advance(59_999);
    expect(breaker.ask(target)).toBe('wait');
    clock.advance(1);
    expect(breaker.ask(target)).toBe('probe');
  });

  test('probes again when a probe was never answered', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    clock.advance(30_000);
    breaker.ask(target);

    clock.advance(29_999);
    expect(breaker.ask(target)).toBe('wait');
    clock.advance(1);
    expect(breaker.ask(target)).toBe('probe');
  });

  describe('probed', () => {
    test('lets another caller probe once the time has come, where the call said nothing about the target', () => {
      const { breaker, clock, fail } = setUp();
      fail(5);
      clock.advance(30_000);
      breaker.ask(target);
      // The probe's caller is busy with it.
      expect(breaker.ask(target, true)).toBe('wait');

      breaker.probed(target);

      expect([breaker.ask(target), breaker.ask(target, true)]).toEqual(['wait', 'probe']);
    });

    test('leaves the wait for the next probe as it is, if one more call fails', () => {
      const { breaker, clock, fail } = setUp();
      fail(5);
      clock.advance(30_000);
      breaker.ask(target);
      breaker.probed(target);
      fail(1);
      clock.advance(30_000);

      expect(breaker.ask(target)).toBe('probe');
    });

    test('does nothing for a target that does not fail', () => {
      const { breaker } = setUp();
      breaker.answered(other, { delivered: 1, failed: 0 });
      breaker.probed(target);
      breaker.probed(other);

      expect([breaker.ask(target), breaker.ask(other)]).toEqual(['call', 'call']);
    });
  });

  test.for([
    { random: 0, waits: [30, 60] },
    { random: 0.5, waits: [23, 45] },
    { random: 1, waits: [15, 30] },
  ])('takes up to a half off each wait: $waits s at $random', ({ random, waits }) => {
    const clock = fakeClock();
    const breaker = createBreaker(clock.now, () => random);
    for (let times = 0; times < 5; times++) breaker.targetFailed(target, failure());

    expect(waitsOf(breaker, clock, 2, () => breaker.targetFailed(target, failure()))).toEqual(waits);
  });

  test('calls for the last time of records half a minute after a failure, however long the interval is', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    waitsOf(breaker, clock, 4, () => fail(1));

    clock.advance(29_999);
    expect([breaker.ask(target, true), breaker.ask(target)]).toEqual(['wait', 'wait']);
    clock.advance(1);
    expect([breaker.ask(target), breaker.ask(target, true)]).toEqual(['wait', 'probe']);
  });

  test('counts half a minute for a last call from the last failure, also of one that was no probe', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    waitsOf(breaker, clock, 4, () => fail(1));
    clock.advance(20_000);
    fail(1);

    clock.advance(29_999);
    expect(breaker.ask(target, true)).toBe('wait');
    clock.advance(1);
    expect(breaker.ask(target, true)).toBe('probe');
  });

  test('does not put a last call off beyond the time of the next probe', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    clock.advance(29_000);
    fail(1);

    clock.advance(1_000);
    expect(breaker.ask(target, true)).toBe('probe');
  });

  test('calls a target that does not fail, for the last time of records too', () => {
    expect(setUp().breaker.ask(target, true)).toBe('call');
  });

  describe('for a function that answers and fails on records', () => {
    test('opens with the tenth record that failed, where none was delivered', () => {
      const { breaker, answer } = setUp();
      for (let times = 0; times < 9; times++) answer(0, 1);
      expect([breaker.ask(target), breaker.isFailing(target)]).toEqual(['call', false]);

      answer(0, 1);

      expect([breaker.ask(target), breaker.isFailing(target)]).toEqual(['wait', true]);
      expect(breaker.openedBy(target)).toEqual({
        class: 'function-error',
        reason: 'The function failed on 10 of 10 records within a minute',
      });
    });

    test('opens when nine times as many records failed as were delivered', () => {
      const { breaker, answer } = setUp();
      answer(2, 0);
      answer(0, 17);
      expect(breaker.ask(target)).toBe('call');

      answer(0, 1);

      expect(breaker.ask(target)).toBe('wait');
      expect(breaker.openedBy(target)?.reason).toBe(
        'The function failed on 18 of 20 records within a minute',
      );
    });

    test('counts what was delivered after the failures, too', () => {
      const { breaker, answer } = setUp();
      answer(0, 9);
      answer(2, 0);
      answer(0, 1);

      expect(breaker.ask(target)).toBe('call');
    });

    test('does not open for a few bad records among many', () => {
      const { breaker, answer } = setUp();
      for (let times = 0; times < 1_000; times++) answer(1, 1);

      expect(breaker.ask(target)).toBe('call');
    });

    test('puts together what happened within a minute, and no more', () => {
      const within = setUp();
      within.answer(0, 9);
      within.clock.advance(60_000);
      within.answer(0, 1);
      expect(within.breaker.ask(target)).toBe('wait');

      const later = setUp();
      later.answer(0, 9);
      later.clock.advance(60_001);
      later.answer(0, 9);
      expect(later.breaker.ask(target)).toBe('call');
    });

    test('forgets after a minute what was delivered before', () => {
      const { breaker, clock, answer } = setUp();
      answer(1_000, 0);
      clock.advance(60_001);
      answer(0, 10);

      expect(breaker.ask(target)).toBe('wait');
    });

    test('counts the records of each target by themselves', () => {
      const { breaker, answer } = setUp();
      answer(0, 9);
      breaker.answered(other, { delivered: 0, failed: 9 });

      expect([breaker.ask(target), breaker.ask(other)]).toEqual(['call', 'call']);
    });

    test('stays open for an answer with which nothing was delivered', () => {
      const { breaker, clock, answer } = setUp();
      answer(0, 10);
      answer(0, 0);
      expect(breaker.ask(target)).toBe('wait');

      clock.advance(90_000);
      answer(0, 0);
      answer(0, 1);
      expect(breaker.openedBy(target)?.class).toBe('function-error');
    });

    test('waits for twice as long after a probe that failed on its record', () => {
      const { breaker, clock, answer } = setUp();
      answer(0, 10);
      clock.advance(30_000);
      expect(breaker.ask(target)).toBe('probe');
      answer(0, 1);
      expect(breaker.openedBy(target)?.reason).toBe(
        'The function failed on 10 of 10 records within a minute',
      );

      clock.advance(59_999);
      expect(breaker.ask(target)).toBe('wait');
      clock.advance(1);
      expect(breaker.ask(target)).toBe('probe');
    });

    test('does not treat an answer whose records are not judged yet as that of the probe', () => {
      const { breaker, clock, answer } = setUp();
      answer(0, 10);
      clock.advance(30_000);
      breaker.ask(target);
      answer(0, 0);

      clock.advance(30_000);
      expect(breaker.ask(target)).toBe('probe');
    });

    test('closes when a minute has passed and a record is delivered', () => {
      const { breaker, clock, answer } = setUp();
      answer(0, 10);
      clock.advance(60_001);

      answer(1, 0);

      expect([breaker.ask(target), breaker.isFailing(target)]).toEqual(['call', false]);
    });

    test('closes when enough is delivered within the minute', () => {
      const { breaker, answer } = setUp();
      answer(0, 10);

      answer(2, 0);

      expect(breaker.ask(target)).toBe('call');
    });

    test('opens anew for records when it was open for the target itself', () => {
      const { breaker, clock, fail, answer } = setUp();
      fail(5);
      waitsOf(breaker, clock, 2, () => fail(1));

      answer(0, 10);

      expect(breaker.openedBy(target)?.class).toBe('function-error');
      expect(waitsOf(breaker, clock, 1, () => {})).toEqual([30]);
    });
  });
});
describe('a function that fails on its records', () => {
  function open() {
    const clock = fakeClock();
    const breaker = createBreaker(clock.now, () => 0);
    breaker.answered('t', { delivered: 0, failed: 10 });
    return { clock, breaker };
  }

  test('is called ever more seldom', () => {
    const { clock, breaker } = open();
    for (const seconds of [30, 60, 120, 240, 480, 600, 600]) {
      clock.advance(seconds * 1_000 - 1);
      expect(breaker.ask('t')).toBe('wait');
      clock.advance(1);
      expect(breaker.ask('t')).toBe('probe');
      breaker.answered('t', { delivered: 0, failed: 0 });
      breaker.answered('t', { delivered: 0, failed: 1 });
    }
  });

  test('is called again from the first record on that it takes', () => {
    const { clock, breaker } = open();
    clock.advance(30_000);
    breaker.ask('t');
    breaker.answered('t', { delivered: 1, failed: 0 });

    expect(breaker.ask('t')).toBe('call');
  });

  test('is called by one caller for records whose time is over', () => {
    const { clock, breaker } = open();
    clock.advance(30_000);

    expect([breaker.ask('t', true), breaker.ask('t', true)]).toEqual(['probe', 'wait']);
  });
});
