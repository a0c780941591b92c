import { isProbeRequest, type ProbeAnswer, type ProbeRequest } from '@xacct/core';
import type { KinesisStreamBatchResponse, SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { InvocationContext } from './invocation/invocation-context.ts';
import type { Probe } from './probe/probe.ts';
import { EventError } from './records/stream-event.ts';
import type { ParkedBatchHandler } from './retry-queue/parked-batch.ts';
import type { StreamBatchHandler } from './stream/stream-batch.ts';

export interface EventHandler {
  (event: ProbeRequest, context: InvocationContext): Promise<ProbeAnswer>;
  (event: unknown, context: InvocationContext): Promise<BatchResponse>;
}

/** Handles batches only. */
export type BatchHandler = (event: unknown, context: InvocationContext) => Promise<BatchResponse>;

type BatchResponse = KinesisStreamBatchResponse | SQSBatchResponse;

/**
 * Handles a batch of a stream, a batch of a retry queue, or a probe.
 *
 * @throws {EventError} for an event of anything else
 */
export function createEventHandler(handlers: {
  stream: StreamBatchHandler;
  parked: ParkedBatchHandler;
  probe: Probe;
}): EventHandler {
  function handle(event: ProbeRequest, context: InvocationContext): Promise<ProbeAnswer>;
  function handle(event: unknown, context: InvocationContext): Promise<BatchResponse>;
  async function handle(event: unknown, context: InvocationContext): Promise<BatchResponse | ProbeAnswer> {
    if (isProbeRequest(event)) return handlers.probe(event, context);
    const records = (event as { Records?: unknown } | null)?.Records;
    if (!Array.isArray(records) || records.length === 0) {
      throw new EventError(
        'Expected an event with Records, as an event source mapping of a stream or of a retry queue sends it',
      );
    }
    if (isFromQueue(records)) return handlers.parked(records, context);
    return handlers.stream({ Records: records }, context);
  }
  return handle;
}

function isFromQueue(records: unknown[]): records is SQSRecord[] {
  return (records[0] as Partial<SQSRecord> | null)?.eventSource === 'aws:sqs';
}
