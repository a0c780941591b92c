import type { Figures, RouteStatus, TargetStatus, Waiting } from '../status.ts';
import type { RowFigures } from './columns.ts';

/** The figures of several targets of one route together. */
export function sumOfTargets(targets: readonly TargetStatus[]): RowFigures {
  return {
    incoming: undefined,
    figures: sumOfFigures(targets.map(({ figures }) => figures)),
    deliveredPerSecond: sumOrNull(targets.map(({ deliveredPerSecond }) => deliveredPerSecond)),
    waiting: sumOrNull(targets.map(({ waiting }) => waiting)) ?? undefined,
    dead: sumOrNull(targets.map(({ dead }) => dead)) ?? undefined,
    readDelay: undefined,
  };
}

/** The figures of several routes together. */
export function sumOfRoutes(routes: readonly RouteStatus[]): RowFigures {
  const delays = routes.flatMap(({ readDelay }) => readDelay ?? []);
  return {
    incoming: routes.reduce((sum, { incoming }) => sum + (incoming ?? 0), 0),
    figures: sumOfFigures(routes.map(({ figures }) => figures)),
    deliveredPerSecond: sumOrNull(routes.map(({ deliveredPerSecond }) => deliveredPerSecond)),
    waiting: sumOfWaiting(routes.map(({ waiting }) => waiting)),
    dead: sumOfWaiting(routes.map(({ dead }) => dead)),
    readDelay: delays.length === 0 ? null : Math.max(...delays),
  };
}

function sumOfFigures(all: readonly (Figures | null)[]): Figures | null {
  const known = all.filter((figures) => figures !== null);
  if (known.length < all.length) return null;
  const sum = (key: Exclude<keyof Figures, 'p50' | 'p99'>) =>
    known.reduce((total, figures) => total + figures[key], 0);
  const highest = (values: number[]) => (values.length === 0 ? null : Math.max(...values));
  return {
    delivered: sum('delivered'),
    filtered: sum('filtered'),
    paused: sum('paused'),
    parked: sum('parked'),
    failed: sum('failed'),
    calls: sum('calls'),
    p50: highest(known.flatMap(({ p50 }) => p50 ?? [])),
    p99: highest(known.flatMap(({ p99 }) => p99 ?? [])),
  };
}

function sumOfWaiting(all: readonly (Waiting | null)[]): Waiting | null {
  const known = all.filter((waiting) => waiting !== null);
  if (known.length < all.length) return null;
  const ages = known.flatMap(({ oldestSeconds }) => oldestSeconds ?? []);
  return {
    messages: known.reduce((sum, { messages }) => sum + messages, 0),
    records: sumOrNull(known.map(({ records }) => records)),
    oldestSeconds: ages.length === 0 ? null : Math.max(...ages),
  };
}

function sumOrNull(all: readonly (number | null)[]): number | null {
  return all.reduce((sum, number) => (sum === null || number === null ? null : sum + number), 0);
}
