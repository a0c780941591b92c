import { stripVTControlCharacters } from 'node:util';
import { targetLabel } from '../routes-file/account-labels.ts';
import { renderAge } from '../terminal/age.ts';
import { count } from '../terminal/count.ts';
import type { LogLine } from './find-log-line.ts';
import type { TracedRecord } from './find-record.ts';
import type { Searched, TargetOutcome } from './outcome.ts';

export interface Trace extends Pick<Searched, 'retryQueue' | 'deadLetterQueue' | 'bucket' | 'record'> {
  sequenceNumber: string;
  targets: (TargetOutcome & { log: LogLine | string | undefined })[];
}

const WORDS: Record<TargetOutcome['outcome'], string> = {
  waits: 'waits',
  paused: 'paused',
  'dead-letter': 'dead letter',
  'failure-bucket': 'failure bucket',
  filtered: 'filtered',
  'not-read': 'not yet read',
  delivered: 'delivered',
  unknown: 'not known',
};

/** What is known of a record, and what follows: one line for it, some for each target, and what was looked at. */
export function renderTrace(
  trace: Trace,
  { region, now, showData, stream }: { region: string; now: number; showData: boolean; stream: string },
): string {
  const { record, sequenceNumber, targets } = trace;
  return [
    record === undefined
      ? `Record ${sequenceNumber} is not in stream ${stream}, or no longer: its filters and its reading are not known\n`
      : renderRecord(record, stream, now),
    record !== undefined && showData ? `  data: ${oneLine(Buffer.from(record.data).toString())}\n` : '',
    ...targets.map((target) => renderTarget(target, region, now)),
    renderLookedAt(trace),
  ].join('');
}

function renderRecord(record: TracedRecord, stream: string, now: number): string {
  const { shardId, sequenceNumber, partitionKey, arrivedAt, data } = record;
  const age = renderAge(now - arrivedAt);
  const at = new Date(arrivedAt).toISOString();
  return `Record ${sequenceNumber} of ${stream} ${shardId}, key ${oneLine(partitionKey)}, ${count(data.length, 'byte')}, arrived ${at} (${age} ago)\n`;
}

function renderTarget(
  { target, outcome, isKnown, detail, parked, log }: Trace['targets'][number],
  region: string,
  now: number,
): string {
  const certain = isKnown ? 'found' : 'inferred';
  const lines = [`  ${targetLabel(target, region)}  ${WORDS[outcome]} (${certain}): ${oneLine(detail)}`];
  if (parked !== undefined) {
    const { failure, reason, attempts, parkedAt, dueAt } = parked;
    const due = dueAt === undefined ? '' : `, due ${dueAt}`;
    const since = `since ${parkedAt} (${renderAge(now - Date.parse(parkedAt))})`;
    lines.push(
      `    ${failure}, the function called ${count(attempts, 'time')}, ${since}${due}: ${oneLine(reason)}`,
    );
  }
  if (typeof log === 'string') lines.push(`    the log cannot be searched: ${oneLine(log)}`);
  else if (log !== undefined) lines.push(`    log ${log.at}  ${log.class}: ${oneLine(log.reason)}`);
  return `${lines.join('\n')}\n`;
}

function renderLookedAt({ retryQueue, deadLetterQueue, bucket }: Trace): string {
  const queues = [retryQueue, deadLetterQueue].map(({ queue, lookedAt, others }) => {
    const rest = others === 0 ? '' : `, about ${others} others not`;
    return `${count(lookedAt, 'message')} of ${queue}${rest}`;
  });
  const rest = bucket.others === 0 ? '' : `, ${bucket.others} others not`;
  return `Looked at: ${[...queues, `${count(bucket.lookedAt, 'object')} of the failure bucket${rest}`].join('; ')}\n`;
}

/** Texts come from producers and other accounts: nothing in them may move the cursor. */
function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}
