import { beforeEach, describe, expect, test } from 'vitest';
import { createWakeup } from '../../src/shared/wakeup.ts';
import { steppedClock } from '../factories.ts';

const never = new AbortController().signal;
let clock: ReturnType<typeof steppedClock>;
let wakeup: ReturnType<typeof createWakeup>;

beforeEach(() => {
  clock = steppedClock();
  wakeup = createWakeup(clock);
});

/** Whether it has resolved by the time that all that is due has run. */
async function isOver(waiting: Promise<void>): Promise<boolean> {
  const pending = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([waiting.then(() => true), pending]);
}

describe('createWakeup', () => {
  test('wakes all waiting callers at the next change, and none that come later', async () => {
    const waiting = [wakeup.wait(1000, never), wakeup.wait(Number.POSITIVE_INFINITY, never)];
    wakeup.notify();
    await Promise.all(waiting);
    expect(await isOver(wakeup.wait(1000, never))).toBe(false);
  });

  test('wakes when the time has come, and not before', async () => {
    const waiting = wakeup.wait(1000, never);
    clock.advance(999);
    expect(await isOver(waiting)).toBe(false);
    clock.advance(1);
    expect(await isOver(waiting)).toBe(true);
  });

  test('rejects when the signal aborts', async () => {
    const controller = new AbortController();
    const waiting = wakeup.wait(Number.POSITIVE_INFINITY, controller.signal);
    controller.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});
