import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { abortAfter, sleep, systemClock } from '../../src/invocation/clock.ts';
import { countTimers, fakeClock } from '../factories.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Whether a promise is resolved, as it changes. */
function watch(promise: Promise<void>) {
  const state = { isDone: false };
  void promise.then(() => {
    state.isDone = true;
  });
  return state;
}

describe('systemClock', () => {
  test('calls back later, unless it is cancelled', async () => {
    const called: string[] = [];
    const cancel = systemClock.after(0, () => called.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => systemClock.after(1, resolve));

    expect(called).toEqual([]);
  });

  test('returns the time', () => {
    const before = Date.now();
    const now = systemClock.now();

    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });
});

describe('sleep', () => {
  test('ends after its time, and leaves nothing at the signal', async () => {
    const clock = fakeClock();
    const { signal } = new AbortController();
    const state = watch(sleep(clock, 100, signal));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    clock.advance(99);
    await settled();
    expect(state.isDone).toBe(false);
    clock.advance(1);
    await settled();

    expect(state.isDone).toBe(true);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('ends with the signal, and leaves no timer behind', async () => {
    const { clock, timers } = countTimers(fakeClock());
    const controller = new AbortController();
    const state = watch(sleep(clock, 100, controller.signal));
    controller.abort();
    await settled();

    expect(state.isDone).toBe(true);
    expect(timers.size).toBe(0);
  });

  test('does not begin where the signal has aborted', async () => {
    const { clock, timers } = countTimers(fakeClock());
    await sleep(clock, 100, AbortSignal.abort());

    expect(timers.size).toBe(0);
  });

  test('needs no signal', async () => {
    const clock = fakeClock();
    const state = watch(sleep(clock, 100));
    clock.advance(100);
    await settled();

    expect(state.isDone).toBe(true);
  });
});

describe('abortAfter', () => {
  test('aborts after its time, with the error', () => {
    const clock = fakeClock();
    const error = new Error('over');
    const { signal } = abortAfter(clock, 100, () => error);
    clock.advance(99);
    expect(signal.aborted).toBe(false);
    clock.advance(1);

    expect(signal.reason).toBe(error);
  });

  test('does not abort once it is cleared', () => {
    const clock = fakeClock();
    const { signal, clear } = abortAfter(clock, 100, () => new Error('over'));
    clear();
    clock.advance(100);

    expect(signal.aborted).toBe(false);
  });
});
