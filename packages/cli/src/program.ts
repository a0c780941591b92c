import { Command } from 'commander';
import manifest from '#manifest' with { type: 'json' };
import { addCommand } from './add/command.ts';
import { demoCommand } from './demo/command.ts';
import { deployCommand } from './deploy/command.ts';
import { destroyCommand } from './destroy/command.ts';
import { diffCommand } from './diff/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { exportCommand } from './export/command.ts';
import { initCommand } from './init/command.ts';
import { limitsCommand } from './limits/command.ts';
import { localCommand } from './local/command.ts';
import { parkedCommand } from './parked/command.ts';
import { pauseCommand } from './pause/command.ts';
import { redriveCommand } from './redrive/command.ts';
import { resumeCommand } from './resume/command.ts';
import { statusCommand } from './status/command.ts';
import { synthCommand } from './synth/command.ts';
import { runProgram } from './terminal/run-program.ts';
import { traceCommand } from './trace/command.ts';
import { validateCommand } from './validate/command.ts';

/** Runs the command that the arguments name, and sets the exit code. */
export async function run(argv = process.argv): Promise<void> {
  const program = new Command('xacct')
    .description('Route streams in one AWS account to Lambda functions in many others, from one file.')
    .addHelpText('after', '\nExit codes: 0 done, 1 the work failed, 2 wrong usage.')
    .version(manifest.version)
    .showHelpAfterError('Add --help for what is allowed.')
    .exitOverride();
  const commands = [
    initCommand(),
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
    doctorCommand(),
    statusCommand(),
    parkedCommand(),
    redriveCommand(),
    pauseCommand(),
    resumeCommand(),
    traceCommand(),
  ];
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
  }

  await runProgram(program, argv);
}
