import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDeadline, DeadlineError } from '../../src/invocation/deadline.ts';
import { fakeClock } from '../factories.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** When sending and parking end, in milliseconds from the start. */
function endsOf(remainingMs: number) {
  const ends = { send: -1, park: -1 };
  const startedAt = Date.now();
  const deadline = createDeadline(remainingMs);
  deadline.send.addEventListener('abort', () => {
    ends.send = Date.now() - startedAt;
  });
  deadline.park.addEventListener('abort', () => {
    ends.park = Date.now() - startedAt;
  });
  vi.advanceTimersByTime(remainingMs + 1);
  return ends;
}

describe('createDeadline', () => {
  test.for([
    { remainingMs: 60_000, send: 49_000, park: 59_000 },
    { remainingMs: 10_000, send: 7_000, park: 9_000 },
    { remainingMs: 900_000, send: 889_000, park: 899_000 },
    { remainingMs: 1_000, send: 700, park: 900 },
  ])('of $remainingMs ms ends sending after $send and parking after $park', ({ remainingMs, send, park }) => {
    expect(endsOf(remainingMs)).toEqual({ send, park });
  });

  test('leaves time for each next step, however little there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 900_000 }), (remainingMs) => {
        const { send, park } = endsOf(remainingMs);
        expect(send).toBeLessThan(park);
        expect(park).toBeLessThan(remainingMs);
      }),
    );
  });

  test.for([0, -5])('is over at once with %i ms left', async (remainingMs) => {
    const deadline = createDeadline(remainingMs);
    await vi.advanceTimersByTimeAsync(1);

    expect(deadline.send.reason).toBeInstanceOf(DeadlineError);
    expect(String(deadline.send.reason)).toBe(
      'DeadlineError: The time of the invocation for calling targets is over',
    );
    expect(String(deadline.park.reason)).toBe(
      'DeadlineError: The time of the invocation for parking records is over',
    );
    expect(deadline.msToSend()).toBe(0);
  });

  test('returns how long there is to send', () => {
    const deadline = createDeadline(60_000);
    expect(deadline.msToSend()).toBe(49_000);
    vi.advanceTimersByTime(9_000);
    expect(deadline.msToSend()).toBe(40_000);
    vi.advanceTimersByTime(90_000);
    expect(deadline.msToSend()).toBe(0);
  });

  test('keeps how long there was to send in all', () => {
    const clock = fakeClock();
    const deadline = createDeadline(60_000, clock);
    clock.advance(9_000);

    expect(deadline.totalMs).toBe(49_000);
  });

  test('goes by the clock that it is given', () => {
    const clock = fakeClock();
    const deadline = createDeadline(60_000, clock);

    clock.advance(48_999);
    expect([deadline.send.aborted, deadline.msToSend()]).toEqual([false, 1]);
    clock.advance(1);
    expect([deadline.send.aborted, deadline.msToSend()]).toEqual([true, 0]);
    clock.advance(9_999);
    expect(deadline.park.aborted).toBe(false);
    clock.advance(1);
    expect(deadline.park.aborted).toBe(true);
  });

  test('leaves no timer behind once it is cleared', () => {
    const deadline = createDeadline(60_000);
    expect(vi.getTimerCount()).toBe(2);

    deadline.clear();
    expect(vi.getTimerCount()).toBe(0);
  });
});
