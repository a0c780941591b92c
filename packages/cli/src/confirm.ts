import { createInterface } from 'node:readline/promises';
import { CommandFailure } from './command-failure.ts';

/**
 * Fails before any work where a person would have to be asked, and there is none.
 *
 * @throws {CommandFailure} without a terminal
 */
export function checkCanAsk(yes: boolean): void {
  if (yes || (process.stdin.isTTY && process.stderr.isTTY)) return;
  throw new CommandFailure('Missing --yes: without a terminal there is nobody to ask', 2);
}

/**
 * Asks a person on the terminal.
 *
 * @throws {CommandFailure} unless the answer is yes
 */
export async function confirm(question: string, refused: string, signal: AbortSignal): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailure(refused);
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw new CommandFailure(`\n${refused}`);
    throw error;
  } finally {
    terminal.close();
  }
}
