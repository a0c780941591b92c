import type { EnvironmentStats, Environments } from './environments.ts';
import { LedgerError, PLACES, type TargetLedger } from './ledger.ts';
import { HOUR, type WorldPlan } from './plan.ts';
import type { QueueStats } from './queue.ts';
import { createWorld, type World } from './world.ts';

/** What came out. */
export interface Result {
  plan: WorldPlan;
  targets: readonly TargetResult[];
  /** Of each route's retry queue, by name of the route. */
  queues: ReadonlyMap<string, QueueStats>;
  environments: EnvironmentStats;
  batches: number;
  /** Retries of batches by event source mappings of streams. */
  retries: number;
  stsCalls: number;
  objects: number;
  events: number;
  virtualHours: number;
  realSeconds: number;
}

export interface TargetResult {
  ledger: TargetLedger;
  route: string;
  function: string;
  put: number;
  calls: number;
  setAside: number;
}

/** After the last record was put, for what is parked to reach its target or the dead-letter queue. */
const DRAIN_HOURS = 26;
const SUM_EVERY_MS = 1_000;
const CHECK_EVERY_MS = 6 * HOUR;

/** Lets the records of the plan's hours come and drain, and watches over their account all the time. */
export async function run(
  plan: WorldPlan,
  options: { write?: (lines: string) => void; secondsNow: () => number },
): Promise<Result> {
  const { write, secondsNow } = options;
  const startedAt = secondsNow();
  const world = createWorld(plan, write);
  const { time, start, routes, queues, environments, targets, shards } = world;
  const putEnds = start + plan.hours * HOUR;
  watch(world, plan);
  await time.runUntil(putEnds);
  await time.runUntil(putEnds + DRAIN_HOURS * HOUR, () => isDrained(world, environments));
  for (const { ledgers } of routes) for (const ledger of ledgers) ledger.check();

  return {
    plan,
    targets: routes.flatMap(({ plan: { name }, records, ledgers }) =>
      ledgers.map((ledger) => ({
        ledger,
        route: name,
        function: ledger.function,
        put: records.count(),
        calls: targets.calls.get(ledger) ?? 0,
        setAside: ledger.setAside(),
      })),
    ),
    queues: new Map(routes.map(({ plan: { name } }, index) => [name, statsOf(queues[index]?.retry.stats)])),
    environments: environments.stats,
    batches: shards.reduce((sum, { batches }) => sum + batches, 0),
    retries: shards.reduce((sum, { retries }) => sum + retries, 0),
    stsCalls: world.stsCalls(),
    objects: world.objects(),
    events: time.count(),
    virtualHours: (time.now() - start) / HOUR,
    realSeconds: secondsNow() - startedAt,
  };
}

function isDrained({ queues, routes }: World, environments: Environments): boolean {
  return (
    environments.running() === 0 &&
    queues.every(({ retry }) => retry.count() === 0) &&
    routes.every(({ ledgers }) => ledgers.every(({ counts }) => counts.inStream === 0))
  );
}

/** Each virtual second the parts of every account add up; each few hours all of its records are counted again. */
function watch({ time, routes, start }: World, plan: WorldPlan): void {
  const sum = () => {
    for (const { ledgers, records } of routes) {
      for (const { counts, function: name } of ledgers) {
        const total = PLACES.reduce((all, place) => all + counts[place], 0);
        if (total === records.count()) continue;
        throw new LedgerError(
          `${records.count()} records were put, and ${total} are accounted for at ${name} (seed ${plan.seed}, ${(time.now() - start) / HOUR} hours)`,
        );
      }
    }
    time.after(SUM_EVERY_MS, sum);
  };
  const check = () => {
    for (const { ledgers } of routes) for (const ledger of ledgers) ledger.check();
    time.after(CHECK_EVERY_MS, check);
  };
  sum();
  time.after(CHECK_EVERY_MS, check);
}

function statsOf(stats: QueueStats | undefined): QueueStats {
  if (stats === undefined) throw new Error('A route has no queue');
  return stats;
}
