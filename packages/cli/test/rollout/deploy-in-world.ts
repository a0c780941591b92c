import { NO_PERMISSIONS } from '@xacct/core/rollout';
import { compareStacks } from '../../src/changes/compare-stacks.ts';
import { chooseStacks } from '../../src/rollout/choose-stacks.ts';
import type { Phase } from '../../src/rollout/progress.ts';
import { quietMs } from '../../src/rollout/quiet-time.ts';
import { type RolledOut, rollOut } from '../../src/rollout/roll-out.ts';
import { kindOf, routeOf, type Stack } from '../../src/stacks/stack.ts';
import { createMoments, type Moments } from './moments.ts';
import { type RouteEntry, routesOf } from './routes-file.ts';
import { stacksInMemory } from './stacks-in-memory.ts';
import { createWorld, type World } from './world.ts';

export interface Watched {
  world: World;
  moments: Moments;
}

export function startWorld(): Watched {
  const moments = createMoments();
  const world = createWorld(() => moments.look(world));
  return { world, moments };
}

export interface InWorldOptions {
  /** Whether this stack fails, and whether some of it is there for a while before it is rolled back. */
  fails?(stack: Stack, phase: Phase, count: number): 'at once' | 'later' | false;
  /** Accounts whose stacks cannot be read. */
  unreadable?: readonly string[];
  waits?: boolean;
  /** Names of routes, in place of all. */
  routes?: readonly string[];
  /** The number of the stack at which Ctrl-C comes. */
  interruptedAt?: number;
}

/** Deploys a file into a world as `xacct deploy` does, one stack after another. */
export async function deployInWorld(
  { world, moments }: Watched,
  entries: readonly RouteEntry[],
  {
    fails = () => false,
    unreadable = [],
    waits = true,
    routes: named = [],
    interruptedAt = Number.POSITIVE_INFINITY,
  }: InWorldOptions = {},
): Promise<RolledOut> {
  const routes = routesOf(entries);
  moments.wants(routes);
  const stacks = stacksInMemory(routes);
  const deployed = world
    .stacks()
    .filter(({ account, name }) => !unreadable.includes(account) && name !== 'retained');
  const quiet = quietMs(routes, deployed);
  const changes = [
    ...deployed.filter((stack) => routeOf(stack) !== undefined).map(({ changedAt }) => changedAt),
    ...world.deleted().map(({ deletedAt }) => deletedAt),
  ];
  const interrupt = new AbortController();
  let count = 0;
  return rollOut({
    routes,
    stacks,
    chosen: chooseStacks(stacks, { routes: named, forwarders: [] }),
    deployed,
    unreadable: new Set(unreadable),
    isLeft: () => false,
    unsettledMs: Math.max(0, ...changes.map((changedAt) => changedAt + quiet - world.now())),
    quietMs: quiet,
    waits,
    revertsDrift: false,
    concurrency: 1,
    signal: interrupt.signal,
    now: world.now,
    onStart: () => {},
    onEnd: () => {},
    async synthesize({ routes: variant, also = NO_PERMISSIONS, only = new Set(), written = [] }) {
      const others = written.map((stack) => ({ ...stack, folder: '', needs: [] }));
      return [...stacksInMemory(variant, { also, only: (name) => only.has(name) }), ...others];
    },
    async deploy(stack, phase) {
      world.pass(5_000);
      count += 1;
      if (count === interruptedAt) interrupt.abort();
      const failure = fails(stack, phase, count);
      if (failure === false) return world.deploy(stack);
      if (failure === 'later') world.rollBack(stack);
      return 'it failed';
    },
    async wait(ms) {
      world.pass(ms);
    },
  });
}

/** Deploys all stacks at once as the file says: forwarders, then target accounts, then routes whose accounts did not fail. */
export async function deployAtOnce(
  { world, moments }: Watched,
  entries: readonly RouteEntry[],
  fails: (stack: Stack) => boolean = () => false,
): Promise<void> {
  const routes = routesOf(entries);
  moments.wants(routes);
  const failed = new Set<string>();
  for (const kind of ['forwarder', 'target', 'route']) {
    for (const stack of stacksInMemory(routes).filter((other) => kindOf(other) === kind)) {
      world.pass(5_000);
      if (fails(stack) || stack.needs.some((need) => failed.has(need))) failed.add(stack.name);
      else world.deploy(stack);
    }
  }
}

/** The stacks that are not as the file says. */
export function differences(world: World, entries: readonly RouteEntry[]): string[] {
  const deployed = world.stacks().filter(({ name }) => name !== 'retained');
  return compareStacks(deployed, stacksInMemory(routesOf(entries)))
    .filter(({ change }) => change !== 'remove')
    .map(({ name }) => name);
}

/** Deletes the stacks of routes that the file no longer has, as `xacct destroy` does. */
export function destroyRemoved(world: World, entries: readonly RouteEntry[]): void {
  for (const stack of world.stacks()) {
    const route = routeOf(stack);
    if (route === undefined || entries.some(({ name }) => name === route)) continue;
    world.pass(5_000);
    world.destroy(stack.name);
  }
}
