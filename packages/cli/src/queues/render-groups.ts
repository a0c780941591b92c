import { stripVTControlCharacters } from 'node:util';
import { targetLabel } from '../routes-file/account-labels.ts';
import { renderAge } from '../terminal/age.ts';
import { count } from '../terminal/count.ts';
import type { ParkedGroup } from './group-parked.ts';

/** A longer reason is cut; `--json` has all of it. */
const REASON_CHARACTERS = 300;

/**
 * Three lines for each group of parked messages: the target, the reason, and the place of one of the records.
 *
 * @param waits whether they are in the retry queue, where they have a time at which they are due
 */
export function renderGroups(
  groups: readonly ParkedGroup[],
  region: string,
  now: number,
  waits = false,
): string {
  return groups
    .map((group) => {
      const { target, failure, reason, example, nextDueAt } = group;
      const due = waits && nextDueAt !== undefined ? `, ${renderDue(Date.parse(nextDueAt) - now)}` : '';
      return `  ${targetLabel(target, region)}  ${failure}  ${amountOf(group, now)}${due}
    ${oneLine(reason)}
    for example ${example.shardId} ${example.sequenceNumber}
`;
    })
    .join('');
}

function amountOf(
  { messages, records, references, mostAttempts, oldestParkedAt }: ParkedGroup,
  now: number,
): string {
  const waiting = references === 0 ? '' : ` (${references} by an object of the failure bucket)`;
  return [
    `${count(messages, 'message')}${waiting}`,
    count(records, 'record'),
    ...(mostAttempts === undefined ? [] : [renderAttempts(mostAttempts, messages)]),
    `the oldest parked ${renderAge(now - Date.parse(oldestParkedAt))} ago`,
  ].join(', ');
}

/** How often the function was actually called with them. */
function renderAttempts(most: number, messages: number): string {
  if (most === 0) return 'the function not called yet';
  return `the function called ${messages === 1 ? '' : 'up to '}${count(most, 'time')}`;
}

function renderDue(ms: number): string {
  return ms > 0 ? `the next due in ${renderAge(ms)}` : 'the next due now';
}

/** The text comes from a function of another account: nothing in it may move the cursor. */
function oneLine(reason: string): string {
  const line = stripVTControlCharacters(reason)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length <= REASON_CHARACTERS ? line : `${line.slice(0, REASON_CHARACTERS)}…`;
}
