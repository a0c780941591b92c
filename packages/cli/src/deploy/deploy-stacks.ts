import pLimit from 'p-limit';
import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { kindOf } from '../stacks/stack.ts';

export interface StackOutcome {
  stack: string;
  account: string;
  /** `skipped`: a stack that it needs was not deployed, or Ctrl-C came first. */
  outcome: 'deployed' | 'failed' | 'skipped' | 'interrupted';
  /** Null where it was skipped. */
  seconds: number | null;
  /** Why it is not deployed. */
  reason: string | null;
}

export interface DeployStacksOptions {
  stacks: readonly AssemblyStack[];
  /** Deploys one; tells why it could not, or undefined. */
  deploy(stack: AssemblyStack): Promise<string | undefined>;
  /** Stacks of one kind that are deployed at once. */
  concurrency: number;
  signal: AbortSignal;
  onStart(stack: AssemblyStack): void;
  onEnd(outcome: StackOutcome): void;
  /** Milliseconds of any clock. */
  now(): number;
}

/** Both sides of a route must be there before its mapping reads the stream. */
const ORDER = ['forwarder', 'target', 'route'] as const;

/** Deploys stacks in order of their kinds. One that fails stops only those that need it. */
export async function deployStacks(options: DeployStacksOptions): Promise<StackOutcome[]> {
  const outcomes = new Map<string, StackOutcome>();
  const inOrder: StackOutcome[] = [];
  for (const kind of ORDER) {
    const ofKind = options.stacks.filter((stack) => kindOf(stack) === kind);
    const limit = pLimit(options.concurrency);
    const done = await limit.map(ofKind, async (stack) => {
      const outcome = await deployOne(stack, outcomes, options);
      outcomes.set(stack.name, outcome);
      options.onEnd(outcome);
      return outcome;
    });
    inOrder.push(...done);
  }
  return inOrder;
}

async function deployOne(
  stack: AssemblyStack,
  outcomes: ReadonlyMap<string, StackOutcome>,
  { deploy, signal, onStart, now }: DeployStacksOptions,
): Promise<StackOutcome> {
  const described = { stack: stack.name, account: stack.account };
  const skipped = { ...described, outcome: 'skipped', seconds: null } as const;
  if (signal.aborted) return { ...skipped, reason: 'interrupted before it began' };
  const missing = stack.needs.filter((need) => {
    const outcome = outcomes.get(need);
    return outcome !== undefined && outcome.outcome !== 'deployed';
  });
  if (missing.length > 0) return { ...skipped, reason: `needs ${missing.join(', ')}` };

  onStart(stack);
  const start = now();
  const reason = await deploy(stack);
  const seconds = Math.round((now() - start) / 1000);
  if (reason === undefined) return { ...described, outcome: 'deployed', seconds, reason: null };
  if (signal.aborted) {
    const goesOn = 'CloudFormation ends by itself what it has begun';
    return { ...described, outcome: 'interrupted', seconds, reason: goesOn };
  }
  return { ...described, outcome: 'failed', seconds, reason };
}
