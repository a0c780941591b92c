import { Command, CommanderError } from 'commander';
import { CommandFailure } from './command-failure.ts';
import { addCommand } from './commands/add.ts';
import { demoCommand } from './commands/demo.ts';
import { deployCommand } from './commands/deploy.ts';
import { destroyCommand } from './commands/destroy.ts';
import { diffCommand } from './commands/diff.ts';
import { exportCommand } from './commands/export.ts';
import { limitsCommand } from './commands/limits.ts';
import { localCommand } from './commands/local.ts';
import { parkedCommand } from './commands/parked.ts';
import { redriveCommand } from './commands/redrive.ts';
import { synthCommand } from './commands/synth.ts';
import { validateCommand } from './commands/validate.ts';

/** Exit codes: 0 done, 1 the work failed, 2 wrong usage. */
const WRONG_USAGE = 2;

/** Runs the command that the arguments name, and sets the exit code. */
export async function run(): Promise<void> {
  const program = new Command('xacct')
    .description('Route streams in one AWS account to Lambda functions in many others, from one file.')
    .addHelpText('after', '\nExit codes: 0 done, 1 the work failed, 2 wrong usage.')
    .showHelpAfterError('Add --help for what is allowed.')
    .exitOverride();
  const commands = [
    addCommand(),
    validateCommand(),
    synthCommand(),
    diffCommand(),
    deployCommand(),
    destroyCommand(),
    demoCommand(),
    localCommand(),
    exportCommand(),
    limitsCommand(),
    parkedCommand(),
    redriveCommand(),
  ];
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
  }

  try {
    await program.parseAsync();
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
