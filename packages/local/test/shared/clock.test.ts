import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('systemClock', () => {
  test('sleeps for the time asked for', async () => {
    let awake = false;
    const slept = systemClock.sleep(1000).then(() => {
      awake = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await slept;
    expect(awake).toBe(true);
  });

  test('wakes with the reason of an abort, and leaves no timer', async () => {
    const stopped = new AbortController();
    const slept = systemClock.sleep(1000, stopped.signal);
    stopped.abort(new Error('stopped'));
    await expect(slept).rejects.toThrow('stopped');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not sleep when it is stopped already', async () => {
    await expect(systemClock.sleep(1000, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect(vi.getTimerCount()).toBe(0);
  });
});
