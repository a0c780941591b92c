import type { Environments, Outcome } from './environments.ts';
import type { MappingPlan } from './plan.ts';
import type { Random } from './random.ts';
import { placeOfSequenceNumber, type Records } from './records.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One lane of a shard: with a parallelization factor of 1, all of the shard. */
export interface ShardReader {
  /** Takes records, in order, some of which may yet have to arrive. */
  add(ordinals: readonly number[]): void;
  stats: ShardStats;
}

export interface ShardStats {
  batches: number;
  retries: number;
  throttled: number;
  givenUp: number;
}

const BATCH_BYTES = 6 * 1024 * 1024;
const RETENTION_MS = 86_400_000;
/** A shard with nothing to read is polled about once a second. */
const POLL_MS = 1_000;
const BACKOFF_MS = { first: 1_000, longest: 60_000 };
const THROTTLE_BACKOFF_MS = { first: 200, longest: 10_000 };

/** The event source mapping of a shard. https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export function createShardReader(options: {
  records: Records;
  environments: Environments;
  time: VirtualTime;
  random: Random;
  plan: MappingPlan;
  /** The stream is done with these. */
  leave: (ordinals: readonly number[], to: 'done' | 'givenUp') => void;
}): ShardReader {
  const { records, environments, time, random, plan, leave } = options;
  const log: number[] = [];
  const stats = { batches: 0, retries: 0, throttled: 0, givenUp: 0 };
  const mostRecords = Math.max(1, Math.min(plan.batchSize, Math.floor(BATCH_BYTES / records.bytes)));
  let next = 0;
  let isBusy = false;
  let cancelWake = () => {};

  /** When there is a full batch, or its window is over. */
  const schedule = () => {
    const first = log[next];
    if (isBusy || first === undefined) return;
    cancelWake();
    const last = log[next + mostRecords - 1];
    const windowEnds = Math.max(records.putAt(first) + plan.windowMs, time.now());
    const isFullAt = last === undefined ? Number.POSITIVE_INFINITY : records.putAt(last);
    const readyAt = Math.min(windowEnds, isFullAt);
    const pollMs = readyAt <= time.now() ? 0 : random.between(0, POLL_MS);
    cancelWake = time.at(readyAt + pollMs, read);
  };

  const read = () => {
    const batch: number[] = [];
    for (let index = next; index < log.length && batch.length < mostRecords; index++) {
      const ordinal = log[index];
      if (ordinal === undefined || records.putAt(ordinal) > time.now()) break;
      batch.push(ordinal);
    }
    if (batch.length === 0) return schedule();
    isBusy = true;
    stats.batches += 1;
    invoke({ batch, retries: 0, failures: 0, throttles: 0, rest: [] });
  };

  /** The records of a batch are dealt with, all of them. */
  const advance = (count: number) => {
    next += count;
    if (next > 10_000) {
      log.splice(0, next);
      next = 0;
    }
  };
  const settle = (part: Part, count: number, to: 'done' | 'givenUp') => {
    leave(part.batch.slice(0, count), to);
    advance(count);
    if (to === 'givenUp') stats.givenUp += count;
    return part.batch.slice(count);
  };
  const proceed = (part: Part): void => {
    const [following, ...rest] = part.rest;
    if (following !== undefined) invoke({ ...part, batch: following, failures: 0, rest });
    else {
      isBusy = false;
      schedule();
    }
  };

  const invoke = (due: Part): void => {
    const part = dropOld(due);
    if (part.batch.length === 0) {
      proceed(part);
      return;
    }
    const event = { Records: part.batch.map((ordinal) => records.read(ordinal)) };
    const request = { event, source: 'stream', isDuplicate: false, lineage: 1 } as const;
    environments.invoke(request, (outcome) => {
      if (outcome.status === 'throttled') {
        stats.throttled += 1;
        const backoffMs = Math.min(
          THROTTLE_BACKOFF_MS.longest,
          THROTTLE_BACKOFF_MS.first * 2 ** part.throttles,
        );
        time.after(backoffMs * random.between(0.5, 1), () =>
          invoke({ ...part, throttles: part.throttles + 1 }),
        );
        return;
      }
      const taken = takenOf(outcome, part.batch);
      if (taken === part.batch.length) {
        settle(part, taken, 'done');
        return proceed(part);
      }
      // A report of what is not the first record splits the batch there, and takes no retry.
      const isSplit = plan.bisects && taken > 0;
      const left = { ...part, batch: settle(part, taken, 'done'), throttles: 0 };
      if (isSplit) return again({ ...left, failures: 0 });
      if (plan.bisects && outcome.status === 'failed' && left.batch.length > 1) {
        const half = Math.ceil(left.batch.length / 2);
        const rest = [left.batch.slice(half), ...left.rest];
        return again({ ...left, batch: left.batch.slice(0, half), rest });
      }
      if (plan.maximumRetryAttempts >= 0 && left.retries >= plan.maximumRetryAttempts) {
        settle(left, left.batch.length, 'givenUp');
        return proceed({ ...left, batch: [] });
      }
      again({ ...left, retries: left.retries + 1 });
    });
  };

  const again = (part: Part) => {
    stats.retries += 1;
    const backoffMs = Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** part.failures);
    time.after(backoffMs * random.between(0.5, 1), () => invoke({ ...part, failures: part.failures + 1 }));
  };

  /** What the stream no longer holds is gone: the ledger finds who lacks it. */
  const dropOld = (part: Part): Part => {
    const age = (ordinal: number) => time.now() - records.putAt(ordinal);
    const mostMs = plan.maximumRecordAgeSeconds < 0 ? RETENTION_MS : plan.maximumRecordAgeSeconds * 1000;
    const kept = part.batch.findIndex((ordinal) => age(ordinal) <= Math.min(mostMs, RETENTION_MS));
    const count = kept === -1 ? part.batch.length : kept;
    if (count === 0) return part;
    const isExpired = mostMs >= RETENTION_MS && plan.maximumRecordAgeSeconds < 0;
    return { ...part, batch: settle(part, count, isExpired ? 'done' : 'givenUp') };
  };

  return {
    add(ordinals) {
      log.push(...ordinals);
      schedule();
    },
    stats,
  };
}

/** A part of a batch that is being tried. */
interface Part {
  batch: readonly number[];
  /** Retries that it has used. */
  retries: number;
  /** In a row, for the backoff. */
  failures: number;
  throttles: number;
  /** Other parts of the batch, which follow. */
  rest: readonly (readonly number[])[];
}

/** How many records, from the first on, the function took. */
function takenOf(outcome: Outcome, batch: readonly number[]): number {
  if (outcome.status !== 'done') return 0;
  const { batchItemFailures = [] } = Object(outcome.response) as {
    batchItemFailures?: { itemIdentifier: string }[];
  };
  const places = batchItemFailures.map(({ itemIdentifier }) =>
    batch.indexOf(placeOfSequenceNumber(itemIdentifier).ordinal),
  );
  // What is not of the batch fails all of it.
  return places.reduce((lowest, place) => Math.min(lowest, Math.max(0, place)), batch.length);
}
