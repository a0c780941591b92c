import { mapCounts } from '../../local-aws/read-log.ts';
import type { Flow, RouteTraffic, TargetTraffic } from '../traffic.ts';

export interface Picture {
  routes: readonly RouteTraffic[];
  /** Each route with its targets below it, or on one line. */
  withTargets: boolean;
  /** Routes for which there is no room. */
  left: number;
}

/** Chooses what fits into some lines: all routes with their targets, else one line a route, busy ones first. */
export function choosePicture(routes: readonly RouteTraffic[], lines: number): Picture {
  const whole = routes.reduce((sum, { targets }) => sum + 1 + targets.length, 0);
  if (whole <= lines) return { routes, withTargets: true, left: 0 };
  if (routes.length <= lines) return { routes, withTargets: false, left: 0 };
  const room = Math.max(0, lines - 1);
  const byTraffic = routes.toSorted((a, b) => trafficOf(b) - trafficOf(a)).slice(0, room);
  const chosen = new Set(byTraffic);
  return {
    routes: routes.filter((route) => chosen.has(route)),
    withTargets: false,
    left: routes.length - chosen.size,
  };
}

/** Failures count most. */
function trafficOf({ targets }: RouteTraffic): number {
  const { recordsIn, parked, failed } = addFlows(targets);
  return recordsIn.total + 1e9 * (parked.perSecond + failed.perSecond);
}

export function addFlows(targets: readonly Pick<TargetTraffic, 'flow'>[]): Flow {
  return mapCounts((kind) =>
    targets.reduce(
      (sum, { flow }) => ({
        total: sum.total + flow[kind].total,
        perSecond: sum.perSecond + flow[kind].perSecond,
      }),
      { total: 0, perSecond: 0 },
    ),
  );
}
