import { describe, expect, test } from 'vitest';
import { createBreaker } from '../src/breaker.ts';
import type { FailureClass } from '../src/failure-class.ts';
import { fakeClock } from './factories.ts';

const target = 'arn:aws:lambda:us-west-2:222222222222:function:reader';
const other = 'arn:aws:lambda:us-west-2:333333333333:function:reader';

function setUp() {
  const clock = fakeClock();
  const breaker = createBreaker(clock.now);
  const fail = (count: number, failure: FailureClass = 'unavailable') => {
    for (let times = 0; times < count; times++) breaker.failed(target, failure);
  };
  return { clock, breaker, fail };
}

describe('createBreaker', () => {
  test('lets a target be called until it failed five times', () => {
    const { breaker, fail } = setUp();

    expect(breaker.allows(target)).toBe(true);
    fail(4);
    expect(breaker.allows(target)).toBe(true);
    fail(1);
    expect(breaker.allows(target)).toBe(false);
  });

  test('calls a target failing from a failure to the next success', () => {
    const { breaker, fail } = setUp();

    expect(breaker.isFailing(target)).toBe(false);
    fail(1);
    expect([breaker.isFailing(target), breaker.isFailing(other)]).toEqual([true, false]);
    breaker.succeeded(target);
    expect(breaker.isFailing(target)).toBe(false);
  });

  test('leaves other targets alone', () => {
    const { breaker, fail } = setUp();
    fail(5);

    expect(breaker.allows(other)).toBe(true);
  });

  test('counts failures one after another', () => {
    const { breaker, fail } = setUp();
    fail(4);
    breaker.succeeded(target);
    fail(4);

    expect(breaker.allows(target)).toBe(true);
  });

  test('opens after two calls that lasted to the end of the invocation', () => {
    const { breaker, fail } = setUp();
    fail(1, 'deadline');
    expect(breaker.allows(target)).toBe(true);
    fail(1, 'deadline');
    expect(breaker.allows(target)).toBe(false);
  });

  test.for(['too-large', 'breaker-open'] as const)('does not count %s', (failure) => {
    const { breaker, fail } = setUp();
    fail(100, failure);

    expect(breaker.allows(target)).toBe(true);
  });

  test('lets a single call through after half a minute', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);

    clock.advance(29_999);
    expect(breaker.allows(target)).toBe(false);
    clock.advance(1);
    expect([1, 2, 3].map(() => breaker.allows(target))).toEqual([true, false, false]);
  });

  test('closes with the first call that succeeds', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    clock.advance(30_000);
    breaker.allows(target);

    breaker.succeeded(target);

    expect([1, 2, 3].map(() => breaker.allows(target))).toEqual([true, true, true]);
  });

  test('waits twice as long after each probe that failed, up to ten minutes', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    const waits: number[] = [];
    for (let probe = 0; probe < 8; probe++) {
      let waited = 0;
      while (!breaker.allows(target)) {
        clock.advance(1_000);
        waited += 1;
      }
      waits.push(waited);
      fail(1);
    }

    expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600, 600]);
  });

  test('takes calls that were under way when it opened for no probes', () => {
    const { breaker, clock, fail } = setUp();
    fail(12);

    clock.advance(30_000);
    expect(breaker.allows(target)).toBe(true);
    fail(12);

    clock.advance(60_000);
    expect(breaker.allows(target)).toBe(true);
  });

  test('probes again when a probe was never answered', () => {
    const { breaker, clock, fail } = setUp();
    fail(5);
    clock.advance(30_000);
    breaker.allows(target);

    clock.advance(30_000);
    expect(breaker.allows(target)).toBe(true);
  });
});
