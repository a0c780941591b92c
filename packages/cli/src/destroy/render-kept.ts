import { renderPaused } from '../paused/render-paused.ts';
import { count } from '../terminal/count.ts';
import type { Kept } from './destroy-route.ts';

/** A line for each queue that stays, and for each paused target for which records are kept. */
export function renderKept({ queues, paused }: Kept, region: string, now: number): string {
  const ofQueues = queues.map(({ queue, messages, reason }) => {
    const holds =
      messages === null ? `what it holds is not known (${reason})` : `about ${count(messages, 'message')}`;
    return `  stays: queue ${queue}, ${holds}\n`;
  });
  const { targets, reason } = paused;
  const ofTargets =
    targets === null
      ? `  stays: what is kept for paused targets, which is not known (${reason})\n`
      : renderPaused(targets, region, now).replaceAll(/^ {2}/gm, '  stays: ');
  return ofQueues.join('') + ofTargets;
}
