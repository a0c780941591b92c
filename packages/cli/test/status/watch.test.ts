import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { watch } from '../../src/status/watch.ts';

/** Watches what is read one after another, to its end. */
async function shownOf(reads: (string | Error)[]): Promise<{ shown: string[]; slept: number[] }> {
  const controller = new AbortController();
  const shown: string[] = [];
  const slept: number[] = [];
  const rest = [...reads];
  await watch({
    async read() {
      const next = rest.shift();
      if (next instanceof Error) throw next;
      return next ?? '';
    },
    show: (text) => void shown.push(text),
    failed: (reason) => void shown.push(reason),
    signal: controller.signal,
    async sleep(ms) {
      slept.push(ms);
      if (rest.length === 0) controller.abort();
    },
  });
  return { shown, slept };
}

describe('watching', () => {
  test('shows what is read each minute, until it is stopped', async () => {
    const { shown, slept } = await shownOf(['one\n', 'two\n']);
    expect(shown).toEqual(['one\n', 'two\n']);
    expect(slept).toEqual([60_000, 60_000]);
  });

  test('goes on where it cannot be read again, and says so', async () => {
    const { shown } = await shownOf(['one\n', new Error('no network'), 'two\n']);
    expect(shown).toEqual(['one\n', 'no network', 'two\n']);
  });

  test('ends where it cannot be read at all', async () => {
    await expect(shownOf([new Error('denied')])).rejects.toThrow('denied');
  });

  test('stops in the middle of a minute', async () => {
    const controller = new AbortController();
    const shown: string[] = [];
    const watching = watch({
      read: async () => 'one\n',
      show: (text) => void shown.push(text),
      failed: (reason) => void shown.push(reason),
      signal: controller.signal,
    });
    await setImmediate();
    controller.abort();
    await watching;
    expect(shown).toEqual(['one\n']);
  });
});
