import type { KeptForTarget } from '../paused/count-paused.ts';
import { renderPaused } from '../paused/render-paused.ts';
import { renderGroups } from '../queues/render-groups.ts';
import { count } from '../terminal/count.ts';
import { renderTable } from '../terminal/table.ts';
import type { KeptObjects } from './count-kept.ts';
import type { QueueLook, ReadMessages } from './look-at-parked.ts';

export interface RouteLook {
  retryQueue: QueueLook;
  deadLetterQueue: QueueLook;
  /** Undefined where it was not asked for. */
  failureBucket: KeptObjects | undefined;
  /** What is kept for paused targets; undefined where the bucket was not looked into. */
  paused: KeptForTarget[] | undefined;
}

/** The counts of a route's queues, then what was read of them, and what the failure bucket holds. */
export function renderParked(
  { retryQueue, deadLetterQueue, failureBucket, paused = [] }: RouteLook,
  region: string,
  now: number,
): string {
  const rows = [retryQueue, deadLetterQueue].map(({ queue, counts }) => {
    return [queue, counts.visible, counts.inFlight, counts.delayed];
  });
  return [
    renderTable(['queue', 'visible', 'in flight', 'delayed'], rows),
    renderRead('Retry queue', retryQueue, region, now, true),
    renderRead('Dead letters', deadLetterQueue, region, now, false),
    failureBucket === undefined ? '' : renderKept(failureBucket),
    paused.length === 0 ? '' : `\nKept for paused targets:\n${renderPaused(paused, region, now)}`,
  ].join('');
}

function renderRead(
  title: string,
  { read, counts }: QueueLook,
  region: string,
  now: number,
  waits: boolean,
): string {
  if (read === undefined) return '';
  const foreign = read.foreign === 0 ? '' : `  ${count(read.foreign, 'message')} without parked records\n`;
  return `\n${title}: ${amountOf(read, counts.visible)}\n${renderGroups(read.groups, region, now, waits)}${foreign}`;
}

function renderKept({ bucket, parked, givenUp }: KeptObjects): string {
  const objects = `${count(parked, 'object')} with parked records`;
  const batches = givenUp === 1 ? '1 batch that was given up' : `${givenUp} batches that were given up`;
  return `\nFailure bucket ${bucket}: ${objects}, ${batches}\n`;
}

function amountOf({ messages, complete, groups }: ReadMessages, visible: number): string {
  if (messages === 0) return 'none can be read now';
  const records = groups.reduce((sum, group) => sum + group.records, 0);
  const read = `${count(messages, 'message')}, ${count(records, 'record')}`;
  return complete
    ? read
    : `a sample of ${read}, out of about ${count(Math.max(visible, messages), 'message')}`;
}
