import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Routes } from '@xacct/core';
import type { Permissions } from '@xacct/core/rollout';
import type { ForwarderAccount } from '@xacct/infra';
import { describeRoutes } from '../routes-file/describe-routes.ts';
import { readValidFile } from '../routes-file/read-routes.ts';
import { count } from '../terminal/count.ts';
import { step } from '../terminal/progress.ts';
import { type AssemblyStack, readAssemblyStacks } from './read-assembly-stacks.ts';
import type { Stack } from './stack.ts';

/** The stacks of a routes file, and a way to make variants of them. */
export interface SynthesizedStacks {
  routes: Routes;
  /** The stacks that the file describes. */
  stacks: readonly AssemblyStack[];
  /** Writes another assembly beside the file's own. */
  synthesize(variant: Variant): Promise<AssemblyStack[]>;
}

/** Stacks of routes that allow more than the routes need. */
export interface Variant {
  routes: Routes;
  also?: Permissions;
  /** The names of the stacks to make; none: only those that exist already. */
  only?: ReadonlySet<string>;
  /** Stacks whose templates exist already. */
  written?: readonly Stack[];
  /** More accounts that forwarders continue to name. */
  accounts?: readonly ForwarderAccount[];
}

export interface Synthesized extends SynthesizedStacks {
  /** The routes file, for the names of accounts. */
  text: string;
  /** The folder of the cloud assembly. */
  assembly: string;
}

/** Runs some work on the stacks of a routes file, synthesized for as long as the work lasts. */
export async function withSynthesized<T>(
  config: string,
  work: (synthesized: Synthesized) => Promise<T>,
): Promise<T> {
  const { routes, text } = await readValidFile(config);
  return withFolder(async (folder) => {
    const assembly = join(folder, 'cdk.out');
    await synthesizeFile(config, routes, assembly);
    return work({
      routes,
      text,
      assembly,
      stacks: await readAssemblyStacks(assembly),
      async synthesize({ routes: variant, only = new Set(), ...more }) {
        const beside = await mkdtemp(join(folder, 'variant-'));
        const { synthesize } = await import('@xacct/infra');
        await synthesize(variant, beside, { ...more, only: (name) => only.has(name) });
        return readAssemblyStacks(beside);
      },
    });
  });
}

/** All stacks, some of them made again as a variant of the file. */
export async function replaceStacks(
  { stacks, synthesize }: Pick<SynthesizedStacks, 'stacks' | 'synthesize'>,
  variant: Variant,
): Promise<AssemblyStack[]> {
  const byName = new Map((await synthesize(variant)).map((stack) => [stack.name, stack]));
  return stacks.map((stack) => {
    const { template, tags, folder } = byName.get(stack.name) ?? stack;
    return { ...stack, template, tags, folder };
  });
}

/** Synthesizes the routes of a file into a folder, and shows the progress. */
export async function synthesizeFile(config: string, routes: Routes, assembly: string): Promise<void> {
  process.stderr.write(`${config}: ${describeRoutes(routes)}\n`);
  await step(
    'Synthesizing the stacks',
    async () => (await import('@xacct/infra')).synthesize(routes, assembly),
    (stacks) => `${count(stacks.length, 'stack')} synthesized`,
  );
}

/** Runs some work with a temporary folder. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'xacct-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
