import { stripVTControlCharacters } from 'node:util';
import { targetLabel } from '../routes-file/account-labels.ts';
import { renderAge } from '../terminal/age.ts';
import { count } from '../terminal/count.ts';
import type { LogLine } from './find-log-line.ts';
import type { Searched, TargetOutcome } from './outcome.ts';
import type { PartsOutcome } from './parts-in.ts';
import type { Part, TracedRecord } from './traced-record.ts';

export interface Trace extends Pick<Searched, 'retryQueue' | 'deadLetterQueue' | 'bucket' | 'position'> {
  /** Undefined where the stream does not have it. */
  record: TracedRecord | undefined;
  /** Those of an aggregated record that are looked at; none of any other. */
  userRecords: Part[];
  targets: (PartsOutcome & { log: LogLine | string | undefined })[];
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

/** User records whose keys are shown. */
const MOST_PARTS = 10;

/** What is known of a record, and what follows: one line for it, some for each target, and what was looked at. */
export function renderTrace(
  trace: Trace,
  { region, now, showData, stream }: { region: string; now: number; showData: boolean; stream: string },
): string {
  const { record, targets } = trace;
  return [
    record === undefined ? renderMissing(trace, stream) : renderRecord(record, stream, now),
    ...renderParts(trace),
    ...(showData ? renderData(trace) : []),
    ...targets.map((target) => renderTarget(target, region, now)),
    renderLookedAt(trace),
  ].join('');
}

function renderMissing({ position, userRecords }: Trace, stream: string): string {
  const name = position.sequenceNumber || position.eventId;
  const parts = userRecords.length === 0 ? '' : ', nor are user records of it that are kept nowhere';
  return `Record ${name} is not in stream ${stream}, or no longer: its filters and its reading are not known${parts}\n`;
}

function renderRecord(record: TracedRecord, stream: string, now: number): string {
  const { shardId, sequenceNumber, partitionKey, arrivedAt, bytes } = record;
  const age = renderAge(now - arrivedAt);
  const at = new Date(arrivedAt).toISOString();
  return `Record ${sequenceNumber} of ${stream} ${shardId}, key ${oneLine(partitionKey)}, ${count(bytes, 'byte')}, arrived ${at} (${age} ago)\n`;
}

/** What the producer has aggregated, by the numbers that targets have for it. */
function renderParts({ userRecords }: Trace): string[] {
  if (userRecords.length === 0) return [];
  const shown = userRecords.slice(0, MOST_PARTS).map(({ index, partitionKey }) => {
    return `${index} with key ${oneLine(partitionKey)}`;
  });
  const rest = userRecords.length > MOST_PARTS ? ', …' : '';
  return [
    `  aggregated: ${count(userRecords.length, 'user record')} by subSequenceNumber: ${shown.join(', ')}${rest}\n`,
  ];
}

/** Of each user record by itself, since what the producer library has put around them is for no person. */
function renderData({ record, userRecords }: Trace): string[] {
  if (userRecords.length === 0)
    return record === undefined ? [] : [`  data: ${oneLine(Buffer.from(record.data).toString())}\n`];
  return userRecords.map(({ index, event }) => {
    const text = Buffer.from(event.kinesis?.data ?? '', 'base64').toString();
    return `  data of user record ${index}: ${oneLine(text)}\n`;
  });
}

function renderTarget(
  { target, outcome, isKnown, detail, parked, log, parts }: Trace['targets'][number],
  region: string,
  now: number,
): string {
  const certain = isKnown ? 'found' : 'inferred';
  const which =
    parts === undefined ? '' : ` user ${parts.length === 1 ? 'record' : 'records'} ${ranges(parts)}`;
  const lines = [
    `  ${targetLabel(target, region)}${which}  ${WORDS[outcome]} (${certain}): ${oneLine(detail)}`,
  ];
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

/** Such as `0–2, 5`. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

/** Texts come from producers and other accounts: nothing in them may move the cursor. */
function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}
