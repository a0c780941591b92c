import { createInterface } from 'node:readline/promises';
import { CommandFailure } from './command-failure.ts';

/**
 * Fails before any work if a person would have to be asked and there is no terminal.
 *
 * @throws {CommandFailure} without a terminal
 */
export function checkCanAsk(yes: boolean): void {
  if (yes || (process.stdin.isTTY && process.stderr.isTTY)) return;
  throw new CommandFailure('Missing --yes: without a terminal, xacct cannot ask', 2);
}

/**
 * Asks a person on the terminal, and waits for an answer, Ctrl-C or Ctrl-D.
 *
 * @throws {CommandFailure} unless the answer is yes
 */
export async function confirm(
  question: string,
  refused: string,
  {
    signal,
    input = process.stdin,
    output = process.stderr,
  }: { signal: AbortSignal; input?: NodeJS.ReadableStream; output?: NodeJS.WritableStream },
): Promise<void> {
  const terminal = createInterface({ input, output });
  const leave = () => terminal.close();
  signal.addEventListener('abort', leave, { once: true });
  try {
    const lines = terminal[Symbol.asyncIterator]();
    terminal.setPrompt(`${question} [y/N] `);
    terminal.prompt();
    const { value, done } = await lines.next();
    if (done) throw new CommandFailure(`\n${refused}`);
    if (!/^y(es)?$/i.test(value.trim())) throw new CommandFailure(refused);
  } finally {
    signal.removeEventListener('abort', leave);
    terminal.close();
  }
}
