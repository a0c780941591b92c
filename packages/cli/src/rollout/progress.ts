import { isDeepStrictEqual } from 'node:util';
import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { asCloudFormationReturns } from '../stacks/read-deployed.ts';
import { keyOf, kindOf, type Stack } from '../stacks/stack.ts';
import { type DeployStacksOptions, deployStacks, type StackOutcome } from './deploy-stacks.ts';

/**
 * `restore`: put back what was changed by hand in stacks that are as in the file. `expand`: allow all that the old and the new
 * routes need. `switch`: the routes. `contract`: remove what no route needs.
 */
export type Phase = 'restore' | 'expand' | 'switch' | 'contract';

export interface PhaseOutcome extends StackOutcome {
  phase: Phase;
}

export interface ProgressOptions
  extends Pick<DeployStacksOptions, 'concurrency' | 'signal' | 'onStart' | 'now'> {
  /** What is deployed at first. */
  deployed: readonly Stack[];
  /** Returns why it could not; undefined where it could. */
  deploy(stack: AssemblyStack, phase: Phase): Promise<string | undefined>;
  onEnd(outcome: PhaseOutcome): void;
}

/** What is deployed during a rollout, and the outcome for each stack. */
export interface Progress {
  /** Deploys the stacks that differ from what is deployed. To restore them, all that do not. */
  deploy(phase: Phase, stacks: readonly AssemblyStack[]): Promise<void>;
  skip(phase: Phase, stack: Stack, reason: string): void;
  /** The stacks that differ from what is deployed. */
  differing(stacks: readonly AssemblyStack[]): AssemblyStack[];
  deployed(): Stack[];
  outcomes(): readonly PhaseOutcome[];
  /** The names of the stacks of a kind that should have been deployed and were not. */
  missing(kind: ReturnType<typeof kindOf>): ReadonlySet<string>;
}

export function createProgress(options: ProgressOptions): Progress {
  const current = new Map(options.deployed.map((stack) => [keyOf(stack), stack]));
  const outcomes: PhaseOutcome[] = [];
  const missing = new Map<string, ReturnType<typeof kindOf>>();

  const differs = (stack: Stack) => !isDeployed(stack, current.get(keyOf(stack)));
  const differing = (stacks: readonly AssemblyStack[]) => stacks.filter(differs);
  const end = (outcome: PhaseOutcome, stack: Stack) => {
    outcomes.push(outcome);
    if (outcome.outcome === 'deployed') current.set(keyOf(stack), asCloudFormationReturns(stack));
    else missing.set(stack.name, kindOf(stack));
  };
  return {
    differing,
    async deploy(phase, all) {
      const stacks = phase === 'restore' ? all.filter((stack) => !differs(stack)) : differing(all);
      const byName = new Map(stacks.map((stack) => [stack.name, stack]));
      const done = await deployStacks({
        ...options,
        stacks,
        deploy: (stack) => options.deploy(stack, phase),
        onEnd: (outcome) => options.onEnd({ ...outcome, phase }),
      });
      for (const outcome of done) {
        const stack = byName.get(outcome.stack);
        if (stack !== undefined) end({ ...outcome, phase }, stack);
      }
    },
    skip(phase, stack, reason) {
      if (!differs(stack)) return;
      const { name, account } = stack;
      const outcome = { phase, stack: name, account, outcome: 'skipped', seconds: null, reason } as const;
      options.onEnd(outcome);
      end(outcome, stack);
    },
    deployed: () => [...current.values()],
    outcomes: () => outcomes,
    missing: (kind) => new Set([...missing].filter(([, other]) => other === kind).map(([name]) => name)),
  };
}

/** Compares stacks with what is deployed: true for one that differs. */
export function createDifference(deployed: readonly Stack[]): (stack: Stack) => boolean {
  const current = new Map(deployed.map((stack) => [keyOf(stack), stack]));
  return (stack) => !isDeployed(stack, current.get(keyOf(stack)));
}

function isDeployed(stack: Stack, deployed: Stack | undefined): boolean {
  if (deployed?.status?.endsWith('_FAILED')) return false;
  const { template, tags } = asCloudFormationReturns(stack);
  return isDeepStrictEqual([deployed?.template, deployed?.tags], [template, tags]);
}
