import type { SQSClient } from '@aws-sdk/client-sqs';
import type { FailureBucket } from '../bucket/failure-bucket.ts';
import { GIVEN_UP_PREFIX, mappingOf, parkedPrefix } from '../bucket/keys.ts';
import { createParkedGroups, type ParkedGroup } from '../queues/group-parked.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { count } from '../terminal/count.ts';
import type { Choice } from './choose-letters.ts';
import { cutRecords, isTooLarge } from './cut-records.ts';
import { type KeptStaying, type Letters, lettersOfGivenUp, lettersOfParked } from './kept-letters.ts';
import { createPace } from './pace.ts';
import { sendParcel } from './send-parcel.ts';

export interface BucketRedriveOptions extends Choice {
  bucket: FailureBucket;
  sqs: Pick<SQSClient, 'send'>;
  /** Messages a second, at the most. */
  rate: number;
  /** Sends and deletes nothing. */
  dryRun: boolean;
  /** Ends the run between two objects. */
  signal: AbortSignal;
  /** Called after each object that was sent, with how many were. */
  onMoved(objects: number): void;
  /** Epoch ms. */
  now(): number;
}

/** Why an object is in the failure bucket still. */
export type ObjectStaying =
  | KeptStaying
  /** It holds a record that no invocation can carry. */
  | 'tooLarge'
  /** It went to the targets that were asked for, and others of the route may lack it. */
  | 'forOtherTargets';

export interface RedrivenObjects {
  bucket: string;
  /** What was sent, or would be. */
  moved: {
    objects: number;
    /** Of the objects, those that were batches that were given up. */
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
 * Brings back what the failure bucket holds for a route. All messages of an object are sent, then it is deleted, so that a
 * run that is killed leaves one object at the most in both places.
 */
export async function redriveBucket(options: BucketRedriveOptions): Promise<RedrivenObjects> {
  const { route, bucket, rate, dryRun, signal, onMoved, now } = options;
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

  /** Sends what an object holds, then deletes it. */
  async function move(key: string, { letters, complete }: Letters, givenUp: boolean): Promise<void> {
    if (letters.some(({ records }) => records.some(isTooLarge))) {
      staying.tooLarge += 1;
      return;
    }
    const parcels = letters.flatMap(({ facts, records, shown }) =>
      cutRecords(facts, records).map((parcel) => ({ parcel, shown })),
    );
    if (!dryRun) {
      for (const [sent, { parcel }] of parcels.entries()) {
        // Without the signal: a part of the messages of an object would be sent once more.
        await pace();
        await sendParcel(parcel, options).catch((error) => {
          throw withProgress(error, key, sent, parcels.length);
        });
      }
      const state = `whose ${count(parcels.length, 'message')} would be sent once more`;
      if (complete) await bucket.delete(key, state);
    }
    if (!complete) staying.forOtherTargets += 1;
    for (const { parcel, shown } of parcels) {
      const object = parcel.fitsMessage ? {} : { object: key };
      groups.add({ ...parcel.facts, ...shown, ...object, count: parcel.texts.length });
      moved.records += parcel.texts.length;
    }
    moved.objects += 1;
    moved.givenUp += givenUp ? 1 : 0;
    moved.messages += parcels.length;
    onMoved(moved.objects);
  }

  async function take(letters: Letters | KeptStaying, key: string, givenUp: boolean): Promise<void> {
    if (typeof letters === 'string') staying[letters] += 1;
    else await move(key, letters, givenUp);
  }

  /** False where the signal came first. */
  async function visitParked(): Promise<boolean> {
    for await (const key of bucket.keys(parkedPrefix(route.name))) {
      if (signal.aborted) return false;
      const text = await bucket.read(key);
      // Where there is none, another run has taken it.
      if (text !== undefined) await take(lettersOfParked(text, options, now()), key, false);
    }
    return true;
  }

  /** False where the signal came first. */
  async function visitGivenUp(): Promise<boolean> {
    /** A mapping reads one stream for as long as it is there, so that one of its batches speaks for all. */
    const mappingsOfOthers = new Set<string>();
    for await (const key of bucket.keys(GIVEN_UP_PREFIX)) {
      if (signal.aborted) return false;
      const mapping = mappingOf(key);
      if (mappingsOfOthers.has(mapping)) {
        staying.otherRoute += 1;
        continue;
      }
      const text = await bucket.read(key);
      if (text === undefined) continue;
      const letters = lettersOfGivenUp(text, options, now());
      if (letters === 'otherRoute') mappingsOfOthers.add(mapping);
      await take(letters, key, true);
    }
    return true;
  }

  const redriven = { bucket: bucket.name, staying, complete: false };
  let failure: CommandFailure | undefined;
  try {
    redriven.complete = (await visitParked()) && (await visitGivenUp());
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    failure = error;
  }
  return { ...redriven, moved: { ...moved, groups: groups.all() }, failure };
}

function withProgress(error: unknown, key: string, sent: number, all: number): unknown {
  if (!(error instanceof CommandFailure) || sent === 0) return error;
  return new CommandFailure(
    `${error.message}. ${sent} of the ${count(all, 'message')} of object ${key} were sent before; the next run sends all of them`,
  );
}
