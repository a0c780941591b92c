import type { StackOutcome } from '../deploy/deploy-stacks.ts';
import { renderTable } from './table.ts';

/** One line at the end of a stack, as long as others are under way. */
export function renderOutcome({ stack, account, outcome, seconds, reason }: StackOutcome): string {
  const after = seconds === null ? '' : ` after ${seconds} s`;
  return `${stack} (${account}): ${outcome}${after}${reason === null ? '' : `: ${reason}`}\n`;
}

/** A table of all stacks; the reasons come last, as they may be long and hold a command to copy. */
export function renderOutcomes(outcomes: readonly StackOutcome[]): string {
  const rows = outcomes.map(({ stack, account, outcome, seconds, reason }) => {
    return [stack, account, outcome, seconds ?? '', reason ?? ''];
  });
  return renderTable(['stack', 'account', 'outcome', 'seconds', 'reason'], rows);
}
