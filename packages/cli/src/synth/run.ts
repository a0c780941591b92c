import { readValidRoutes } from '../routes-file/read-routes.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { count } from '../terminal/count.ts';
import { renderTable } from '../terminal/table.ts';

export interface SynthFlags {
  config: string;
  out: string;
}

/** Writes the cloud assembly of a routes file. */
export async function run({ config, out }: SynthFlags): Promise<void> {
  const routes = await readValidRoutes(config);
  // After the file is read: the CDK takes a second to load.
  const { synthesize } = await import('@xacct/infra');
  const stacks = await synthesize(routes, out).catch((error: Error) => {
    throw new CommandFailure(`${out}: the stacks cannot be written: ${error.message}`);
  });
  const rows = stacks.map(({ name, account, region, resources }) => [name, account, region, resources]);
  process.stdout.write(renderTable(['stack', 'account', 'region', 'resources'], rows));
  process.stdout.write(`${count(stacks.length, 'stack')} in ${out}\n`);
}
