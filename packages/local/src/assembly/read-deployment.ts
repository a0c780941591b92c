import { isDeepStrictEqual } from 'node:util';
import { type Deployed, type DeployedFunction, deploy } from './deployed.ts';
import { readAssembly } from './read-assembly.ts';
import { unpackCode } from './unpack-code.ts';
import { type DeployedRoute, routesOf } from '../routed.ts';

/** What a cloud assembly deploys, and where. */
export interface Deployment {
  deployed: Deployed;
  /** In the order of the mappings of streams. */
  routes: readonly DeployedRoute[];
  /** Every account that has a stack. */
  accounts: readonly string[];
  sourceAccount: string;
  region: string;
}

/**
 * Reads a cloud assembly whole; nothing is deployed by it.
 *
 * @param codeFolder for the code of its functions
 * @throws {AssemblyError} when the folder holds no cloud assembly
 * @throws {NotSupportedError} for anything in the templates that the local AWS does not know
 */
export async function readDeployment(folder: string, codeFolder: string): Promise<Deployment> {
  const stacks = await readAssembly(folder);
  const deployed = deploy(stacks);
  for (const definition of deployed.functions.values())
    definition.codeFolder = await unpackCode(definition, codeFolder);
  const { account: sourceAccount, region } = deployed.mappings[0] ?? stacks[0] ?? { account: '', region: '' };
  return {
    deployed,
    routes: routesOf(deployed),
    accounts: [...new Set(stacks.map(({ account }) => account))].sort(),
    sourceAccount,
    region,
  };
}

/** The same code may lie in another folder by now. */
export function isSameFunction(a: DeployedFunction, b: DeployedFunction): boolean {
  return isDeepStrictEqual({ ...a, codeFolder: '' }, { ...b, codeFolder: '' });
}
