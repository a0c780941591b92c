import { type Named, namesOf, type Route, type Routes } from '@xacct/core';
import { type Figures, isCounted } from '../monitor/status.ts';
import type { StatusClients } from './clients.ts';
import { figuresOf, sumOf } from './figures.ts';
import { readMetrics } from './read-metrics.ts';
import { incomingQuery, readDelayQuery } from './stream-queries.ts';
import type { Window } from './window.ts';

/** What was measured for a route. */
export interface RouteFigures {
  figures: Figures;
  incoming: number | null;
  readDelay: number | null;
  /** By the ARN of the function; no figures where the forwarder counts by route only. */
  targets: Map<string, Figures>;
}

/** Reads the figures of routes, then those of the targets of each route that had any. */
export async function readFigures(
  routes: Named & Pick<Routes, 'forwarders'>,
  chosen: readonly Route[],
  cloudWatch: StatusClients['cloudWatch'],
  window: Window,
): Promise<Map<string, RouteFigures>> {
  const asked = chosen.map((route) => ({
    route,
    figures: figuresOf(placeOf(route)),
    incoming: incomingQuery(route),
    readDelay: readDelayQuery(routes, route),
  }));
  const answers = await readMetrics(
    cloudWatch,
    asked.flatMap(({ figures, incoming, readDelay }) => [
      ...figures.queries,
      readDelay,
      ...(incoming === undefined ? [] : [incoming]),
    ]),
    window,
  );
  const found = asked.map(({ route, figures, incoming, readDelay }) => ({
    route,
    figures: figures.read(answers),
    incoming: incoming === undefined ? null : sumOf(answers, incoming),
    readDelay: answers.get(readDelay)?.[0] ?? null,
  }));

  const byTarget = found.flatMap(({ route, figures }) => {
    if (countsByRoute(routes, route)) return [];
    return route.targets.map(({ functionArn }) => ({
      route: route.name,
      target: functionArn,
      // A route that counted nothing has no targets that counted anything.
      asked: isCounted(figures) ? figuresOf({ ...placeOf(route), target: functionArn }) : NOTHING,
    }));
  });
  const ofTargets = await readMetrics(
    cloudWatch,
    byTarget.flatMap(({ asked: { queries } }) => queries),
    window,
  );
  return new Map(
    found.map(({ route: { name }, ...measured }) => {
      const targets = byTarget.filter(({ route }) => route === name);
      return [
        name,
        { ...measured, targets: new Map(targets.map((one) => [one.target, one.asked.read(ofTargets)])) },
      ];
    }),
  );

  function placeOf({ name, forwarder }: Route) {
    return { forwarder: namesOf(routes).forwarder(forwarder).function, route: name };
  }
}

/** Whether the route's forwarder counts all targets of a route together. */
export function countsByRoute({ forwarders }: Pick<Routes, 'forwarders'>, { forwarder }: Route): boolean {
  return forwarders.some(({ name, metrics }) => name === forwarder && metrics === 'route');
}

const NOTHING: ReturnType<typeof figuresOf> = {
  queries: [],
  read: () => ({
    delivered: 0,
    filtered: 0,
    parked: 0,
    paused: 0,
    failed: 0,
    calls: 0,
    p50: null,
    p99: null,
  }),
};
