import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { askEntry, type EntryFlags } from '../../src/add/ask-entry.ts';
import { CommandFailure } from '../../src/terminal/command-failure.ts';

const known = { accounts: ['analytics', 'both'], groups: ['everyone', 'both'], streams: ['orders'] };

describe('askEntry', () => {
  test('asks for all that is missing, of lines typed at once too', async () => {
    const { flags, shown } = await answer({}, 'orders\nanalytics\nreader\n');
    expect(flags).toEqual({ stream: 'orders', account: 'analytics', function: 'reader' });
    expect(shown).toBe('Stream: Account (analytics, both; group everyone, both; 12 digits): Function: ');
  });

  test('keeps what is given, and asks for nothing else', async () => {
    const { flags, shown } = await answer({ group: 'everyone', function: 'f' }, ' orders \n');
    expect(flags).toEqual({ stream: 'orders', group: 'everyone', function: 'f' });
    expect(shown).toBe('Stream: ');
  });

  test.each([
    ['everyone', { group: 'everyone' }],
    ['both', { account: 'both' }],
    ['222222222222', { account: '222222222222' }],
  ])('finds %s as the file defines it', async (line, place) => {
    const { flags } = await answer({ stream: 's', function: 'f' }, `${line}\n`);
    expect(flags).toEqual({ stream: 's', function: 'f', ...place });
  });

  test('asks again after an answer that is not allowed', async () => {
    const { flags, shown } = await answer({ stream: 's', function: 'f' }, '\nnobody\nanalytics\n');
    expect(flags).toMatchObject({ account: 'analytics' });
    expect(shown).toContain(': expected a name, got nothing\n');
    expect(shown).toContain(': expected one of analytics, both, everyone, 12 digits; got "nobody"\n');
  });

  test('ends when the person leaves', async () => {
    for (const lines of ['', 'orders\n', 'orders\nanalytics']) {
      const input = new PassThrough().end(lines);
      const asking = askEntry({}, known, input, new PassThrough());
      await expect(asking).rejects.toThrow(new CommandFailure('\nInterrupted: nothing is added'));
    }
  });
});

async function answer(given: EntryFlags, lines: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  const shown = text(output);
  input.write(lines);
  const flags = await askEntry(given, known, input, output);
  output.end();
  return { flags, shown: await shown };
}
