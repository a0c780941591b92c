import { createInterface } from 'node:readline/promises';
import type { KnownNames } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';

/** What an entry needs. */
export interface EntryFlags {
  stream?: string;
  account?: string;
  group?: string;
  function?: string;
}

export type CompleteFlags<T extends EntryFlags> = T & { stream: string; function: string };

export function isComplete<T extends EntryFlags>(flags: T): flags is CompleteFlags<T> {
  return missingOptions(flags).length === 0;
}

/** The options that are missing. */
export function missingOptions({ stream, account, group, function: name }: EntryFlags): string[] {
  return [
    ...(stream === undefined ? ['--stream'] : []),
    ...(account === undefined && group === undefined ? ['--account or --group'] : []),
    ...(name === undefined ? ['--function'] : []),
  ];
}

/**
 * Asks a person for what is missing, one question per line; the tab key completes names from the file.
 *
 * @throws {CommandFailure} when the person leaves
 */
export async function askEntry<T extends EntryFlags>(
  flags: T,
  known: KnownNames,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<CompleteFlags<T>> {
  let offered: string[] = [];
  const terminal = createInterface({
    input,
    output,
    completer: (typed: string): [string[], string] => [
      offered.filter((name) => name.startsWith(typed)),
      typed,
    ],
  });
  let isOpen = true;
  terminal.once('close', () => {
    isOpen = false;
  });
  // Lines that are pasted at once wait here for their question.
  const lines = terminal[Symbol.asyncIterator]();
  const ask: Ask = async (question, names, problemOf) => {
    offered = names;
    for (;;) {
      terminal.setPrompt(`${question}: `);
      if (isOpen) terminal.prompt();
      const { value, done } = await lines.next();
      if (done) throw new CommandFailure('\nInterrupted: nothing is added');
      const answer = value.trim();
      const wrong = answer === '' ? 'expected a name, got nothing' : problemOf(answer);
      if (wrong === undefined) return answer;
      output.write(`${wrong}\n`);
    }
  };

  try {
    const stream = flags.stream ?? (await ask('Stream', known.streams, () => undefined));
    const place = flags.account === undefined && flags.group === undefined ? await askPlace(known, ask) : {};
    const name = flags.function ?? (await ask('Function', [], () => undefined));
    return { ...flags, stream, ...place, function: name };
  } finally {
    terminal.close();
  }
}

type Ask = (
  question: string,
  names: string[],
  problemOf: (answer: string) => string | undefined,
) => Promise<string>;

async function askPlace(
  { accounts, groups }: KnownNames,
  ask: Ask,
): Promise<Pick<EntryFlags, 'account' | 'group'>> {
  const names = [...new Set([...accounts, ...groups])];
  const choices = [
    ...(accounts.length > 0 ? [accounts.join(', ')] : []),
    ...(groups.length > 0 ? [`group ${groups.join(', ')}`] : []),
    '12 digits',
  ].join('; ');
  const answer = await ask(`Account (${choices})`, names, (given) => {
    if (names.includes(given) || /^\d{12}$/.test(given)) return undefined;
    return `expected one of ${[...names, '12 digits'].join(', ')}; got "${given}"`;
  });
  return groups.includes(answer) && !accounts.includes(answer) ? { group: answer } : { account: answer };
}
