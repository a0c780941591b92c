import { assembleHandler } from '../src/assemble-handler.ts';
import { createBucket } from './bucket.ts';
import { createEnvironments, type Environments } from './environments.ts';
import { createFaults } from './faults.ts';
import { createHoldings, type Holdings } from './holdings.ts';
import { createPayloadReader } from './payload-records.ts';
import { FORWARDER, functionArnOf, PREFIX, roleArnOf, SOURCE, storedRouteOf } from './places.ts';
import { HOUR, type WorldPlan, within } from './plan.ts';
import { createRandom, share } from './random.ts';
import {
  createRouteQueues,
  createRouteWorld,
  type RouteQueues,
  type RouteWorld,
  startRoute,
} from './route-world.ts';
import { createServiceCall } from './service-call.ts';
import type { ShardStats } from './shard-reader.ts';
import { createSqs } from './sqs.ts';
import { createParameters } from './ssm.ts';
import { createSessions } from './sts.ts';
import { createTargets, type Targets } from './targets.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

/** All that there is, ready to run. */
export interface World {
  time: VirtualTime;
  /** Epoch milliseconds. */
  start: number;
  routes: readonly RouteWorld[];
  queues: readonly RouteQueues[];
  environments: Environments;
  targets: Targets;
  shards: readonly ShardStats[];
  /** Calls to STS. */
  stsCalls(): number;
  objects(): number;
}

const START = Date.parse('2026-01-01T00:00:00Z');

/** @param write takes the handler's log */
export function createWorld(plan: WorldPlan, write: (lines: string) => void = () => {}): World {
  const time = createVirtualTime(START);
  const hourNow = () => (time.now() - START) / HOUR;
  const where = () => `seed ${plan.seed}, ${hourNow().toFixed(4)} hours`;
  const poisonOf = new Map(plan.functions.map(({ name, poison }) => [name, poison?.share ?? 0]));
  const numberOf = new Map(plan.functions.map(({ name }, index) => [name, index]));
  const isPoison = (name: string, stream: number, ordinal: number) =>
    share(plan.seed, (numberOf.get(name) ?? 0) * 1000 + stream, ordinal) < (poisonOf.get(name) ?? 0);

  const routes = plan.routes.map((route, index) =>
    createRouteWorld({
      index,
      plan: route,
      start: START,
      isPoison: (name, ordinal) => isPoison(name, index, ordinal),
      outages: plan.faults.filter(({ service }) => service === 'ssm'),
      where,
    }),
  );
  const bucket = createBucket(() => holdings);
  const holdings: Holdings = createHoldings(
    routes.flatMap(({ ledgers }) => ledgers),
    bucket,
  );
  const queues = routes.map((route) => createRouteQueues({ route, world: plan, time, holdings }));
  const parameters = createParameters(time, plan.quotas.ssmPerSecond);
  const isDenied = denials(plan, hourNow);
  const sessions = createSessions(time, plan.quotas.stsPerSecond, isDenied);
  const targets = createTargets({
    functions: plan.functions.map((target) => ({
      plan: target,
      arn: functionArnOf(target.name),
      random: createRandom(plan.seed, target.name),
      ledgers: ledgersOf(routes, target.name),
      isPoison: (stream, ordinal) => isPoison(target.name, stream, ordinal),
    })),
    time,
    start: START,
    sessions,
    isDenied,
    readPayload: createPayloadReader(),
  });

  const faultOf = createFaults({
    faults: plan.faults,
    time,
    start: START,
    random: createRandom(plan.seed, 'faults'),
  });
  const environments = createEnvironments({
    plan: plan.forwarder,
    time,
    random: createRandom(plan.seed, 'environments'),
    clockSkewMs: plan.clockSkewMs,
    load(environment) {
      const random = createRandom(plan.seed, `services of ${environment.name}`);
      const call = createServiceCall({ environment, time, random, faultOf });
      return assembleHandler({
        services: {
          getParameters: parameters.client(call),
          callSts: sessions.client(call),
          callSqs: createSqs({
            environment,
            call,
            queues: queues.flatMap(({ retry, deadLetters }) => [retry, deadLetters]),
          }),
          objects: bucket.client(call),
          invoke: targets.invokeFrom(environment),
        },
        environment: {
          prefix: PREFIX,
          bucket: 'xacct-failures',
          forwarder: FORWARDER,
          region: SOURCE.region,
          memoryMB: plan.forwarder.memoryMB,
          s3Endpoint: undefined,
          sqsEndpoint: undefined,
          metrics: 'target',
          logLevel: 'info',
        },
        clock: environment.clock,
        random: createRandom(plan.seed, `handler of ${environment.name}`).next,
        write,
      });
    },
  });

  for (const { name, targets: first, edits = [], editSeconds = 0 } of plan.routes) {
    parameters.write(storedRouteOf(name, first));
    for (const edit of edits) {
      time.at(START + edit.hour * HOUR, () => {
        parameters.write(storedRouteOf(name, edit.targets), editSeconds * 1000);
      });
    }
  }
  for (const hour of plan.forwarder.deployments) time.at(START + hour * HOUR, environments.deploy);
  killEnvironments(plan, time, environments);
  const shards = routes.flatMap((route, index) => {
    const own = queues[index];
    return own === undefined ? [] : startRoute({ route, queues: own, world: plan, time, environments });
  });
  return {
    time,
    start: START,
    routes,
    queues,
    environments,
    targets,
    shards,
    stsCalls: sessions.calls,
    objects: bucket.count,
  };
}

function denials(plan: WorldPlan, hourNow: () => number): (roleArn: string) => boolean {
  const byRole = new Map(
    plan.routes.flatMap((route) =>
      [...route.targets, ...(route.edits ?? []).flatMap(({ targets }) => targets)].map(
        (target) => [roleArnOf(route.name, target.function), target.denied ?? []] as const,
      ),
    ),
  );
  return (roleArn) => byRole.get(roleArn)?.some((hours) => within(hours, hourNow())) ?? false;
}

function ledgersOf(routes: readonly RouteWorld[], name: string) {
  return new Map(
    routes.flatMap(({ ledgers }, stream) =>
      ledgers.filter((ledger) => ledger.function === name).map((ledger) => [stream, ledger] as const),
    ),
  );
}

function killEnvironments(plan: WorldPlan, time: VirtualTime, environments: Environments): void {
  const { killEveryMinutes } = plan.forwarder;
  if (killEveryMinutes === undefined) return;
  const random = createRandom(plan.seed, 'kills');
  const end = START + plan.hours * HOUR;
  const next = () => {
    const at = time.now() + random.exponential(killEveryMinutes) * 60_000;
    if (at >= end) return;
    time.at(at, () => {
      environments.killOne();
      next();
    });
  };
  next();
}
