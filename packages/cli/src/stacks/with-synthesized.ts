import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Routes } from '@xacct/core';
import type { Variant } from '../rollout/variants.ts';
import { readValidFile } from '../routes-file/read-routes.ts';
import { count, describeRoutes } from '../terminal/count.ts';
import { step } from '../terminal/progress.ts';
import { type AssemblyStack, readAssemblyStacks } from './read-assembly-stacks.ts';

export interface Synthesized {
  routes: Routes;
  /** The routes file, for the names of accounts. */
  text: string;
  /** The folder of the cloud assembly. */
  assembly: string;
  stacks: readonly AssemblyStack[];
  /** Writes another assembly beside it. */
  synthesize(variant: Variant): Promise<AssemblyStack[]>;
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
    const assembly = join(folder, 'cdk.out');
    await step(
      'Synthesizing the stacks',
      async () => (await import('@xacct/infra')).synthesize(routes, assembly),
      (stacks) => `${count(stacks.length, 'stack')} synthesized`,
    );
    return await work({
      routes,
      text,
      assembly,
      stacks: await readAssemblyStacks(assembly),
      async synthesize({ routes: variant, ...more }) {
        const beside = await mkdtemp(join(folder, 'variant-'));
        await (await import('@xacct/infra')).synthesize(variant, beside, more);
        return readAssemblyStacks(beside);
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
