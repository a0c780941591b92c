import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openDisplay } from '../../src/status/open-display.ts';
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
    failed: (reason, last) => void shown.push(`${last}not read: ${reason}\n`),
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

  test('goes on where it cannot be read again, and shows what was there', async () => {
    const { shown } = await shownOf(['one\n', new Error('no network'), 'two\n']);
    expect(shown).toEqual(['one\n', 'one\nnot read: no network\n', 'two\n']);
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

describe('the display', () => {
  function outputOf(isTTY: boolean) {
    const written: string[] = [];
    const output = {
      ...{ isTTY, columns: 80, rows: 5 },
      write: (text: string) => void written.push(text),
      on: () => {},
      off: () => {},
    };
    return { output, written };
  }

  test('writes one report after the other where there is no terminal', () => {
    const { output, written } = outputOf(false);
    const display = openDisplay(output);
    display.show('one\n');
    display.show('two\n');
    display.close();
    expect(written).toEqual(['one\n', 'two\n']);
  });

  test('replaces the report on a terminal, and shows as much as fits', () => {
    const { output, written } = outputOf(true);
    const display = openDisplay(output);
    display.show('1\n2\n3\n4\n5\n');
    const first = written.at(-1);
    display.show('new\n');
    const second = written.at(-1);
    display.failed('no', 'new\n');
    const third = written.at(-1);
    display.close();
    expect(first).toContain('1\n2\n3\nRead again each minute; Ctrl-C stops it\n');
    expect(first).not.toContain('4\n');
    expect(second).toMatch(/^\r.*new\nRead again/s);
    expect(third).toContain('Not read again: no\nnew\n');
  });
});
