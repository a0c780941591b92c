import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';

interface Order {
  id: string;
  cents: number;
}

/**
 * A target function. It gets the records of the stream as if it were subscribed to the stream. It reports the records that
 * it cannot book, and gets them again. All other records count as delivered.
 */
export async function handler({ Records }: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> {
  const batchItemFailures: KinesisStreamBatchResponse['batchItemFailures'] = [];
  for (const { kinesis } of Records) {
    const order = parseOrder(Buffer.from(kinesis.data, 'base64').toString());
    if (order === undefined) batchItemFailures.push({ itemIdentifier: kinesis.sequenceNumber });
    else console.log(`booked ${order.id}: ${(order.cents / 100).toFixed(2)}`);
  }
  return { batchItemFailures };
}

function parseOrder(text: string): Order | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('id' in value) || !('cents' in value))
      return undefined;
    const { id, cents } = value;
    return typeof id === 'string' && typeof cents === 'number' ? { id, cents } : undefined;
  } catch {
    return undefined;
  }
}
