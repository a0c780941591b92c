import { type Command, CommanderError } from 'commander';
import { CommandFailure } from './command-failure.ts';

/** Exit codes: 0 done, 1 the work failed, 2 wrong usage. */
const WRONG_USAGE = 2;

/** Runs a program, and sets the exit code. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  try {
    await program.exitOverride().parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
    } else if (error instanceof CommandFailure) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = error.exitCode;
    } else {
      throw error;
    }
  }
}
