import { describe, expect, test } from 'vitest';
import { createBreaker } from '../src/breaker.ts';
import type { Failure } from '../src/failure-class.ts';
import { fakeClock } from './factories.ts';

const down: Failure = { class: 'unavailable', reason: 'ServiceException' };
const silent: Failure = { class: 'deadline', reason: 'no answer' };

function setUp() {
  const clock = fakeClock();
  const breaker = createBreaker(clock.now);
  const fail = (times: number, failure = down) => {
    for (let time = 0; time < times; time++) breaker.targetFailed('a', failure);
  };
  return { breaker, clock, fail };
}

describe('createBreaker', () => {
  test('allows calls to a target that it does not know', () => {
    const { breaker } = setUp();

    expect(breaker.ask('a')).toBe('call');
    expect(breaker.isFailing('a')).toBe(false);
    expect(breaker.openedBy('a')).toBeUndefined();
  });

  test('opens with the fifth failure in a row, and says by what', () => {
    const { breaker, fail } = setUp();
    fail(4);
    expect([breaker.ask('a'), breaker.isFailing('a')]).toEqual(['call', true]);

    fail(1);
    expect([breaker.ask('a'), breaker.openedBy('a')]).toEqual(['wait', down]);
  });

  test('opens at once for a target that does not answer', () => {
    const { breaker, fail } = setUp();
    fail(1, silent);

    expect([breaker.ask('a'), breaker.openedBy('a')]).toEqual(['wait', silent]);
  });

  test('counts anew after an answer', () => {
    const { breaker, fail } = setUp();
    fail(4);
    breaker.answered('a', { delivered: 0, failed: 0 });
    expect(breaker.isFailing('a')).toBe(false);
    fail(4);

    expect(breaker.ask('a')).toBe('call');
  });

  test('judges each target by itself', () => {
    const { breaker, fail } = setUp();
    fail(5);

    expect(breaker.ask('b')).toBe('call');
  });

  test('lets one probe through after 30 s, and later each time up to 10 min', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    for (const seconds of [30, 60, 120, 240, 480, 600, 600]) {
      clock.advance(seconds * 1_000 - 1);
      expect(breaker.ask('a')).toBe('wait');
      clock.advance(1);
      expect([breaker.ask('a'), breaker.ask('a')]).toEqual(['probe', 'wait']);
      fail(1);
    }
  });

  test('is not put off by calls that began before it opened', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    fail(3);
    clock.advance(30_000);

    expect(breaker.ask('a')).toBe('probe');
  });

  test('gives a probe that never ended another chance after the same time', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    clock.advance(30_000);
    expect(breaker.ask('a')).toBe('probe');
    clock.advance(29_999);
    expect(breaker.ask('a')).toBe('wait');
    clock.advance(1);

    expect(breaker.ask('a')).toBe('probe');
  });

  test.for([
    { delivered: 1, failed: 0 },
    { delivered: 0, failed: 1 },
    { delivered: 0, failed: 0 },
  ])('closes with any answer of the function: %j', (records) => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    clock.advance(30_000);
    breaker.ask('a');
    breaker.answered('a', records);

    expect([breaker.ask('a'), breaker.isFailing('a')]).toEqual(['call', false]);
  });

  test('lets records through whose time is over, half a minute after a failure', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    clock.advance(30_000);
    breaker.ask('a');
    fail(1);
    clock.advance(29_999);
    expect(breaker.ask('a', true)).toBe('wait');
    clock.advance(1);

    expect([breaker.ask('a'), breaker.ask('a', true)]).toEqual(['wait', 'probe']);
  });

  describe('with a function that answers', () => {
    test('opens when it failed on ten records and took fewer than one in ten', () => {
      const { breaker } = setUp();
      breaker.answered('a', { delivered: 1, failed: 9 });
      expect(breaker.ask('a')).toBe('call');
      breaker.answered('a', { delivered: 0, failed: 1 });

      expect(breaker.ask('a')).toBe('wait');
      expect(breaker.openedBy('a')).toEqual({
        class: 'function-error',
        reason: 'The function failed on 10 of 11 records within a minute',
      });
    });

    test('stays closed with fewer records, or with more that it took', () => {
      const { breaker } = setUp();
      breaker.answered('a', { delivered: 0, failed: 9 });
      breaker.answered('b', { delivered: 2, failed: 17 });

      expect([breaker.ask('a'), breaker.ask('b')]).toEqual(['call', 'call']);
    });

    test('forgets after a minute', () => {
      const { breaker, clock } = setUp();
      breaker.answered('a', { delivered: 0, failed: 9 });
      clock.advance(60_001);
      breaker.answered('a', { delivered: 0, failed: 9 });

      expect(breaker.ask('a')).toBe('call');
    });

    test('stays open while it fails on records, and closes with the first that it takes', () => {
      const { breaker, clock } = setUp();
      breaker.answered('a', { delivered: 0, failed: 10 });
      clock.advance(30_000);
      expect(breaker.ask('a')).toBe('probe');
      breaker.answered('a', { delivered: 0, failed: 1 });
      clock.advance(59_999);
      expect(breaker.ask('a')).toBe('wait');
      clock.advance(1);
      expect(breaker.ask('a')).toBe('probe');
      breaker.answered('a', { delivered: 1, failed: 0 });

      expect(breaker.ask('a')).toBe('call');
    });
  });
});
