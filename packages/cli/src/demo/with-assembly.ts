import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readValidRoutes } from '../routes-file/read-routes.ts';
import { count, describeRoutes } from '../terminal/count.ts';
import { step } from '../terminal/progress.ts';

/**
 * Runs some work on a cloud assembly: the given one, or one synthesized from a routes file for as long as the work lasts.
 * The work gets a folder of its own beside it, which is gone afterwards too.
 */
export async function withAssembly<T>(
  { config, assembly }: { config: string; assembly?: string | undefined },
  work: (assembly: string, folder: string) => Promise<T>,
): Promise<T> {
  const routes = assembly === undefined ? await readValidRoutes(config) : undefined;
  const folder = await mkdtemp(join(tmpdir(), 'xacct-'));
  try {
    if (routes === undefined) return await work(assembly ?? '', folder);
    process.stderr.write(`${config}: ${describeRoutes(routes)}\n`);
    const out = join(folder, 'cdk.out');
    await step(
      'Synthesizing the stacks',
      async () => (await import('@xacct/infra')).synthesize(routes, out),
      (stacks) => `${count(stacks.length, 'stack')} synthesized`,
    );
    return await work(out, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
