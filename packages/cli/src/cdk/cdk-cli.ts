import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { CommandFailure } from '../terminal/command-failure.ts';
import { findCdkCli } from './find-cdk-cli.ts';

/** The CDK's command line, in a process of its own. */
export interface CdkCli {
  /** Runs it to its end. */
  run(args: readonly string[], options: CdkRunOptions): Promise<CdkEnded>;
}

export interface CdkRunOptions {
  /** Interrupts it, as Ctrl-C does. CloudFormation finishes what it has begun. */
  signal: AbortSignal;
  /** Called with each line that it writes to standard output or standard error. */
  onLine?: (line: string) => void;
}

export interface CdkEnded {
  /** Null if a signal ended it. */
  code: number | null;
  lines: string[];
}

/**
 * @param executable another CDK CLI than the one that is found
 * @throws {CommandFailure} when there is none; from `run`, if it cannot be started
 */
export function createCdkCli(profile: string | undefined, executable = process.env.XACCT_CDK): CdkCli {
  const [command, ...first] = executable === undefined ? findCdkCli() : [executable];
  // Notices ask the network, each time.
  const last = ['--no-notices', '--no-color', ...(profile === undefined ? [] : ['--profile', profile])];
  return {
    async run(args, { signal, onLine }) {
      const child = spawn(command ?? '', [...first, ...args, ...last], { stdio: ['ignore', 'pipe', 'pipe'] });
      const interrupt = () => child.kill('SIGINT');
      signal.addEventListener('abort', interrupt, { once: true });
      const lines: string[] = [];
      for (const input of [child.stdout, child.stderr]) {
        createInterface({ input }).on('line', (line) => {
          lines.push(line);
          onLine?.(line);
        });
      }
      try {
        return await new Promise((resolve, reject) => {
          child.once('error', ({ code }: NodeJS.ErrnoException) => {
            reject(new CommandFailure(`${command}: the CDK CLI cannot be started (${code})`));
          });
          child.once('close', (code) => resolve({ code, lines }));
        });
      } finally {
        signal.removeEventListener('abort', interrupt);
      }
    },
  };
}
