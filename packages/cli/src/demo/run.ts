import { join } from 'node:path';
import { readFaults } from '../local-aws/read-faults.ts';
import { withLocalErrors } from '../local-aws/with-local-errors.ts';
import { withFolder, withSynthesized } from '../stacks/with-synthesized.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { readEvents, sampleEvents } from './events.ts';
import { isAccountedFor, renderDemo, renderShortfalls } from './render-report.ts';
import { runDemo } from './run-demo.ts';

export interface DemoFlags {
  config: string;
  assembly?: string;
  records?: number;
  input?: string;
  timeout: number;
  faults?: string;
  seed?: number;
  json: boolean;
}

/** Puts events on the streams of a local AWS, and reports what became of each at every target. */
export async function run(flags: DemoFlags): Promise<void> {
  const signal = abortOnSignal();
  const faults = await readFaults(flags);
  const events = flags.input === undefined ? sampleEvents() : await readEvents(flags.input);
  const put = Array.from(
    { length: flags.records ?? events.length },
    (_, index) => events[index % events.length],
  );

  const { result, shortfalls } = await withFolder((folder) => {
    const demo = (assembly: string) =>
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
      );
    return flags.assembly === undefined
      ? withSynthesized(flags.config, ({ assembly }) => demo(assembly))
      : demo(flags.assembly);
  });
  process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : renderDemo(result));
  if (shortfalls.length === 0) return;
  const rendered = renderShortfalls(shortfalls);
  // Faults are meant to make records wait; that they are all accounted for is what counts then.
  if (faults === undefined || !isAccountedFor(result)) throw new CommandFailure(rendered);
  process.stderr.write(`${rendered}\n`);
}
