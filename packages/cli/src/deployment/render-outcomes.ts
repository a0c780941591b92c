import type { PhaseOutcome } from '../rollout/progress.ts';
import { renderTable } from '../terminal/table.ts';
import type { UncheckedStack } from './create-deploy.ts';

/** One line when a stack ends, while others are under way. */
export function renderOutcome({ phase, stack, account, outcome, seconds, reason }: PhaseOutcome): string {
  const after = seconds === null ? '' : ` after ${seconds} s`;
  const how = phase === 'contract' ? ', with less' : phase === 'restore' ? ' again' : '';
  return `${stack} (${account}): ${outcome}${how}${after}${reason === null ? '' : `: ${reason}`}\n`;
}

/** A table of all stacks. The reasons come last: they may be long and contain a command to copy. */
export function renderOutcomes(outcomes: readonly PhaseOutcome[]): string {
  const rows = outcomes.map(({ phase, stack, account, outcome, seconds, reason }) => {
    return [stack, account, outcome, phase, seconds ?? '', reason ?? ''];
  });
  return renderTable(['stack', 'account', 'outcome', 'phase', 'seconds', 'reason'], rows);
}

/** A line for each stack that could not be checked after its deployment. */
export function renderUnchecked(unchecked: readonly UncheckedStack[]): string {
  return unchecked
    .map(({ stack, account, reason }) => `${stack} (${account}): deployed, but not checked: ${reason}\n`)
    .join('');
}
