import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  decodeParkedRecords,
  encodeParkedReference,
  messageGroupOf,
  pausedPrefix,
  type Route,
} from '@xacct/core';
import type { FailureBucket } from '../bucket/failure-bucket.ts';
import { sendParked } from '../queues/send-parked.ts';

export interface BringBackOptions {
  route: Pick<Route, 'name' | 'retryQueueUrl'>;
  /** ARNs of the functions. */
  targets: readonly string[];
  bucket: Pick<FailureBucket, 'keys' | 'readVersion' | 'putWaiting' | 'deleteVersion'>;
  sqs: Pick<SQSClient, 'send'>;
  /** Resolves when the next message may go; false: no more. */
  pace(): Promise<boolean>;
  /** Called after each object that was sent, with the number of its records. */
  onSent(records: number): void;
  /** Epoch ms. */
  now(): number;
}

export interface BroughtBack {
  objects: number;
  records: number;
  /** Objects that hold no parked records; they stay. */
  foreign: number;
  /** Whether all objects that were there have been looked at. */
  complete: boolean;
}

/**
 * Sends what the failure bucket keeps for paused targets to their route's retry queue, in the order of arrival. One object
 * after another is copied, a message that refers to the copy is sent, and then the object is deleted. A run that is killed
 * loses nothing; the object under way may be sent once more.
 *
 * @throws {CommandFailure} when the bucket or the queue refuses
 */
export async function bringBack(options: BringBackOptions): Promise<BroughtBack> {
  const { route, targets, bucket, pace, onSent } = options;
  const brought: BroughtBack = { objects: 0, records: 0, foreign: 0, complete: false };
  for (const target of targets) {
    for await (const key of bucket.keys(pausedPrefix(route.name, target))) {
      const object = await bucket.readVersion(key);
      // Where there is none, another run has taken it.
      if (object === undefined) continue;
      const parked = decodeParkedRecords(object.text);
      if (parked === undefined || parked.records.length === 0) {
        brought.foreign += 1;
        continue;
      }
      if (!(await pace())) return brought;
      await sendCopy(options, target, object.text);
      // A forwarder that does not know yet may have written it again meanwhile: that version is another one, and stays.
      await bucket.deleteVersion(key, object.etag, 'which has been sent and would be sent once more');
      brought.objects += 1;
      brought.records += parked.count;
      onSent(parked.count);
    }
  }
  return { ...brought, complete: true };
}

/** The copy belongs to its message: the forwarder deletes it once the records are elsewhere. */
async function sendCopy(
  { route, bucket, sqs, now }: BringBackOptions,
  target: string,
  text: string,
): Promise<void> {
  const parked = decodeParkedRecords(text);
  if (parked === undefined) return;
  const { records: _, object: __, dueAt: ___, count, ...facts } = parked;
  const copy = await bucket.putWaiting(route.name, text, 'resume');
  const renewed = { ...facts, parkedAt: new Date(now()).toISOString(), hops: 0 };
  const body = encodeParkedReference(renewed, count, copy);
  await sendParked(sqs, route.retryQueueUrl, { body, groupId: messageGroupOf(target) });
}
