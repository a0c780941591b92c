import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Routes } from '@xacct/core';
import { count, describeRoutes } from './count.ts';
import { readValidFile } from './read-routes.ts';
import { step } from './render/progress.ts';
import type { Assembly } from './rollout/progress.ts';
import type { Variant } from './rollout/variants.ts';
import { readAssemblyStacks } from './stacks/read-assembly-stacks.ts';

export interface Synthesized {
  routes: Routes;
  /** The routes file, for the names of accounts. */
  text: string;
  assembly: Assembly;
  /** Writes another assembly beside it. */
  synthesize(variant: Variant): Promise<Assembly>;
}

/** Runs some work on the stacks of a routes file, synthesized for as long as the work lasts. */
export async function withSynthesized<T>(
  config: string,
  work: (synthesized: Synthesized) => Promise<T>,
): Promise<T> {
  const { routes, text } = await readValidFile(config);
  process.stderr.write(`${config}: ${describeRoutes(routes)}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'xacct-'));
  try {
    const main = join(folder, 'cdk.out');
    await step(
      'Synthesizing the stacks',
      async () => (await import('@xacct/infra')).synthesize(routes, main),
      (stacks) => `${count(stacks.length, 'stack')} synthesized`,
    );
    const read = async (written: string) => ({ folder: written, stacks: await readAssemblyStacks(written) });
    return await work({
      routes,
      text,
      assembly: await read(main),
      async synthesize({ routes: variant, ...more }) {
        const beside = await mkdtemp(join(folder, 'variant-'));
        await (await import('@xacct/infra')).synthesize(variant, beside, more);
        return read(beside);
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
