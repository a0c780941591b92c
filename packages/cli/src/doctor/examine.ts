import { namesOf } from '@xacct/core';
import pLimit from 'p-limit';
import type { DeployedDiff } from '../changes/diff-deployed.ts';
import { count } from '../terminal/count.ts';
import { step } from '../terminal/progress.ts';
import { checkAlarms } from './checks/alarms.ts';
import { checkBootstrap } from './checks/bootstrap.ts';
import { checkConcurrency } from './checks/concurrency.ts';
import { checkKeptForPaused } from './checks/kept-for-paused.ts';
import { checkMappings } from './checks/mappings.ts';
import { type BothStacks, checkParameters } from './checks/parameters.ts';
import { checkQueues } from './checks/queues.ts';
import { checkStacks } from './checks/stacks.ts';
import { checkStream } from './checks/streams.ts';
import { countTargets, type Examined, environmentsOf, forwardersOf } from './examined.ts';
import { findCauses } from './find-causes.ts';
import type { Finding } from './finding.ts';
import { judgeProbes } from './judge-probes.ts';
import { type ProbedRoute, probeRoute } from './probe-route.ts';

/** Routes that are looked at, or probed, at once. */
const AT_ONCE = 5;

/**
 * Looks at the chosen routes from outside, then has their forwarders probe every target.
 *
 * @returns one finding for each thing that is wrong
 */
export async function examine(examined: Examined, compared: DeployedDiff): Promise<Finding[]> {
  // A probe leaves a message in the retry queue for a moment, so the queues are counted before.
  const outside = await step(
    'Reading what runs',
    () => lookFromOutside(examined, compared),
    () => `${count(examined.chosen.length, 'route')} read`,
  );
  const probed = await probe(examined);
  const { findings, differences } = checkStacks(compared, examined);
  return findCauses([...judgeProbes(probed, examined), ...outside, ...findings], differences);
}

async function lookFromOutside(examined: Examined, stacks: BothStacks): Promise<Finding[]> {
  const { chosen, isAll } = examined;
  const limited = pLimit(AT_ONCE);
  const shards = new Map<string, number>();
  const [ofRoutes, ...others] = await Promise.all([
    limited.map(chosen, async (route) => {
      const stream = await checkStream(route, examined);
      if (stream.shards !== undefined) shards.set(route.stream.name, stream.shards);
      const found = await Promise.all([
        checkParameters(route, stacks, examined),
        checkQueues(route, examined),
        checkKeptForPaused(route, examined),
      ]);
      return [...stream.findings, ...found.flat()];
    }),
    limited.map(forwardersOf(examined), (forwarder) => checkMappings(forwarder, examined)),
    checkAlarms(examined),
    checkBootstrap(environmentsOf(examined), examined),
  ]);
  // What some routes take says nothing about an account that all of them share.
  const concurrency = isAll ? await checkConcurrency(examined, shards) : [];
  return [...ofRoutes.flat(), ...others.flat(2), ...concurrency];
}

async function probe(examined: Examined): Promise<ProbedRoute[]> {
  const { routes, chosen, clients } = examined;
  const all = countTargets(chosen);
  return step(
    `Probing ${count(all, 'target')}`,
    (running) => {
      let done = 0;
      return pLimit(AT_ONCE).map(chosen, (route) =>
        probeRoute(route, namesOf(routes).forwarder(route.forwarder).function, clients.lambda, (targets) => {
          done += targets;
          running.update(`${done} of ${count(all, 'target')} probed`);
        }),
      );
    },
    (probed) => {
      const answered = probed.flatMap((one) => ('answer' in one ? one.answer.targets : []));
      return `${answered.length} of ${count(all, 'target')} probed`;
    },
    { isLong: true },
  );
}
