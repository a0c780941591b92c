import { join } from 'node:path';
import { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { assemblyOption, configOption, jsonOption, wholeNumber } from './options.ts';

interface DemoFlags {
  config: string;
  assembly?: string;
  records?: number;
  input?: string;
  timeout: number;
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
    .addOption(jsonOption('print the result as one JSON object'))
    .action(async (flags: DemoFlags) => {
      const [
        { withAssembly },
        { readEvents, sampleEvents },
        { runDemo },
        report,
        { abortOnSignal },
        { withLocalErrors },
      ] = await Promise.all([
        import('../with-assembly.ts'),
        import('../demo/events.ts'),
        import('../demo/run-demo.ts'),
        import('../render/demo-report.ts'),
        import('../abort-on-signal.ts'),
        import('../local-errors.ts'),
      ]);
      const signal = abortOnSignal();
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
            signal,
          }),
        ),
      );
      process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : report.renderDemo(result));
      if (shortfalls.length > 0) throw new CommandFailure(report.renderShortfalls(shortfalls));
    });
}
