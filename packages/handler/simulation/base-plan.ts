import { limits } from '@xacct/core';
import type { Behaviour, FunctionPlan, Hours, Poison, TargetPlan, WorldPlan } from './plan.ts';

/** One route of four shards to ten healthy targets: half of them request-response, half of them event. */
export function basePlan(options: {
  seed: number;
  hours: number;
  rate: number;
  environments: number | undefined;
}): WorldPlan {
  const { seed, hours, rate, environments } = options;
  const names = Array.from({ length: 10 }, (_, index) => functionName(index + 1));
  return {
    seed,
    hours,
    rate,
    routes: [
      {
        name: 'orders',
        shards: 4,
        targets: names.map((name, index) => ({
          function: name,
          invocation: index < 5 ? 'request-response' : 'event',
          onFailure: 'park',
        })),
      },
    ],
    functions: names.map((name) => ({ name })),
    forwarder: {
      timeoutSeconds: 60,
      memoryMB: 512,
      environments,
      concurrency: 1000,
      lifeHours: 3,
      deployments: [],
      recursiveLoop: 'Allow',
    },
    mapping: {
      batchSize: 100,
      windowMs: 1_000,
      parallelizationFactor: 1,
      maximumRetryAttempts: 1_000,
      maximumRecordAgeSeconds: 86_400,
      bisects: true,
    },
    queue: {
      maxReceiveCount: limits.sqs.receiveCount,
      maximumConcurrency: 10,
      inFlight: 120_000,
      duplicates: 0.000_1,
    },
    quotas: { stsPerSecond: 600, ssmPerSecond: 40 },
    faults: [],
    clockSkewMs: 0,
  };
}

/** The target that goes wrong. */
export const BAD = functionName(1);

export function functionName(number: number): string {
  return `function-${number}`;
}

export function withPoison(plan: WorldPlan, name: string, poison: Poison): WorldPlan {
  return withFunction(plan, name, (target) => ({ ...target, poison }));
}

export function withBehaviour(
  plan: WorldPlan,
  name: string,
  behaviour: Behaviour,
  hours: Partial<Hours> = {},
): WorldPlan {
  return withFunction(plan, name, (target) => ({
    ...target,
    phases: [...(target.phases ?? []), { ...hours, behaviour }],
  }));
}

/** Changes the function's target on all routes. */
export function withTarget(plan: WorldPlan, name: string, change: Partial<TargetPlan>): WorldPlan {
  const routes = plan.routes.map((route) => ({
    ...route,
    targets: route.targets.map((target) => (target.function === name ? { ...target, ...change } : target)),
  }));
  return { ...plan, routes };
}

/** All functions without poison and phases. */
export function allHealthy(plan: WorldPlan): WorldPlan {
  return { ...plan, functions: plan.functions.map(({ name }) => ({ name })) };
}

function withFunction(
  plan: WorldPlan,
  name: string,
  change: (target: FunctionPlan) => FunctionPlan,
): WorldPlan {
  return {
    ...plan,
    functions: plan.functions.map((target) => (target.name === name ? change(target) : target)),
  };
}
