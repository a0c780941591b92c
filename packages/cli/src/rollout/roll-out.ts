import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { asCloudFormationReturns } from '../stacks/read-deployed.ts';
import { kindOf, type Stack } from '../stacks/stack.ts';
import type { SynthesizedStacks } from '../stacks/with-synthesized.ts';
import { permissionsOfStacks } from './permissions-of-stacks.ts';
import { createProgress, type PhaseOutcome, type Progress, type ProgressOptions } from './progress.ts';
import { allowedBy, usedBeforeSwitch, usedByRoutes } from './still-in-use.ts';
import { type LateRoute, ownerOf, type Switch, switchRoutes, whyTaken } from './switch-routes.ts';
import { movingStacks, permissionStacks, routeStacks } from './variants.ts';

export interface RollOutOptions extends ProgressOptions, SynthesizedStacks {
  /** Names of the stacks that may be deployed. */
  chosen: ReadonlySet<string>;
  /** Accounts whose stacks could not be read. */
  unreadable: ReadonlySet<string>;
  /** Whether the owner of an account deploys its roles. */
  isLeft(account: string): boolean;
  /** How long, from now on, until nobody uses a route that was replaced earlier; 0 if none was replaced recently. */
  unsettledMs: number;
  /** How long an environment may use a route after another one is stored. */
  quietMs: number;
  /** Whether to put back, too, what was changed by hand. */
  revertsDrift: boolean;
  /** Whether to wait for that time, and then to remove what nobody needs. */
  waits: boolean;
  /** Ends early when the signal comes. */
  wait(ms: number): Promise<void>;
}

export interface RolledOut {
  outcomes: readonly PhaseOutcome[];
  /** Targets that differ from the file. */
  late: readonly LateRoute[];
  /** Stacks that allow more than is needed until a later deployment, and the time before which that would be too early. */
  toContract: { stacks: readonly string[]; afterMs: number };
}

/**
 * Deploys in an order in which no running forwarder is ever denied anything: first all that the deployed and the new routes
 * need, then the routes, and, once nobody uses the earlier routes, the permissions without those that only the earlier ones
 * needed.
 */
export async function rollOut(options: RollOutOptions): Promise<RolledOut> {
  const { signal, now, quietMs, waits, wait } = options;
  const progress = createProgress(options);
  let quietAt = now() + options.unsettledMs;

  if (options.revertsDrift) await progress.deploy('restore', chosenOf(options, options.stacks));
  await expand(options, progress);
  const switched = await switchAll(options, progress);
  if (progress.outcomes().some(({ phase, outcome }) => phase === 'switch' && outcome !== 'skipped')) {
    quietAt = now() + quietMs;
  }
  const result = {
    outcomes: progress.outcomes(),
    late: switched.late,
    toContract: { stacks: [], afterMs: 0 },
  };
  if (signal.aborted) return result;

  const contracted = await contractedStacks(options, progress, switched);
  const stacks = contracted.flat().map(({ name }) => name);
  if (stacks.length === 0) return result;
  const afterMs = Math.max(0, quietAt - now());
  if (!waits) return { ...result, toContract: { stacks, afterMs } };
  await wait(afterMs);
  for (const part of contracted) await progress.deploy('contract', part);
  return result;
}

async function expand(options: RollOutOptions, progress: Progress): Promise<void> {
  const { unreadable, unsettledMs, waits, wait } = options;
  const used = usedBeforeSwitch({ ...inUse(options, progress), isSettled: unsettledMs <= 0 });
  const stacks = chosenOf(options, await permissionStacks(options, used));
  // For an account that cannot be read, the deployed routes show what is in use, but not what was in use a while ago.
  const isUnknown = ({ account }: Stack) => unreadable.has(account) && unsettledMs > 0;
  const unknown = stacks.filter(isUnknown);
  if (waits && unknown.length > 0) await wait(unsettledMs);
  else for (const stack of unknown) progress.skip('expand', stack, whyUnknown(unsettledMs));
  await progress.deploy('expand', waits ? stacks : stacks.filter((stack) => !isUnknown(stack)));

  const forwarders = progress.missing('forwarder');
  const needs = new Map(options.stacks.map((stack) => [stack.name, stack.needs]));
  const isPossible = ({ name }: Stack) => !needs.get(name)?.some((need) => forwarders.has(need));
  const moving = chosenOf(options, await movingStacks(options, progress.deployed()));
  await progress.deploy('expand', moving.filter(isPossible));
}

function whyUnknown(ms: number): string {
  return `what it holds cannot be read, and forwarders may use an earlier route for ${Math.ceil(ms / 1000)} s; deploy again then`;
}

async function switchAll(options: RollOutOptions, progress: Progress): Promise<Switch> {
  const { deployed, signal } = options;
  const used = usedBeforeSwitch({ ...inUse(options, progress), isSettled: options.unsettledMs <= 0 });
  const wanted = chosenOf(options, options.stacks).filter((stack) => kindOf(stack) === 'route');
  const switched = switchRoutes({
    ...options,
    wanted,
    permissions: allowedBy({ ...inUse(options, progress), before: deployed }),
    missing: progress.missing,
  });
  for (const stack of wanted) {
    const reason = switched.skipped.get(stack.name);
    if (reason !== undefined) progress.skip('switch', stack, signal.aborted ? INTERRUPTED : reason);
  }
  let pending = await routeStacks(options, switched.routes, used);
  while (pending.length > 0) {
    // A route that takes over a stream has to wait for the route that releases it.
    const isFree = (stack: Stack) => signal.aborted || ownerOf(stack, progress.deployed()) === undefined;
    const free = pending.filter(isFree);
    if (free.length === 0) break;
    pending = pending.filter((stack) => !free.includes(stack));
    await progress.deploy('switch', free);
  }
  for (const stack of pending)
    progress.skip('switch', stack, whyTaken(stack, progress.deployed(), options.stacks));
  return switched;
}

/** Stacks that allow no more than the routes deployed by now need. A stack that could not be expanded stays as it is. */
async function contractedStacks(
  options: RollOutOptions,
  progress: Progress,
  { routes }: Switch,
): Promise<AssemblyStack[][]> {
  const own = permissionsOfStacks(options.routes, options.stacks);
  const used = usedByRoutes(inUse(options, progress), own);
  const missing = new Set(
    (['forwarder', 'target', 'route'] as const).flatMap((kind) => [...progress.missing(kind)]),
  );
  const parts = [await permissionStacks(options, used), await routeStacks(options, routes, used)];
  return parts.map((part) => {
    return progress.differing(chosenOf(options, part)).filter(({ name }) => !missing.has(name));
  });
}

function inUse({ routes, stacks, unreadable }: RollOutOptions, progress: Progress) {
  const wanted = stacks.map(asCloudFormationReturns);
  return { routes, wanted, unreadable, deployed: progress.deployed() };
}

function chosenOf({ chosen }: RollOutOptions, stacks: readonly AssemblyStack[]): AssemblyStack[] {
  return stacks.filter(({ name }) => chosen.has(name));
}

const INTERRUPTED = 'interrupted before it began';
