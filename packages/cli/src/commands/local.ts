import { resolve } from 'node:path';
import { Command } from 'commander';
import {
  assemblyOption,
  configOption,
  faultsOption,
  jsonOption,
  seedOption,
  wholeNumber,
} from './options.ts';

interface LocalFlags {
  config: string;
  assembly?: string;
  port: number;
  functions?: string;
  faults?: string;
  seed?: number;
  json: boolean;
}

export function localCommand(): Command {
  return new Command('local')
    .description('Run the routes in a local AWS that stays up for your own producers.')
    .addOption(configOption())
    .addOption(assemblyOption())
    .option('--port <n>', 'port of the endpoint, 0 for any free one', wholeNumber(0, 65_535), 4580)
    .option('--functions <dir>', 'target functions: <function name>.mjs, exporting handler(event, context)')
    .addOption(faultsOption())
    .addOption(seedOption())
    .addOption(jsonOption('print {endpoint, region, credentials, deliveries} as one line when ready'))
    .action(async (flags: LocalFlags) => {
      const [
        { startLocalAws },
        { withAssembly },
        { renderReady },
        { abortOnSignal },
        { withLocalErrors },
        { step },
        { readFaults },
      ] = await Promise.all([
        import('@xacct/local'),
        import('../with-assembly.ts'),
        import('../render/local-ready.ts'),
        import('../abort-on-signal.ts'),
        import('../local-errors.ts'),
        import('../render/progress.ts'),
        import('../read-faults.ts'),
      ]);
      const signal = abortOnSignal();
      const faults = await readFaults(flags);
      await withAssembly(flags, (assembly) =>
        withLocalErrors(async () => {
          const startedAt = new Date().toISOString().slice(0, 19).replaceAll(':', '.');
          const say = (line: string) => void process.stderr.write(`${line}\n`);
          const aws = await step(
            'Starting the local AWS',
            () =>
              startLocalAws({
                assembly,
                deliveries: resolve('.xacct/deliveries', startedAt),
                port: flags.port,
                faults,
                seed: flags.seed,
                ...(flags.functions !== undefined && { functions: resolve(flags.functions) }),
                events: {
                  onLog: (name, line) => {
                    if (!isMetrics(line)) say(`[${name}] ${line}`);
                  },
                  onProblem: say,
                  onCall: ({ action, error, message }) => {
                    if (error !== undefined) say(`${action} failed: ${error}: ${message}`);
                  },
                },
              }),
            ({ endpoint }) => `Local AWS at ${endpoint}`,
          );
          try {
            const drawn = aws.faults();
            if (drawn !== undefined) say(`Faults are drawn from the seed ${drawn.seed}`);
            const { endpoint, region, credentials, deliveries } = aws;
            process.stdout.write(
              flags.json
                ? `${JSON.stringify({ endpoint, region, credentials, deliveries })}\n`
                : renderReady(aws),
            );
            await aborted(signal);
          } finally {
            await aws.stop();
          }
        }),
      );
    });
}

/** What the forwarder counts is for CloudWatch. */
function isMetrics(line: string): boolean {
  return line.startsWith('{"_aws":');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    // A timer keeps the process up; the endpoint alone would too, until it is told to stop.
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
