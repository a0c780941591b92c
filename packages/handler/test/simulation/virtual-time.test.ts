import { describe, expect, test } from 'vitest';
import { createEnvironmentClock } from '../../simulation/environment-clock.ts';
import { createVirtualTime } from '../../simulation/virtual-time.ts';

describe('createVirtualTime', () => {
  test('runs events by their time, and those of one time in the order of their making', async () => {
    const time = createVirtualTime(0);
    const ran: string[] = [];
    for (const [name, at] of [
      ['c', 7],
      ['a', 3],
      ['b', 3],
      ['d', 1_000],
    ] as const) {
      time.at(at, () => ran.push(`${name} at ${time.now()}`));
    }

    await time.runUntil(999);

    expect(ran).toEqual(['a at 3', 'b at 3', 'c at 7']);
    expect(time.now()).toBe(999);
  });

  test('runs all promise jobs of an event before the next event', async () => {
    const time = createVirtualTime(0);
    const ran: string[] = [];
    const slowly = async () => {
      for (let turn = 0; turn < 1_000; turn++) await Promise.resolve();
      process.nextTick(async () => {
        await new Promise<void>((resolve) => queueMicrotask(resolve));
        ran.push('first');
      });
    };
    time.at(1, () => void slowly());
    time.at(1, () => ran.push('second'));

    await time.runUntil(1);

    expect(ran).toEqual(['first', 'second']);
  });

  test('runs no event that is cancelled', async () => {
    const time = createVirtualTime(0);
    const ran: string[] = [];
    const cancel = time.after(5, () => ran.push('cancelled'));
    time.after(1, cancel);

    await time.runUntil(10);

    expect(ran).toEqual([]);
  });

  test('rejects with what an event throws', async () => {
    const time = createVirtualTime(0);
    time.after(5, () => {
      throw new Error('broken');
    });

    await expect(time.runUntil(10)).rejects.toThrow('broken');
  });
});

describe('createEnvironmentClock', () => {
  test('fires no timer while the environment is frozen, and those that are overdue when it is thawed', async () => {
    const time = createVirtualTime(0);
    const { clock, thaw, freeze } = createEnvironmentClock(time);
    const fired: string[] = [];
    thaw();
    clock.after(10, () => fired.push(`early at ${clock.now()}`));
    clock.after(30, () => fired.push(`late at ${clock.now()}`));
    const cancel = clock.after(10, () => fired.push('cancelled'));
    time.at(5, freeze);
    time.at(20, cancel);
    time.at(50, thaw);

    await time.runUntil(100);

    expect(fired).toEqual(['early at 50', 'late at 50']);
  });

  test('fires nothing any more once the environment is gone', async () => {
    const time = createVirtualTime(0);
    const { clock, thaw, kill } = createEnvironmentClock(time);
    const fired: string[] = [];
    thaw();
    clock.after(10, () => fired.push('timer'));
    time.at(5, kill);
    time.at(50, thaw);

    await time.runUntil(100);

    expect(fired).toEqual([]);
  });
});
