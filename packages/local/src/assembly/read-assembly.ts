import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ManifestStack, stacksInManifest } from '@xacct/core/cloud-assembly';
import { NotSupportedError } from '../shared/aws-error.ts';

/** One stack of a cloud assembly, as `cdk synth` wrote it. */
export interface StackArtifact {
  name: string;
  account: string;
  region: string;
  /** Default: none. */
  tags?: Readonly<Record<string, string>>;
  /** @default false */
  isProtected?: boolean;
  template: Record<string, unknown>;
  /** Folder of each file asset, by its key in the assets bucket. */
  assets: ReadonlyMap<string, string>;
}

/** Thrown when a folder holds no cloud assembly that can be read. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

/**
 * Reads all stacks of a cloud assembly.
 *
 * @throws {AssemblyError} when the folder holds none, or a part of it is missing
 */
export async function readAssembly(folder: string): Promise<StackArtifact[]> {
  const stacks = stacksInManifest(await readJson(join(folder, 'manifest.json')));
  if (stacks.length === 0)
    throw new AssemblyError(`${folder} holds no stack. Write it with "xacct synth --out ${folder}"`);
  return Promise.all(stacks.map((stack) => readStack(folder, stack)));
}

async function readStack(folder: string, stack: ManifestStack): Promise<StackArtifact> {
  const { id, name, environment, account, region, templateFile, tags, isProtected } = stack;
  if (!/^aws:\/\/\d{12}\/[a-z0-9-]+$/.test(environment)) {
    throw new NotSupportedError(
      `the environment ${environment}: it wants an account and a region`,
      `stack ${name}`,
    );
  }
  const template = (await readJson(join(folder, templateFile))) as Record<string, unknown>;
  const { files = {} } = (await readJson(join(folder, `${id}.assets.json`))) as AssetManifest;
  const assets = Object.values(files).flatMap(({ source, destinations }) =>
    source?.packaging === 'zip' && source.path !== undefined
      ? Object.values(destinations).map(({ objectKey }): [string, string] => [
          objectKey,
          resolve(folder, source.path ?? ''),
        ])
      : [],
  );
  return {
    name,
    account,
    region,
    tags,
    isProtected,
    template,
    assets: new Map(assets),
  };
}

interface AssetManifest {
  files?: Record<
    string,
    { source?: { path?: string; packaging?: string }; destinations: Record<string, { objectKey: string }> }
  >;
}

async function readJson(file: string): Promise<object> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const reason =
      cause instanceof SyntaxError
        ? 'it is not JSON'
        : `it cannot be read (${(cause as NodeJS.ErrnoException).code})`;
    throw noPart(file, reason, cause);
  }
  if (typeof value !== 'object' || value === null) throw noPart(file, 'it is not a JSON object');
  return value;
}

function noPart(file: string, reason: string, cause?: unknown): AssemblyError {
  return new AssemblyError(`${file} is no part of a cloud assembly: ${reason}. Write it with "xacct synth"`, {
    cause,
  });
}
