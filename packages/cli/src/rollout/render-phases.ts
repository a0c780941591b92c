import { few } from '@xacct/core';
import { count } from '../terminal/count.ts';
import type { PhasePlan } from './plan-phases.ts';
import type { LateRoute } from './switch-routes.ts';

/** How many names a line lists. */
const MOST_NAMES = 5;

/** A line for what is put back, and one if a deployment removes what only earlier routes needed; none if it only adds. */
export function renderPhases(plan: PhasePlan): string {
  return renderRestored(plan) + renderContracted(plan);
}

function renderRestored({ restore }: PhasePlan): string {
  if (restore.length === 0) return '';
  return `To put back what was changed by hand, if anything: ${few(restore, MOST_NAMES)}\n`;
}

function renderContracted({ expand, switch: switched, contract, quietMs, unsettledMs }: PhasePlan): string {
  if (contract.length === 0) return '';
  const allow = `${few(contract, MOST_NAMES)} ${contract.length === 1 ? 'allows' : 'allow'}`;
  if (expand.length + switched.length === 0) {
    const when = unsettledMs > 0 ? ` in ${Math.ceil(unsettledMs / 1000)} s` : '';
    return `Still to contract${when}: ${allow} more than any route needs\n`;
  }
  return `In phases: ${count(expand.length, 'stack')} expanded, ${count(switched.length, 'route')} switched, and ${Math.ceil(quietMs / 1000)} s later ${allow} no more than the new routes need\n`;
}

/** A line for each account whose targets differ from the file. */
export function renderLate(late: readonly LateRoute[]): string {
  return late
    .map(({ route, account, waiting, kept }) => {
      const meanwhile = kept.length === 0 ? '' : `; until then the records go to ${kept.join(', ')}`;
      return `route ${route}: account ${account} is not ready for ${waiting.join(', ')}${meanwhile}\n`;
    })
    .join('');
}

/** One line if something is left to the next deployment. */
export function renderToContract({
  stacks,
  afterMs,
}: {
  stacks: readonly string[];
  afterMs: number;
}): string {
  if (stacks.length === 0) return '';
  const when = afterMs > 0 ? ` from ${Math.ceil(afterMs / 1000)} s on` : '';
  return `Still to contract, by the next deployment${when}: ${few(stacks, MOST_NAMES)}\n`;
}

export function renderRemoved(routes: readonly string[]): string {
  const names = routes.map((route) => `route "${route}"`).join(', ');
  const commands = routes.map((route) => `xacct destroy ${route}`).join(' && ');
  return `The file no longer has ${names}, which ${routes.length === 1 ? 'continues' : 'continue'} to read and ${routes.length === 1 ? 'keeps its' : 'keep their'} permissions. Next: ${commands}`;
}
