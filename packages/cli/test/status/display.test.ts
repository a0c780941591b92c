import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { openDisplay } from '../../src/status/display.ts';
import { route, statusOf } from '../monitor/statuses.ts';

function outputOf(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  const output = Object.assign(new PassThrough(), { isTTY, columns: 80, rows: 24, write });
  return { output, written };
}

describe('openDisplay', () => {
  test('writes one report after the other where there is no terminal, with what is not read', () => {
    const { output, written } = outputOf(false);
    const display = openDisplay(output);
    display.show({ ...statusOf([route('orders')]), unread: ['queue a: denied'] });
    display.failed('no network');
    display.close();
    expect(written.join('')).toMatch(
      /^orders [\s\S]+of the last 15 min\nqueue a: denied\nNot read again: no network\n$/m,
    );
  });

  test('replaces the status on a terminal, and says when it was read and what became of the next reading', () => {
    const { output, written } = outputOf(true);
    const display = openDisplay(output);
    display.show(statusOf([route('orders')]));
    const first = written.splice(0).join('');
    display.show(statusOf([route('payments')]));
    const second = written.splice(0).join('');
    display.failed('no network');
    const third = written.splice(0).join('');
    display.close();
    expect(first).toMatch(/orders [\s\S]+read at \d\d:\d\d:\d\d, again each minute; Ctrl-C stops it/);
    expect(second).toMatch(/^\r[\s\S]*payments /);
    expect(second).not.toContain('orders');
    expect(third).toMatch(/payments [\s\S]+Not read again: no network/);
  });
});
