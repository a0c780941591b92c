import { basePlan } from '../base-plan.ts';
import type {
  Behaviour,
  Fault,
  FunctionPlan,
  Hours,
  Poison,
  RoutePlan,
  TargetPlan,
  WorldPlan,
} from '../plan.ts';
import { createRandom, type Random } from '../random.ts';
import { innocentsDelivered, noInnocentDeadLettered, noneGivenUp } from '../rules.ts';
import type { Scenario } from '../scenario.ts';

/** A mix that follows from the seed alone. The account of every record is checked all the time. */
export const everythingScenario: Scenario = {
  name: 'everything',
  about:
    'several routes; functions, services and environments go wrong at random for an hour, then all is well',
  hours: 1,
  rate: 0.05,
  thinned: { hours: 1, rate: 0.002 },
  plan: (base) => mix(base, createRandom(base.seed, 'everything')),
  rules: (result) => [
    noInnocentDeadLettered(result.targets),
    innocentsDelivered(result.targets),
    noneGivenUp(result.targets),
  ],
};

function mix(base: WorldPlan, random: Random): WorldPlan {
  const { hours } = base;
  const { functions: healthy } = basePlan({ ...base, environments: undefined });
  const blocking = new Set<string>();
  const routes = ['orders', 'events', 'payments'].map((name): RoutePlan => {
    const chosen = healthy.filter(() => random.chance(0.5));
    const targets = (chosen.length === 0 ? healthy.slice(0, 1) : chosen).map((target) =>
      anyTarget(target.name, random, hours),
    );
    for (const target of targets) if (target.onFailure === 'block') blocking.add(target.function);
    const removed = random.pick(targets as [TargetPlan, ...TargetPlan[]]);
    const rest = targets.filter((target) => target !== removed);
    return {
      name,
      shards: 1 + Math.floor(random.between(0, 4)),
      targets,
      together: random.chance(0.3),
      // A target that is removed and comes back, while all may go wrong.
      ...(random.chance(0.3) &&
        rest.length > 0 && {
          edits: [
            { hour: hours * 0.4, targets: rest },
            { hour: hours * 0.5, targets },
          ],
        }),
    };
  });
  return {
    ...base,
    routes,
    functions: healthy.map((target) => anyFunction(target.name, random, hours, blocking.has(target.name))),
    forwarder: {
      ...base.forwarder,
      environments: random.pick([undefined, undefined, 2, 20]),
      lifeHours: random.pick([3, 0.2]),
      deployments: random.chance(0.5) ? [random.between(0, hours)] : [],
      ...(random.chance(0.5) && { killEveryMinutes: random.between(1, 20) }),
    },
    // A batch that is given up is what these options ask for.
    mapping: {
      ...base.mapping,
      parallelizationFactor: random.pick([1, 1, 3]),
      maximumRetryAttempts: -1,
      maximumRecordAgeSeconds: -1,
    },
    queue: { ...base.queue, duplicates: random.pick([0, 0.0001, 0.02]) },
    quotas: random.pick([base.quotas, { stsPerSecond: 60, ssmPerSecond: 4 }]),
    faults: (['sqs', 's3', 'ssm', 'sts'] as const).flatMap((service): Fault[] =>
      random.chance(0.5)
        ? [
            {
              service,
              mode: random.pick(['fails', 'hangs', 'loses']),
              share: random.pick([0.02, 0.3, 1]),
              ...anyHours(random, hours),
            },
          ]
        : [],
    ),
    clockSkewMs: random.pick([0, 0, 120_000]),
  };
}

function anyTarget(name: string, random: Random, hours: number): TargetPlan {
  return {
    function: name,
    invocation: random.pick(['event', 'request-response']),
    onFailure: random.chance(0.15) ? 'block' : 'park',
    ...(random.chance(0.3) && { filter: { data: { kind: [0, 2] } } }),
    ...(random.chance(0.2) && { denied: [anyHours(random, hours)] }),
  };
}

/** With `block`, poison would stop its shard for good. */
function anyFunction(name: string, random: Random, hours: number, blocks: boolean): FunctionPlan {
  const poison: Poison = {
    share: random.pick([0.001, 0.01, 0.1]),
    mode: random.pick(['throws', 'reports']),
    takesRest: random.chance(0.5),
  };
  const hasPoison = random.chance(0.3);
  const phases = random.chance(0.6) ? [{ ...anyHours(random, hours), behaviour: anyBehaviour(random) }] : [];
  return { name, phases, ...(hasPoison && !blocks && { poison }) };
}

function anyBehaviour(random: Random): Behaviour {
  return random.pick<Behaviour>([
    { kind: 'hangs' },
    { kind: 'slow', ms: random.pick([3_000, 40_000, 70_000]) },
    { kind: 'throttles', share: random.pick([0.5, 1]) },
    { kind: 'unavailable' },
    { kind: 'flaps', upMs: 30_000, downMs: 30_000 },
    { kind: 'fails', share: random.pick([0.1, 1]) },
    { kind: 'loses answers', share: 0.05 },
  ]);
}

/** Within the hours of the plan. */
function anyHours(random: Random, hours: number): Hours {
  const from = random.between(0, 0.8 * hours);
  return { from, to: Math.min(hours, from + random.between(0.02, 0.4) * hours) };
}
