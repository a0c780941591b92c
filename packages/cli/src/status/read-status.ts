import { namesOf, type Route, type Routes } from '@xacct/core';
import pLimit from 'p-limit';
import { alarmOwner, type ForwarderAlarm, type RouteAlarm } from '../alarms/alarm-owner.ts';
import { readRaisedAlarms } from '../alarms/raised-alarms.ts';
import { sortRoutes, sortTargets, statesOfRoute, statesOfTarget } from '../monitor/judge.ts';
import type { LastFailure, RaisedAlarm, RouteStatus, Status } from '../monitor/status.ts';
import type { StatusClients } from './clients.ts';
import { readFailures } from './read-failures.ts';
import { type RouteFigures, readFigures } from './read-figures.ts';
import { type RouteQueues, readQueues } from './read-queues.ts';
import { createUnread, type Unread } from './unread.ts';
import { windowSince } from './window.ts';

/** Log groups that are searched at once. */
const AT_ONCE = 3;

export interface StatusOptions {
  routes: Routes;
  /** Those that were asked for. */
  chosen: readonly Route[];
  clients: StatusClients;
  /** By account ID. */
  accountNames: Record<string, string>;
  /** Epoch ms. */
  since: number;
  now: number;
}

/**
 * Reads the status of routes and their targets. What AWS does not answer is listed, and the rest is shown.
 *
 * @throws the error of CloudWatch, where the metrics cannot be read
 */
export async function readStatus(options: StatusOptions): Promise<Status> {
  const { routes, chosen, clients, accountNames, since, now } = options;
  const { account, region } = routes.source;
  const unread = createUnread(account);
  const window = windowSince(since, now);
  const [figures, queues, alarms] = await Promise.all([
    readFigures(routes, chosen, clients.cloudWatch, window),
    readQueues(routes, chosen, clients, { now, unread }),
    readAlarms(routes, chosen, clients, unread),
  ]);
  const found = await pLimit(AT_ONCE).map(chosen, async (route) => {
    const measured = figures.get(route.name);
    const held = queues.get(route.name);
    if (measured === undefined || held === undefined) return [];
    const raised = alarms.ofRoutes.get(route.name) ?? [];
    const failures = mayHaveFailed(measured, held, raised)
      ? await unread.attempt(`the log of forwarder ${route.forwarder}`, 'logs:FilterLogEvents', () => {
          const { logGroup } = namesOf(routes).forwarder(route.forwarder);
          return readFailures(clients.logs, { logGroup, route: route.name, from: since, to: window.end });
        })
      : undefined;
    return [statusOf(route, measured, held, raised, failures ?? new Map())];
  });
  return {
    system: { kind: 'deployed', account, region, endpoint: null },
    from: new Date(window.start).toISOString(),
    to: new Date(now).toISOString(),
    routes: sortRoutes(found.flat()),
    forwarders: Array.from(alarms.ofForwarders, ([forwarder, raised]) => ({ forwarder, alarms: raised })),
    failures: [],
    edit: null,
    accountNames,
    unread: unread.lines(),
  };
}

function mayHaveFailed(
  { figures: { parked, failed } }: RouteFigures,
  { waiting, dead }: RouteQueues,
  alarms: readonly unknown[],
): boolean {
  const held = (waiting?.messages ?? 0) + (dead?.messages ?? 0);
  return parked + failed + held + alarms.length > 0;
}

function statusOf(
  route: Route,
  measured: RouteFigures,
  held: RouteQueues,
  alarms: RaisedAlarm<RouteAlarm>[],
  failures: ReadonlyMap<string, LastFailure>,
): RouteStatus {
  const targets = sortTargets(
    route.targets.map(({ functionArn: target, invocation, onFailure, paused = false }) => {
      const figures = measured.targets.get(target) ?? null;
      const lastFailure = failures.get(target) ?? null;
      const known = { figures, deliveredPerSecond: null, waiting: null, dead: null, lastFailure };
      return { target, invocation, onFailure, states: statesOfTarget(known, paused), ...known };
    }),
  );
  const { figures, incoming, readDelay } = measured;
  const { forwarder, enabled, stream } = route;
  return {
    ...{ route: route.name, stream: stream.name, forwarder, enabled },
    states: statesOfRoute({ figures, batchFailure: null, ...held, enabled, alarms, targets }),
    ...{
      incoming,
      figures,
      deliveredPerSecond: null,
      readDelay,
      batchFailure: null,
      ...held,
      alarms,
      targets,
    },
  };
}

async function readAlarms(
  routes: Routes,
  chosen: readonly Route[],
  { cloudWatch }: StatusClients,
  unread: Unread,
) {
  const ofRoutes = new Map<string, RaisedAlarm<RouteAlarm>[]>();
  const ofForwarders = new Map<string, RaisedAlarm<ForwarderAlarm>[]>();
  const raised = await unread.attempt('alarms', 'cloudwatch:DescribeAlarms', () =>
    readRaisedAlarms(cloudWatch, routes),
  );
  for (const { AlarmName = '', StateUpdatedTimestamp } of raised ?? []) {
    const owner = alarmOwner(AlarmName, routes, chosen);
    const since = StateUpdatedTimestamp?.toISOString() ?? null;
    if (owner?.kind === 'route') add(ofRoutes, owner.name, { watched: owner.watched, since });
    if (owner?.kind === 'forwarder') add(ofForwarders, owner.name, { watched: owner.watched, since });
  }
  return { ofRoutes, ofForwarders };
}

function add<T>(to: Map<string, T[]>, key: string, value: T): void {
  to.set(key, [...(to.get(key) ?? []), value]);
}
