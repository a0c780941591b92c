import { isDeepStrictEqual } from 'node:util';
import { deploy } from './deploy.ts';
import type { Deployed, DeployedFunction } from './deployed.ts';
import { readAssembly, type StackArtifact } from './read-assembly.ts';
import { unpackCode } from './unpack-code.ts';

/** What a cloud assembly deploys, and where. */
export interface Deployment {
  stacks: readonly StackArtifact[];
  deployed: Deployed;
  /** ARNs of functions that no template deploys, with the alias or version that they are invoked by. */
  otherFunctions: readonly string[];
  /** IDs of the accounts that have a stack. */
  accounts: readonly string[];
  /** The account of the first mapping of a stream; the first stack's if there is none. */
  sourceAccount: string;
  region: string;
}

/**
 * Reads a cloud assembly completely. Deploys nothing.
 *
 * @param codeFolder for the code of its functions
 * @param otherFunctions ARNs of functions that exist although no template deploys them
 * @throws {AssemblyError} when the folder holds no cloud assembly
 * @throws {NotSupportedError} for anything in the templates that the local AWS does not support
 */
export async function readDeployment(
  folder: string,
  codeFolder: string,
  otherFunctions: (deployed: Deployed) => Iterable<string> = () => [],
): Promise<Deployment> {
  const stacks = await readAssembly(folder);
  const deployed = deploy(stacks);
  for (const definition of deployed.functions.values())
    definition.codeFolder = await unpackCode(definition, codeFolder);
  const { account: sourceAccount, region } = deployed.mappings[0] ?? stacks[0] ?? { account: '', region: '' };
  return {
    stacks,
    deployed,
    otherFunctions: [...otherFunctions(deployed)],
    accounts: [...new Set(stacks.map(({ account }) => account))].sort(),
    sourceAccount,
    region,
  };
}

/** Compares everything but the folder that the code is in. */
export function isSameFunction(a: DeployedFunction, b: DeployedFunction): boolean {
  return isDeepStrictEqual({ ...a, codeFolder: '' }, { ...b, codeFolder: '' });
}
