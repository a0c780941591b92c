import type { SQSRecord } from 'aws-lambda';
import type { Environments, Outcome } from './environments.ts';
import { SOURCE } from './places.ts';
import type { Queue, Received } from './queue.ts';
import type { Random } from './random.ts';
import { MOST_IN_CHAIN } from './recursion.ts';
import type { VirtualTime } from './virtual-time.ts';

const BATCH = 10;
const BATCH_BYTES = 6 * 1024 * 1024;
const POLL_MS = { least: 10, most: 60 };
/** Between tries to invoke a function that is throttled. */
const BACKOFF_MS = { first: 500, longest: 10_000 };

/** The event source mapping of a queue: at most so many batches at once, each deleted but for what the function reports. */
export function readQueue(options: {
  queue: Queue;
  environments: Environments;
  time: VirtualTime;
  random: Random;
  maximumConcurrency: number;
  visibilityTimeoutMs: number;
  stopsLoops: boolean;
}): void {
  const { queue, environments, time, random, maximumConcurrency, visibilityTimeoutMs, stopsLoops } = options;
  let readers = 0;

  const pump = () => {
    while (readers < maximumConcurrency && readers < queue.visible()) {
      readers += 1;
      time.after(random.between(POLL_MS.least, POLL_MS.most), read);
    }
  };
  const rest = () => {
    readers -= 1;
    pump();
  };

  const read = () => {
    const received = queue.receive(BATCH, BATCH_BYTES);
    const batch = received.filter(({ receiptHandle, message }) => {
      const isStopped = stopsLoops && message.lineage >= MOST_IN_CHAIN;
      if (isStopped) queue.stop(receiptHandle);
      return !isStopped;
    });
    // Where as many are in flight as there may be, the next look is a second later.
    if (batch.length === 0) time.after(received.length === 0 ? 1_000 : 0, rest);
    else invoke(batch, time.now(), 0);
  };

  const invoke = (batch: readonly Received[], receivedAt: number, tries: number) => {
    const request = {
      event: { Records: batch.map((received) => recordOf(received, queue.arn)) },
      source: 'queue',
      isDuplicate: batch.some(({ isDuplicate }) => isDuplicate),
      lineage: 1 + batch.reduce((most, { message }) => Math.max(most, message.lineage), 0),
    } as const;
    environments.invoke(request, (outcome) => {
      if (outcome.status === 'throttled') {
        const backoffMs =
          Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** tries) * random.between(0.5, 1);
        // The messages come again by themselves then.
        if (time.now() + backoffMs > receivedAt + visibilityTimeoutMs) rest();
        else time.after(backoffMs, () => invoke(batch, receivedAt, tries + 1));
        return;
      }
      const failed = failedMessages(outcome, batch);
      for (const { id, receiptHandle } of batch) if (!failed.has(id)) queue.delete(receiptHandle);
      rest();
    });
  };

  queue.onVisible(pump);
}

/** A response that names a message which is not of the batch, or none, fails all of it. */
function failedMessages(outcome: Outcome, batch: readonly Received[]): ReadonlySet<string> {
  const all = new Set(batch.map(({ id }) => id));
  if (outcome.status !== 'done') return all;
  const { batchItemFailures = [] } = Object(outcome.response) as {
    batchItemFailures?: { itemIdentifier: string }[];
  };
  const named = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return named.every((id) => all.has(id)) ? new Set(named) : all;
}

function recordOf(received: Received, eventSourceARN: string): SQSRecord {
  const { id, receiptHandle, receiveCount, sentAt, firstReceivedAt, message } = received;
  return {
    messageId: id,
    receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(sentAt),
      SenderId: 'AROASENDER:xacct-forwarder-default',
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      MessageGroupId: message.group,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: SOURCE.region,
  };
}
