import { count } from '../../terminal/count.ts';
import { isTrouble, type RouteStatus, type State, type TargetStatus } from '../status.ts';
import type { Row } from './row.ts';
import { sumOfRoutes, sumOfTargets } from './sums.ts';

/** A row for the targets of a route that are not shown. */
export function restRow(rest: readonly TargetStatus[]): Row {
  const counts = (['failing', 'paused'] as const).map((kind) => {
    const isSo = kind === 'failing' ? isTrouble : isPaused;
    const number = rest.filter((target) => isSo(target)).length;
    return number > 0 ? `${number} ${kind}` : '';
  });
  const summary = counts.filter(Boolean).join(' ');
  return {
    name: `  ${count(rest.length, 'other target')}`,
    isRoute: false,
    states: [bestOf(rest)],
    ...(summary !== '' && { summary }),
    figures: sumOfTargets(rest),
    notes: [],
  };
}

/** A row for routes without trouble; `isAll`: there are no others. */
export function foldedRow(routes: readonly RouteStatus[], isAll: boolean): Row {
  const targets = routes.reduce((sum, route) => sum + route.targets.length, 0);
  return {
    name: `${count(routes.length, isAll ? 'route' : 'other')}, ${count(targets, 'target')}`,
    isRoute: true,
    states: [bestOf(routes)],
    figures: sumOfRoutes(routes),
    notes: [],
  };
}

/** The state of all of which nothing is the matter. */
function bestOf(all: readonly { states: readonly State[] }[]): State {
  const has = (state: State) => all.some(({ states }) => states.includes(state));
  return (['ok', 'quiet', 'uncounted'] as const).find(has) ?? 'ok';
}

export function isPaused({ states }: { states: readonly State[] }): boolean {
  return states.includes('paused');
}
