import type { Routes } from '@xacct/core';
import pLimit from 'p-limit';
import type { CdkCli } from '../cdk/cdk-cli.ts';
import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { keyOf, type Stack } from '../stacks/stack.ts';
import { checkStack } from './check-stack.ts';
import { deployWithCdk } from './deploy-with-cdk.ts';
import { watchOf } from './watch-forwarder.ts';

/** A stack that could not be checked after its deployment. */
export interface UncheckedStack {
  stack: string;
  account: string;
  reason: string;
}

export interface DeployOptions {
  routes: Routes;
  cdk: CdkCli;
  profile: string | undefined;
  signal: AbortSignal;
  /** What is deployed at first. */
  deployed: readonly Stack[];
  /** How long a changed function of a forwarder is watched. */
  watchMinutes: number;
  revertsDrift: boolean;
  onUnchecked(stack: UncheckedStack): void;
}

/**
 * Deploys single stacks and reads each back. Returns why it could not; undefined where it could. The functions of
 * forwarders change one after another, each watched, and no more of them after one was rolled back.
 */
export function createDeploy(options: DeployOptions): (stack: AssemblyStack) => Promise<string | undefined> {
  const { routes, cdk, profile, signal, watchMinutes, revertsDrift, onUnchecked } = options;
  const { source } = routes;
  const current = new Map(options.deployed.map((stack) => [keyOf(stack), stack]));
  const oneByOne = pLimit(1);
  let putBack: string | undefined;

  async function deploy(stack: AssemblyStack): Promise<string | undefined> {
    const watch = watchOf(routes, stack, current.get(keyOf(stack)), watchMinutes);
    if (typeof watch !== 'object') return send(stack, watch);
    return oneByOne(async () => {
      if (putBack !== undefined)
        return `its function stays as it is, since that of ${putBack} could not be changed`;
      const reason = await send(stack, watch);
      if (reason !== undefined) putBack = stack.name;
      return reason;
    });
  }

  async function send(stack: AssemblyStack, watch: ReturnType<typeof watchOf>): Promise<string | undefined> {
    // A new stack has nothing that somebody could have changed.
    const isThere = current.has(keyOf(stack));
    const revertDrift = revertsDrift && isThere;
    const reason = await deployWithCdk(stack, { cdk, source, signal, watch, revertDrift });
    if (reason !== undefined) return reason;
    const { problem, unchecked } = await checkStack(stack, routes, profile, signal);
    if (unchecked !== undefined)
      onUnchecked({ stack: stack.name, account: stack.account, reason: unchecked });
    current.set(keyOf(stack), { ...stack, isWatched: typeof watch === 'object' });
    return problem;
  }

  return deploy;
}
