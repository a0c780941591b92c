import { stripVTControlCharacters } from 'node:util';
import { count } from '../count.ts';
import type { ParkedGroup } from '../queues/group-parked.ts';
import { renderAge } from './age.ts';
import { targetLabel } from './target-label.ts';

/** A longer reason is cut; `--json` has it whole. */
const REASON_CHARACTERS = 300;

/** Three lines for each group of parked messages: for whom, why, and where to find one of the records. */
export function renderGroups(groups: readonly ParkedGroup[], region: string, now: number): string {
  return groups
    .map(({ target, failure, reason, messages, records, oldestParkedAt, example }) => {
      const age = renderAge(now - Date.parse(oldestParkedAt));
      const amount = `${count(messages, 'message')}, ${count(records, 'record')}`;
      return `  ${targetLabel(target, region)}  ${failure}  ${amount}, the oldest parked ${age} ago
    ${oneLine(reason)}
    for example ${example.shardId} ${example.sequenceNumber}
`;
    })
    .join('');
}

/** A function of another account has written it: nothing in it may move the cursor. */
function oneLine(reason: string): string {
  const line = stripVTControlCharacters(reason)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length <= REASON_CHARACTERS ? line : `${line.slice(0, REASON_CHARACTERS)}…`;
}
