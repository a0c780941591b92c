import type { DeployedFunction } from '../../assembly/deployed.ts';
import { isSameFunction } from '../../assembly/read-deployment.ts';
import type { Functions } from './functions.ts';
import type { ProcessFunction } from './process-function.ts';
import type { Runtimes } from './runtimes.ts';
import { targetFunctionsOf } from './target-functions.ts';

/** Deploys functions, one assembly after another. */
export function createDeployedFunctions(functions: Functions, { runDeployed, runTarget }: Runtimes) {
  const deployed = new Map<string, { definition: DeployedFunction; runtime: ProcessFunction }>();

  const deployOne = (definition: DeployedFunction) => {
    const before = deployed.get(definition.arn);
    if (before !== undefined) {
      if (isSameFunction(before.definition, definition)) return;
      functions.remove(definition.arn);
      void before.runtime.renew();
    }
    const runtime = runDeployed(definition);
    deployed.set(definition.arn, { definition, runtime });
    functions.add(definition.arn, runtime, definition.recursiveLoop);
  };

  return {
    /**
     * Adds functions, and replaces those that changed: their invocations under way may end.
     *
     * @param otherFunctions ARNs of functions that no template deploys; they stay, as they do in AWS
     */
    deploy(definitions: Iterable<DeployedFunction>, otherFunctions: readonly string[]) {
      for (const definition of definitions) deployOne(definition);
      for (const target of targetFunctionsOf(otherFunctions)) {
        const runtime = functions.has(target.arn) ? functions.find(target.arn) : runTarget(target);
        for (const arn of target.invokedArns) functions.add(arn, runtime);
      }
    },
    /** Deletes the deployed functions that are not among these. Their invocations under way may end. */
    async deleteOthers(kept: ReadonlyMap<string, DeployedFunction>) {
      const others = [...deployed].filter(([arn]) => !kept.has(arn));
      for (const [arn] of others) {
        functions.remove(arn);
        deployed.delete(arn);
      }
      await Promise.all(others.map(([, { runtime }]) => runtime.renew()));
    },
    /** From the next invocation on, the function runs in new environments. */
    async renew(arn: string) {
      await deployed.get(arn)?.runtime.renew();
    },
  };
}
