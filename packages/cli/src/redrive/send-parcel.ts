import type { SQSClient } from '@aws-sdk/client-sqs';
import { encodeParkedRecords, encodeParkedReference, messageGroupOf, type Route } from '@xacct/core';
import type { FailureBucket } from '../bucket/failure-bucket.ts';
import { sendParked } from '../queues/send-parked.ts';
import type { Parcel } from './cut-records.ts';

/**
 * Sends a parcel to the retry queue of a route: in a message, or if it is too large, as an object with a
 * message that refers to it.
 *
 * @throws {CommandFailure} when the queue or the bucket does not take it
 */
export async function sendParcel(
  { facts, texts, fitsMessage }: Parcel,
  {
    route,
    bucket,
    sqs,
  }: {
    route: Pick<Route, 'name' | 'retryQueueUrl'>;
    bucket: Pick<FailureBucket, 'putWaiting'>;
    sqs: Pick<SQSClient, 'send'>;
  },
): Promise<void> {
  const text = encodeParkedRecords(facts, texts);
  const body = fitsMessage
    ? text
    : encodeParkedReference(facts, texts.length, await bucket.putWaiting(route.name, text));
  await sendParked(sqs, route.retryQueueUrl, { body, groupId: messageGroupOf(facts.target) });
}
