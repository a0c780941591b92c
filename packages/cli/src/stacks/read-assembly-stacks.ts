import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stacksInManifest } from '@xacct/core/cloud-assembly';
import { CommandFailure } from '../terminal/command-failure.ts';
import type { Stack, Template } from './stack.ts';

export interface AssemblyStack extends Stack {
  /** The folder of its assembly. */
  folder: string;
  /** The names of the stacks that must be deployed before. */
  needs: string[];
}

/**
 * Reads the stacks of a cloud assembly, in the order of its manifest.
 *
 * @throws {CommandFailure} where the folder holds none
 */
export async function readAssemblyStacks(folder: string): Promise<AssemblyStack[]> {
  const manifest = await readJson(join(folder, 'manifest.json'));
  return Promise.all(
    stacksInManifest(manifest).map(async ({ name, account, region, tags, templateFile, needs }) => {
      const template = (await readJson(join(folder, templateFile))) as Template;
      return { folder, name, account, region, tags, template, needs };
    }),
  );
}

async function readJson(file: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
    throw new SyntaxError();
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? 'it is no JSON object'
        : `it cannot be read (${(error as NodeJS.ErrnoException).code})`;
    throw new CommandFailure(
      `${file} is no part of a cloud assembly: ${reason}. Write one with "xacct synth"`,
      2,
    );
  }
}
