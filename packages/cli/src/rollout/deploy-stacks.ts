import pLimit from 'p-limit';
import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { kindOf } from '../stacks/stack.ts';

export interface StackOutcome {
  stack: string;
  account: string;
  /** `skipped`: a stack that it needs is not deployed, or Ctrl-C came first. */
  outcome: 'deployed' | 'failed' | 'skipped' | 'interrupted';
  /** Null where it was skipped. */
  seconds: number | null;
  /** Why it is not deployed. */
  reason: string | null;
}

export interface DeployStacksOptions {
  stacks: readonly AssemblyStack[];
  /** Deploys one. Returns why it could not; undefined where it could. */
  deploy(stack: AssemblyStack): Promise<string | undefined>;
  /** How many stacks of one kind are deployed at once. */
  concurrency: number;
  signal: AbortSignal;
  onStart(stack: AssemblyStack): void;
  onEnd(outcome: StackOutcome): void;
  /** Milliseconds of any clock. */
  now(): number;
}

/** A forwarder comes first, since the policies of queues name its role. */
const ORDER = ['forwarder', 'target', 'route'] as const;

/** Deploys stacks in the order of their kinds, and several of one kind at once. A failure does not stop the others. */
export async function deployStacks(options: DeployStacksOptions): Promise<StackOutcome[]> {
  const inOrder: StackOutcome[] = [];
  for (const kind of ORDER) {
    const ofKind = options.stacks.filter((stack) => kindOf(stack) === kind);
    const done = await pLimit(options.concurrency).map(ofKind, async (stack) => {
      const outcome = await deployOne(stack, options);
      options.onEnd(outcome);
      return outcome;
    });
    inOrder.push(...done);
  }
  return inOrder;
}

async function deployOne(
  stack: AssemblyStack,
  { deploy, signal, onStart, now }: DeployStacksOptions,
): Promise<StackOutcome> {
  const described = { stack: stack.name, account: stack.account };
  if (signal.aborted) {
    return { ...described, outcome: 'skipped', seconds: null, reason: 'interrupted before it began' };
  }
  onStart(stack);
  const start = now();
  const reason = await deploy(stack);
  const seconds = Math.round((now() - start) / 1000);
  if (reason === undefined) return { ...described, outcome: 'deployed', seconds, reason: null };
  if (signal.aborted) {
    const goesOn = 'CloudFormation finishes what it has begun';
    return { ...described, outcome: 'interrupted', seconds, reason: goesOn };
  }
  return { ...described, outcome: 'failed', seconds, reason };
}
