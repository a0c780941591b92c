import type { KinesisStreamBatchResponse, SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { InvocationContext } from './invocation/invocation-context.ts';
import { EventError } from './records/stream-event.ts';
import type { ParkedBatchHandler } from './retry/parked-batch.ts';
import type { StreamBatchHandler } from './stream/stream-batch.ts';

export type EventHandler = (
  event: unknown,
  context: InvocationContext,
) => Promise<KinesisStreamBatchResponse | SQSBatchResponse>;

/**
 * Handles a batch of a stream, or a batch of a retry queue.
 *
 * @throws {EventError} for an event of anything else
 */
export function createEventHandler(handlers: {
  stream: StreamBatchHandler;
  parked: ParkedBatchHandler;
}): EventHandler {
  return async (event, context) => {
    const records = (event as { Records?: unknown } | null)?.Records;
    if (!Array.isArray(records) || records.length === 0) {
      throw new EventError(
        'Expected an event with Records, as an event source mapping of a stream or of a retry queue sends it',
      );
    }
    if (isFromQueue(records)) return handlers.parked(records, context);
    return handlers.stream({ Records: records }, context);
  };
}

function isFromQueue(records: unknown[]): records is SQSRecord[] {
  return (records[0] as Partial<SQSRecord> | null)?.eventSource === 'aws:sqs';
}
