import { renderGroups } from '../queues/render-groups.ts';
import { count } from '../terminal/count.ts';
import type { ObjectStaying, RedrivenObjects } from './redrive-bucket.ts';
import { type Rendering, renderBudget } from './render-redriven.ts';

const WHY: Record<ObjectStaying, string> = {
  foreign: 'neither parked records of this route nor a batch that was given up',
  otherRoute: 'a batch of another route',
  notRouted: 'target or stream no longer routed',
  otherTarget: 'of another target',
  older: 'parked or given up before --since',
  tooLarge: 'holds a record over 6 MB, which no invocation can carry: take it from the bucket by hand',
  forOtherTargets: 'sent to the targets of --target, and kept for the others of the route, which may lack it',
};

/** One line of how many objects were read. */
export function renderObjectsLookedAt({ moved, staying }: RedrivenObjects): string {
  const { forOtherTargets, ...others } = staying;
  const objects = Object.values(others).reduce((sum, number) => sum + number, moved.objects);
  return `${count(objects, 'object')} of the failure bucket looked at`;
}

/** One line of how many objects were sent. */
export function renderObjectsMoved(objects: number, dryRun: boolean): string {
  return `${count(objects, 'object')} of the failure bucket ${dryRun ? 'would be' : 'were'} sent to the retry queue`;
}

/** What was sent, and what stays in the failure bucket and why. */
export function renderRedrivenObjects(
  { bucket, moved, staying, complete }: RedrivenObjects,
  { dryRun, region, now, retryForSeconds }: Rendering,
): string {
  const left = (Object.keys(WHY) as ObjectStaying[])
    .filter((why) => staying[why] > 0)
    .map((why) => `  ${count(staying[why], 'object')}: ${WHY[why]}\n`)
    .join('');
  return [
    `${renderObjectsMoved(moved.objects, dryRun)}, as ${count(moved.messages, 'message')} with ${count(moved.records, 'record')}\n`,
    renderGroups(moved.groups, region, now),
    moved.messages === 0 ? '' : renderBudget(dryRun, retryForSeconds),
    moved.givenUp === 0 ? '' : againLine(moved.givenUp, dryRun),
    left === '' ? '' : `In the bucket ${bucket} stay:\n${left}`,
    complete ? '' : 'Not every object was looked at.\n',
  ].join('');
}

function againLine(batches: number, dryRun: boolean): string {
  const which =
    batches === 1 ? 'One of them is a batch that was' : `${batches} of them are batches that were`;
  return `${which} given up: a target that had some of these records ${dryRun ? 'would get' : 'gets'} them again.\n`;
}
