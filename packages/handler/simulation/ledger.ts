import { createRecordFilter } from '@xacct/core';
import { growingBytes, growingCounts } from './growing-array.ts';
import { createHistogram, type Histogram } from './histogram.ts';
import type { TargetPlan } from './plan.ts';
import { KINDS, type Records } from './records.ts';

/** Where a record is, as one target of its route sees it. The first that applies counts. */
export const PLACES = [
  'delivered',
  'filtered',
  /** In the retry queue, or in an object of the bucket. */
  'parked',
  'deadLettered',
  /** With its batch in the bucket of the event source mapping. */
  'givenUp',
  'inStream',
  /** The target was not one of the route, or not for certain. */
  'notDue',
] as const;
export type Place = (typeof PLACES)[number];

/** How the answer to an execution fared, which shows why a record comes again. */
export type Note = 'answered' | 'answer late' | 'after a reported record' | 'invocation lost' | 'answer lost';
const NOTES: readonly Note[] = [
  'answered',
  'answer late',
  'after a reported record',
  'invocation lost',
  'answer lost',
];

/** Who brings records. */
export interface Via {
  source: 'stream' | 'queue';
  /** A message of the batch came a second time while it was in flight. */
  isDuplicate: boolean;
}

export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

/** The account of all records of one stream for one of its targets. */
export interface TargetLedger {
  route: string;
  function: string;
  counts: Readonly<Record<Place, number>>;
  /** From its put to its first execution, of records that are no poison. */
  arrival: Histogram;
  duplicates: ReadonlyMap<string, number>;
  /** Executions beyond the first of one record, at the most. */
  mostDuplicates(): number;
  /** First executions after the one of a later record of the shard. */
  outOfOrder(): number;
  /** Records that are or were in the dead-letter queue, by class of failure; innocent ones apart. */
  deadLetters: { poison: Map<string, number>; innocent: Map<string, number> };
  /** Records in objects of the bucket that no message names. */
  setAside(): number;
  /** Records that the target should have and has not. */
  undelivered(): { poison: number; innocent: number };
  executed(ordinals: readonly number[], now: number, via: Via, note: Note): void;
  annotate(ordinals: readonly number[], note: Note): void;
  /** A message of a queue, or an object, has or loses records. */
  hold(holder: 'queue' | 'object' | 'dead letters', ordinals: readonly number[], failure: string): void;
  release(holder: 'queue' | 'object' | 'dead letters', ordinals: readonly number[]): void;
  put(ordinal: number): void;
  /** The stream is done with the record. */
  leaveStream(ordinal: number, to: 'done' | 'givenUp'): void;
  /** Counts all records again and compares. */
  check(): void;
}

export function createTargetLedger(options: {
  route: string;
  target: TargetPlan;
  records: Records;
  isPoison: (ordinal: number) => boolean;
  /** Whether a record that no target took may be missing: the target was just added or removed. */
  mayBeMissing: (putAt: number) => boolean;
  /** Seed and time, for errors. */
  where: () => string;
}): TargetLedger {
  const { route, target, records, isPoison, mayBeMissing, where } = options;
  const executions = growingBytes();
  const notes = growingBytes();
  const inQueue = growingCounts();
  const inObject = growingCounts();
  const dead = growingCounts();
  /** 0: in the stream, 1: done, 2: given up. */
  const stream = growingBytes();
  const furthest: number[] = [];
  const filtered = filteredKinds(target);
  const counts = {
    delivered: 0,
    filtered: 0,
    parked: 0,
    deadLettered: 0,
    givenUp: 0,
    inStream: 0,
    notDue: 0,
  };
  const arrival = createHistogram();
  const duplicates = new Map<string, number>();
  const deadLetters = { poison: new Map<string, number>(), innocent: new Map<string, number>() };
  let mostDuplicates = 0;
  let outOfOrder = 0;

  const placeOf = (ordinal: number): Place => {
    if (executions.get(ordinal) > 0) return 'delivered';
    if (filtered[records.kindOf(ordinal)]) return 'filtered';
    if (inQueue.get(ordinal) > 0) return 'parked';
    // An object may be one that a dead letter names.
    if (dead.get(ordinal) > 0) return 'deadLettered';
    if (inObject.get(ordinal) > 0) return 'parked';
    const state = stream.get(ordinal);
    if (state !== 1) return state === 0 ? 'inStream' : 'givenUp';
    if (mayBeMissing(records.putAt(ordinal))) return 'notDue';
    throw new LedgerError(
      `Record ${ordinal} of route ${route} is nowhere for ${target.function}: not delivered, not parked, not in the stream (${where()})`,
    );
  };
  const change = (ordinal: number, mutate: () => void) => {
    const before = placeOf(ordinal);
    mutate();
    const after = placeOf(ordinal);
    if (before === after) return;
    counts[before] -= 1;
    counts[after] += 1;
  };
  const holderOf = { queue: inQueue, object: inObject, 'dead letters': dead };

  const again = (ordinal: number, { source, isDuplicate }: Via) => {
    const note = NOTES[notes.get(ordinal)] ?? 'answered';
    const cause =
      note !== 'answered'
        ? note
        : source === 'stream'
          ? 'read again from the stream'
          : isDuplicate
            ? 'queue delivered twice'
            : 'message came again';
    duplicates.set(cause, (duplicates.get(cause) ?? 0) + 1);
    const extra = executions.get(ordinal);
    if (extra < 255) executions.set(ordinal, extra + 1);
    mostDuplicates = Math.max(mostDuplicates, extra);
  };

  return {
    route,
    function: target.function,
    counts,
    arrival,
    duplicates,
    mostDuplicates: () => mostDuplicates,
    outOfOrder: () => outOfOrder,
    deadLetters,
    setAside() {
      let count = 0;
      for (let ordinal = 0; ordinal < records.count(); ordinal++) {
        const isNamed = inQueue.get(ordinal) > 0 || dead.get(ordinal) > 0;
        if (inObject.get(ordinal) > 0 && !isNamed && executions.get(ordinal) === 0) count += 1;
      }
      return count;
    },
    undelivered() {
      const found = { poison: 0, innocent: 0 };
      for (let ordinal = 0; ordinal < records.count(); ordinal++) {
        const place = placeOf(ordinal);
        if (place === 'delivered' || place === 'filtered' || place === 'notDue') continue;
        found[isPoison(ordinal) ? 'poison' : 'innocent'] += 1;
      }
      return found;
    },
    executed(ordinals, now, via, note) {
      const code = NOTES.indexOf(note);
      for (const ordinal of ordinals) {
        if (executions.get(ordinal) > 0) again(ordinal, via);
        else {
          counts[placeOf(ordinal)] -= 1;
          counts.delivered += 1;
          executions.set(ordinal, 1);
          if (!isPoison(ordinal)) arrival.add(now - records.putAt(ordinal));
          const shard = records.shardOf(ordinal);
          if (ordinal < (furthest[shard] ?? -1)) outOfOrder += 1;
          else furthest[shard] = ordinal;
        }
        notes.set(ordinal, code);
      }
    },
    annotate(ordinals, note) {
      for (const ordinal of ordinals) if (notes.get(ordinal) === 0) notes.set(ordinal, NOTES.indexOf(note));
    },
    hold(holder, ordinals, failure) {
      for (const ordinal of ordinals) change(ordinal, () => holderOf[holder].add(ordinal, 1));
      if (holder !== 'dead letters') return;
      for (const ordinal of ordinals) {
        if (dead.get(ordinal) > 1) continue;
        const classes = isPoison(ordinal) ? deadLetters.poison : deadLetters.innocent;
        classes.set(failure, (classes.get(failure) ?? 0) + 1);
      }
    },
    release(holder, ordinals) {
      for (const ordinal of ordinals) change(ordinal, () => holderOf[holder].add(ordinal, -1));
    },
    put(ordinal) {
      counts[placeOf(ordinal)] += 1;
    },
    leaveStream(ordinal, to) {
      if (executions.get(ordinal) > 0) stream.set(ordinal, to === 'done' ? 1 : 2);
      else change(ordinal, () => stream.set(ordinal, to === 'done' ? 1 : 2));
    },
    check() {
      const counted = { ...counts };
      for (let ordinal = 0; ordinal < records.count(); ordinal++) counted[placeOf(ordinal)] -= 1;
      const wrong = PLACES.find((place) => counted[place] !== 0);
      if (wrong === undefined) return;
      throw new LedgerError(
        `The account of ${target.function} on route ${route} is wrong by ${counted[wrong]} ${wrong} (${where()})`,
      );
    },
  };
}

/** By kind, whether the target's filter keeps a record away from it. */
function filteredKinds({ filter }: TargetPlan): boolean[] {
  const passes = createRecordFilter(filter === undefined ? [] : [filter]);
  return Array.from({ length: KINDS }, (_, kind) => {
    const data = Buffer.from(JSON.stringify({ kind })).toString('base64');
    return !passes({ kinesis: { data } });
  });
}
