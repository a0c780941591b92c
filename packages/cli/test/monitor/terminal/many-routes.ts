import { sortTargets } from '../../../src/monitor/judge.ts';
import type { RouteStatus, Status } from '../../../src/monitor/status.ts';
import { figures, route, statusOf, target } from '../statuses.ts';

export const BROKEN = target('reader-17-3', {
  states: ['denied'],
  figures: figures({ parked: 300, calls: 15, p50: 9, p99: 20 }),
  lastFailure: { at: '2026-11-26T03:14:00.000Z', class: 'denied', reason: 'not\n authorized\u001B[31m' },
});

/** 30 routes to 10 targets each, of which one is broken. */
export function manyRoutes(broken = BROKEN): RouteStatus[] {
  return Array.from({ length: 30 }, (_, number) => {
    const targets = Array.from({ length: 10 }, (_, index) => target(`reader-${number}-${index}`));
    if (number !== 17) return route(`stream-${number}`, { targets });
    return route('stream-17', {
      states: ['denied', 'alarm', 'waiting'],
      figures: figures({ delivered: 1350, parked: 300, calls: 285 }),
      waiting: { messages: 12, records: null, oldestSeconds: 2400 },
      alarms: [{ watched: 'parked', since: '2026-11-26T03:05:00.000Z' }],
      targets: sortTargets(targets.with(3, broken)),
    });
  });
}

export function localStatus(routes: RouteStatus[]): Status {
  return {
    ...statusOf(routes),
    system: {
      kind: 'local',
      account: '111111111111',
      region: 'us-west-2',
      endpoint: 'http://127.0.0.1:4580',
    },
  };
}
