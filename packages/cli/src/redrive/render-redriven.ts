import { renderGroups } from '../queues/render-groups.ts';
import { renderAge } from '../terminal/age.ts';
import { count } from '../terminal/count.ts';
import type { Staying } from './choose-letters.ts';
import type { Redriven } from './redrive-queues.ts';

const WHY: Record<Staying, string> = {
  foreign: 'no parked records of this route',
  notRouted: 'target or stream no longer routed',
  otherTarget: 'of another target',
  older: 'parked before --since',
};

/** One line of how many messages were read. */
export function renderLookedAt({ moved, staying }: Redriven): string {
  const messages = Object.values(staying).reduce((sum, number) => sum + number, moved.messages);
  return `${count(messages, 'dead letter')} looked at`;
}

/** One line of how many messages have moved. */
export function renderMoved(messages: number, dryRun: boolean): string {
  return `${count(messages, 'dead letter')} ${dryRun ? 'would move' : 'moved'} to the retry queue`;
}

/** What both renderings of a redrive need in addition to its result. */
export interface Rendering {
  dryRun: boolean;
  /** The region of the source. */
  region: string;
  /** Epoch ms. */
  now: number;
  retryForSeconds: number;
}

/** What has moved, and what stays in the dead-letter queue and why. */
export function renderRedriven(
  { moved, staying, complete }: Redriven,
  { dryRun, region, now, retryForSeconds }: Rendering,
): string {
  const total = `${renderMoved(moved.messages, dryRun)}, with ${count(moved.records, 'record')}\n`;
  const left = (Object.keys(WHY) as Staying[])
    .filter((why) => staying[why] > 0)
    .map((why) => `  ${count(staying[why], 'message')}: ${WHY[why]}\n`)
    .join('');
  return [
    total,
    renderGroups(moved.groups, region, now),
    moved.messages === 0 ? '' : renderBudget(dryRun, retryForSeconds),
    left === '' ? '' : `In the dead-letter queue stay:\n${left}`,
    complete ? '' : 'Not every dead letter was looked at.\n',
  ].join('');
}

/** Explains that the times and attempts in the groups above are from before. */
export function renderBudget(dryRun: boolean, retryForSeconds: number): string {
  const verb = dryRun ? 'would start' : 'start';
  return `They ${verb} from zero: no attempts so far, and ${renderAge(retryForSeconds * 1000)} for retries.\n`;
}
