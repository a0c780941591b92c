import { join } from 'node:path';
import { Command } from 'commander';
import { CommandFailure } from '../terminal/command-failure.ts';
import {
  assemblyOption,
  configOption,
  faultsOption,
  jsonOption,
  seedOption,
  wholeNumber,
} from '../terminal/options.ts';

interface DemoFlags {
  config: string;
  assembly?: string;
  records?: number;
  input?: string;
  timeout: number;
  faults?: string;
  seed?: number;
  json: boolean;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Run the routes in a local AWS: put real events on every stream and account for each at every target.',
    )
    .addOption(configOption())
    .addOption(assemblyOption())
    .option(
      '--records <n>',
      'records for every routed stream (default: each event once)',
      wholeNumber(1, 1_000_000),
    )
    .option('--input <file>', 'events, one JSON document a line (default: sample webhooks of GitHub)')
    .option('--timeout <seconds>', 'how long to wait after the last progress', wholeNumber(1, 86_400), 60)
    .addOption(faultsOption())
    .addOption(seedOption())
    .addOption(jsonOption('print the result as one JSON object'))
    .addHelpText(
      'after',
      '\nThe exit code is 1 where a record is lost; without --faults also where one is parked or failed.',
    )
    .action(async (flags: DemoFlags) => {
      const [
        { withAssembly },
        { readEvents, sampleEvents },
        { runDemo },
        report,
        { abortOnSignal },
        { withLocalErrors },
        { readFaults },
      ] = await Promise.all([
        import('./with-assembly.ts'),
        import('./events.ts'),
        import('./run-demo.ts'),
        import('./render-report.ts'),
        import('../terminal/abort-on-signal.ts'),
        import('../local-aws/with-local-errors.ts'),
        import('../local-aws/read-faults.ts'),
      ]);
      const signal = abortOnSignal();
      const faults = await readFaults(flags);
      const events = flags.input === undefined ? sampleEvents() : await readEvents(flags.input);
      const put = Array.from(
        { length: flags.records ?? events.length },
        (_, index) => events[index % events.length],
      );

      const { result, shortfalls } = await withAssembly(flags, (assembly, folder) =>
        withLocalErrors(() =>
          runDemo({
            assembly,
            deliveries: join(folder, 'deliveries'),
            events: put.filter((event) => event !== undefined),
            timeoutSeconds: flags.timeout,
            faults,
            seed: flags.seed,
            signal,
          }),
        ),
      );
      process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : report.renderDemo(result));
      if (shortfalls.length === 0) return;
      const rendered = report.renderShortfalls(shortfalls);
      // Faults are meant to make records wait; that they are all accounted for is what counts then.
      if (faults === undefined || !report.isAccountedFor(result)) throw new CommandFailure(rendered);
      process.stderr.write(`${rendered}\n`);
    });
}
