import type { FailureBucket } from '../bucket/failure-bucket.ts';
import { GIVEN_UP_PREFIX, mappingOf, parkedPrefix } from '../bucket/keys.ts';
import { createParkedGroups, type ParkedGroup } from '../queues/group-parked.ts';
import { createPace } from '../queues/pace.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { count } from '../terminal/count.ts';
import type { Move } from './choose-letters.ts';
import { cutRecords, isTooLarge, type Parcel } from './cut-records.ts';
import { type KeptStaying, type Letters, lettersOfGivenUp, lettersOfParked } from './kept-letters.ts';
import { sendParcel } from './send-parcel.ts';

export interface BucketRedriveOptions extends Move {
  bucket: Pick<FailureBucket, 'name' | 'keys' | 'read' | 'putWaiting' | 'delete'>;
}

/** Why an object is still in the failure bucket. */
export type ObjectStaying =
  | KeptStaying
  /** It holds a record that no invocation can carry. */
  | 'tooLarge'
  /** It was sent to the chosen targets, and other targets of the route may not have it. */
  | 'forOtherTargets';

export interface RedrivenObjects {
  bucket: string;
  /** What was sent, or would be. */
  moved: {
    objects: number;
    /** The number of objects that were batches that were given up. */
    givenUp: number;
    messages: number;
    records: number;
    groups: ParkedGroup[];
  };
  /** Objects that stay in the bucket. */
  staying: Record<ObjectStaying, number>;
  /** Whether every object was seen. */
  complete: boolean;
  /** What ended the run early, other than a signal. */
  failure: CommandFailure | undefined;
}

/**
 * Sends what the failure bucket holds for a route. All messages of an object are sent, then it is deleted, so that a run
 * that is killed leaves at most one object in both places.
 */
export async function redriveBucket(options: BucketRedriveOptions): Promise<RedrivenObjects> {
  const { mover, result } = createMover(options);
  let complete = false;
  let failure: CommandFailure | undefined;
  try {
    complete = (await visitParked(options, mover)) && (await visitGivenUp(options, mover));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    failure = error;
  }
  return { bucket: options.bucket.name, ...result(), complete, failure };
}

/** Takes what an object holds for the route, or why it stays. */
type Mover = (letters: Letters | KeptStaying, key: string, isGivenUp: boolean) => Promise<void>;

/** Visits the objects of parked records. Returns false where the signal came first. */
async function visitParked(options: BucketRedriveOptions, mover: Mover): Promise<boolean> {
  const { bucket, route, signal, now } = options;
  for await (const key of bucket.keys(parkedPrefix(route.name))) {
    if (signal.aborted) return false;
    const text = await bucket.read(key);
    // Where there is none, another run has taken it.
    if (text !== undefined) await mover(lettersOfParked(text, options, now()), key, false);
  }
  return true;
}

/** Visits the batches that were given up. Returns false where the signal came first. */
async function visitGivenUp(options: BucketRedriveOptions, mover: Mover): Promise<boolean> {
  const { bucket, signal, now } = options;
  /** A mapping reads one stream as long as it exists, so one of its batches shows the stream of all. */
  const mappingsOfOthers = new Set<string>();
  for await (const key of bucket.keys(GIVEN_UP_PREFIX)) {
    if (signal.aborted) return false;
    const mapping = mappingOf(key);
    if (mappingsOfOthers.has(mapping)) {
      await mover('otherRoute', key, true);
      continue;
    }
    const text = await bucket.read(key);
    if (text === undefined) continue;
    const letters = lettersOfGivenUp(text, options, now());
    if (letters === 'otherRoute') mappingsOfOthers.add(mapping);
    await mover(letters, key, true);
  }
  return true;
}

/** Sends what objects hold, then deletes them, and counts what moves and what stays. */
function createMover(options: BucketRedriveOptions): {
  mover: Mover;
  result(): Pick<RedrivenObjects, 'moved' | 'staying'>;
} {
  const { bucket, rate, dryRun, onMoved } = options;
  const groups = createParkedGroups();
  const moved = { objects: 0, givenUp: 0, messages: 0, records: 0 };
  const staying: Record<ObjectStaying, number> = {
    foreign: 0,
    notRouted: 0,
    otherTarget: 0,
    older: 0,
    otherRoute: 0,
    tooLarge: 0,
    forOtherTargets: 0,
  };
  const pace = createPace(rate);

  async function send(key: string, parcels: readonly Parcel[], complete: boolean): Promise<void> {
    for (const [sent, parcel] of parcels.entries()) {
      // Without the signal: some messages of an object would be sent once more.
      await pace();
      await sendParcel(parcel, options).catch((error) => {
        throw withProgress(error, key, sent, parcels.length);
      });
    }
    const state = `whose ${count(parcels.length, 'message')} would be sent once more`;
    if (complete) await bucket.delete(key, state);
  }

  return {
    result: () => ({ moved: { ...moved, groups: groups.all() }, staying }),
    async mover(letters, key, isGivenUp) {
      if (typeof letters === 'string' || isAnyTooLarge(letters)) {
        staying[typeof letters === 'string' ? letters : 'tooLarge'] += 1;
        return;
      }
      const parcels = letters.letters.flatMap(({ facts, records, shown }) =>
        cutRecords(facts, records).map((parcel) => ({ parcel, shown })),
      );
      if (!dryRun) {
        const sent = parcels.map(({ parcel }) => parcel);
        await send(key, sent, letters.complete);
      }
      if (!letters.complete) staying.forOtherTargets += 1;
      for (const { parcel, shown } of parcels) {
        const object = parcel.fitsMessage ? {} : { object: key };
        groups.add({ ...parcel.facts, ...shown, ...object, count: parcel.texts.length });
        moved.records += parcel.texts.length;
      }
      moved.objects += 1;
      moved.givenUp += isGivenUp ? 1 : 0;
      moved.messages += parcels.length;
      onMoved(moved.objects);
    },
  };
}

function isAnyTooLarge({ letters }: Letters): boolean {
  return letters.some(({ records }) => records.some(isTooLarge));
}

function withProgress(error: unknown, key: string, sent: number, all: number): unknown {
  if (!(error instanceof CommandFailure) || sent === 0) return error;
  return new CommandFailure(
    `${error.message}. ${sent} of the ${count(all, 'message')} of object ${key} were sent before; the next run sends all of them`,
  );
}
