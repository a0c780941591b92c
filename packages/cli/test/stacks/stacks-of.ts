import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import { type AssemblyStack, readAssemblyStacks } from '../../src/stacks/read-assembly-stacks.ts';
import { folder } from '../xacct.ts';

/** The stacks of a routes file, as the command synthesizes them. */
export async function stacksOf(text: string): Promise<AssemblyStack[]> {
  const { routes, problems } = parseRoutes(text);
  if (routes === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  const assembly = join(folder, 'stacks-of');
  try {
    await synthesize(routes, assembly);
    return await readAssemblyStacks(assembly);
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
}
