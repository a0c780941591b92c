import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { LocalAws, PutRecord } from '@xacct/local';
import type { SampleEvent } from './events.ts';

/** An event that a stream took. */
export interface PutEvent extends PutRecord {
  event: SampleEvent;
}

/** One PutRecords takes 500 records and 10 MiB, base64 and keys included. */
const CALL_RECORDS = 500;
const CALL_BYTES = 3 * 1024 * 1024;

/** Puts events on a stream, in order, through the Kinesis API. */
export async function putEvents(
  aws: LocalAws,
  { streamName, account }: { streamName: string; account: string },
  events: readonly SampleEvent[],
  onPut: (records: PutEvent[]) => void,
): Promise<void> {
  // What is counted is what a stream took: a producer's own failures are no part of it.
  const credentials = aws.sparedCredentials[account];
  if (credentials === undefined) throw new Error(`There are no credentials of account ${account}`);
  const kinesis = new KinesisClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials,
    requestHandler: new NodeHttpHandler(),
  });
  try {
    for (const chunk of cut(events)) {
      const putAt = Date.now();
      const { Records: results = [], FailedRecordCount } = await kinesis.send(
        new PutRecordsCommand({
          StreamName: streamName,
          Records: chunk.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
        }),
      );
      if (FailedRecordCount)
        throw new Error(`Stream ${streamName} refused ${FailedRecordCount} of ${chunk.length} records`);
      onPut(
        chunk.map((event, index) => {
          const { ShardId, SequenceNumber } = results[index] ?? {};
          return { eventId: `${ShardId}:${SequenceNumber}`, event, putAt };
        }),
      );
    }
  } finally {
    kinesis.destroy();
  }
}

function* cut(events: readonly SampleEvent[]): Generator<SampleEvent[]> {
  let chunk: SampleEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    if (chunk.length === CALL_RECORDS || (chunk.length > 0 && bytes + event.data.length > CALL_BYTES)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(event);
    bytes += event.data.length;
  }
  if (chunk.length > 0) yield chunk;
}
