import { decodeParkedRecords, type ParkedRecords, parseArn, queueUrl, type StoredRoute } from '@xacct/core';
import * as limits from '@xacct/core/limits';
import type { SQSRecord } from 'aws-lambda';
import { type Failure, type FailureClass, isAboutRecords } from '../delivery/failure-class.ts';
import type { History } from '../parking/parcels.ts';
import { deaggregate } from '../records/deaggregate.ts';
import { type Item, toItems } from '../records/pack.ts';
import { comparePositions, positionOf } from '../records/position.ts';
import type { StreamRecord } from '../records/stream-event.ts';

/** A message with parked records, as it was received. */
export interface Letter {
  messageId: string;
  parked: ParkedRecords;
  /** Epoch ms. */
  parkedAt: number;
  /** Epoch ms: not to be sent again before. */
  dueAt: number;
  /** Epoch ms by the clock of SQS, to which the clock of the function may be behind. */
  receivedAt: number;
  hops: number;
  failure: Failure;
  /** Epoch ms: since when the route is known to have no such target; undefined while it has. */
  unroutedSince: number | undefined;
}

/** Undefined for a message that holds no parked records. */
export function readLetter({ messageId, body, attributes }: SQSRecord, now: number): Letter | undefined {
  const parked = decodeParkedRecords(body);
  if (parked === undefined) return undefined;
  const { hops = 0, failure, reason, unroutedSince } = parked;
  return {
    messageId,
    parked,
    // An invalid time must neither keep the message for ever nor end it at once.
    parkedAt: timeOf(parked.parkedAt, now),
    dueAt: timeOf(parked.dueAt, now),
    receivedAt: Math.max(now, Number(attributes.ApproximateFirstReceiveTimestamp)),
    hops,
    failure: { class: failure as FailureClass, reason },
    unroutedSince: unroutedSince === undefined ? undefined : timeOf(unroutedSince, now),
  };
}

/** Whether the function was given these records and failed on them, or did not answer for them. */
export function hasFailedBefore({ parked, failure }: Letter): boolean {
  return parked.attempts > 0 && isAboutRecords(failure.class);
}

/** Whether the time for which the records are sent again is over. */
export function isExpired(
  { parkedAt, receivedAt }: Letter,
  { retryForSeconds }: Retries,
  now: number,
): boolean {
  return Math.max(now, receivedAt) >= parkedAt + retryForSeconds * 1000;
}

/** Whether the function did not answer for these records, which are halved until one is left. */
export function hadNoAnswer({ parked, failure }: Letter): boolean {
  return parked.attempts > 0 && failure.class === 'deadline';
}

/**
 * Letters that can share a call: of one shard, either all with records on which the function failed or none. One for which it
 * did not answer goes by itself.
 */
export function groupForCall(letters: readonly Letter[]): [Letter, ...Letter[]][] {
  const groups = Map.groupBy(letters, (letter) => {
    const { streamArn, shardId } = letter.parked;
    if (hadNoAnswer(letter)) return letter;
    return JSON.stringify([streamArn, shardId, hasFailedBefore(letter)]);
  });
  return oldestFirst(groups);
}

/** Letters that can share a message: of one shard, and with one history. */
export function groupForMessage(letters: readonly Letter[], retries: Retries): [Letter, ...Letter[]][] {
  const ageUnitMs = (retries.retryForSeconds * 1000) / AGES;
  const groups = Map.groupBy(letters, (letter) => {
    const { streamArn, shardId, attempts } = letter.parked;
    if (hadNoAnswer(letter)) return letter;
    const reason = hasFailedBefore(letter) ? letter.failure.reason : '';
    const age = Math.floor(letter.parkedAt / ageUnitMs);
    const due = Math.floor(letter.dueAt / DUE_UNIT_MS);
    return JSON.stringify([streamArn, shardId, attempts, hasFailedBefore(letter), reason, age, due]);
  });
  return oldestFirst(groups);
}

/**
 * The records of letters, each once, in the order of the shard; and the letters that each came in.
 *
 * @param takesApart whether records of the Kinesis Producer Library are taken apart; those of a batch that was given up are
 * as they were in the stream
 */
export function itemsOf(
  contents: readonly { letter: Letter; records: readonly object[] }[],
  takesApart = false,
) {
  const byId = new Map<string, Item>();
  const lettersOf = new Map<Item, Letter[]>();
  for (const { letter, records } of contents) {
    const whole = records as StreamRecord[];
    for (const item of toItems(takesApart ? deaggregate(whole) : whole)) {
      const known = byId.get(item.id) ?? item;
      byId.set(item.id, known);
      lettersOf.set(known, [...(lettersOf.get(known) ?? []), letter]);
    }
  }
  const items = [...byId.values()].sort((one, other) => comparePositions(positionOf(one), positionOf(other)));
  return { items, lettersOf };
}

/**
 * The history of the records of letters.
 *
 * @returns one history for all that may share a parcel
 */
export function createHistories(retries: Retries): (letters: readonly Letter[]) => History {
  const ageUnitMs = (retries.retryForSeconds * 1000) / AGES;
  const known = new Map<string, History>();
  return (letters) => {
    const history = historyOf(letters);
    const failed = letters.find((letter) => hasFailedBefore(letter) || hadNoAnswer(letter));
    const key = JSON.stringify([history.attempts, Math.floor(history.parkedAt / ageUnitMs), failed?.failure]);
    const shared = known.get(key) ?? { ...history, ...(failed && { failure: failed.failure }) };
    shared.parkedAt = Math.min(shared.parkedAt ?? history.parkedAt, history.parkedAt);
    shared.hops = Math.max(shared.hops, history.hops);
    known.set(key, shared);
    return shared;
  };
}

/** The history that a parcel of these letters starts with. */
export function historyOf(letters: readonly Letter[]) {
  return {
    attempts: Math.max(...letters.map(({ parked }) => parked.attempts)),
    parkedAt: oldest(letters),
    hops: Math.max(...letters.map(({ hops }) => hops)) + 1,
  };
}

export function queueUrlOf(arn: string): string {
  const { resource: name, ...place } = parseArn(arn);
  return queueUrl(place, name);
}

type Retries = Pick<StoredRoute, 'retryForSeconds'>;

/** Letters share a message when their ages differ by no more than this part of the time for retries. */
const AGES = 96;
const DUE_UNIT_MS = limits.sqs.delaySeconds * 1000;

/** A group has at least the letter for which it was made. */
function oldestFirst(groups: ReadonlyMap<unknown, Letter[]>): [Letter, ...Letter[]][] {
  return ([...groups.values()] as [Letter, ...Letter[]][]).sort((one, other) => oldest(one) - oldest(other));
}

function oldest(letters: readonly Letter[]): number {
  return Math.min(...letters.map(({ parkedAt }) => parkedAt));
}

function timeOf(text: string | undefined, now: number): number {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? now : time;
}
