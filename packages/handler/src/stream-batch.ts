import type { Context, KinesisStreamBatchResponse } from 'aws-lambda';
import type { Deliver } from './deliver.ts';
import { deliverMatching } from './deliver-matching.ts';
import { createPacker, stringifyRecords } from './pack.ts';
import type { RouteStore } from './route-store.ts';
import type { StreamEvent, StreamRecord } from './stream-event.ts';

/** Thrown for an event that is no batch of a stream: the function is subscribed to something else. */
export class EventError extends Error {
  override readonly name = 'EventError';
}

export type StreamBatchHandler = (
  event: StreamEvent,
  context: BatchContext,
) => Promise<KinesisStreamBatchResponse>;
export type BatchContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** Kept back from the remaining time for reporting what failed. */
const GRACE_MS = 1_000;

/**
 * Handles a batch: to every target of the stream's route, side by side, what matches the target's filter.
 * Answers with the lowest sequence number that some target does not have, from which the stream is read again.
 */
export function createStreamBatchHandler(options: {
  routes: RouteStore;
  deliver: Deliver;
}): StreamBatchHandler {
  const { routes, deliver } = options;

  return async (event, context) => {
    const { eventSourceArn, sequenceNumbers } = parseEvent(event);
    const route = await routes.get(eventSourceArn);
    const texts = stringifyRecords(event.Records);
    const batch = {
      route,
      records: event.Records,
      texts,
      sequenceNumbers,
      pack: createPacker(texts),
      signal: AbortSignal.timeout(Math.max(1, context.getRemainingTimeInMillis() - GRACE_MS)),
      requestId: context.awsRequestId,
    };
    const outcomes = await Promise.all(
      route.targets.map((target) => deliverMatching(deliver, batch, target)),
    );

    const failures = outcomes.filter((failedFrom) => failedFrom !== undefined);
    const itemIdentifier = sequenceNumbers[Math.min(...failures)];
    return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
  };
}

/** All records of a batch come from one shard of one stream. */
function parseEvent(event: StreamEvent): { eventSourceArn: string; sequenceNumbers: string[] } {
  const records: unknown = event?.Records;
  if (!Array.isArray(records) || records.length === 0) {
    throw new EventError('Expected an event with Records of a stream, as an event source mapping sends it');
  }
  const eventSourceArn = event.Records[0]?.eventSourceARN;
  const sequenceNumbers = event.Records.map(sequenceNumberOf);
  if (typeof eventSourceArn !== 'string' || !sequenceNumbers.every((number) => typeof number === 'string')) {
    throw new EventError(
      'Expected every record to have eventSourceARN, and kinesis.sequenceNumber or dynamodb.SequenceNumber',
    );
  }
  return { eventSourceArn, sequenceNumbers };
}

function sequenceNumberOf(record: StreamRecord | null): unknown {
  return record?.kinesis?.sequenceNumber ?? record?.dynamodb?.SequenceNumber;
}
