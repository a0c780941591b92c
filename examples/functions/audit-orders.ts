import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type {
  Context,
  KinesisStreamBatchResponse,
  KinesisStreamEvent,
  KinesisStreamRecord,
} from 'aws-lambda';

const processor = new BatchProcessor(EventType.KinesisDataStreams);

/**
 * A target function with the batch processor of Powertools for AWS Lambda, which calls `audit` for each record, and reports
 * those for which it throws.
 */
export async function handler(
  event: KinesisStreamEvent,
  context: Context,
): Promise<KinesisStreamBatchResponse> {
  // Otherwise it throws if all records fail, and the forwarder would not know which they are.
  const options = { context, processor, throwOnFullBatchFailure: false };
  return processPartialResponse(event, audit, processor, options);
}

async function audit({ kinesis }: KinesisStreamRecord): Promise<void> {
  const order: unknown = JSON.parse(Buffer.from(kinesis.data, 'base64').toString());
  if (typeof order !== 'object' || order === null || !('id' in order))
    throw new Error('The record is no order');
  console.log(`audited ${order.id}`);
}
