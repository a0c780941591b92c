import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { streamFromArn } from '@xacct/core';
import type { LocalAws } from '@xacct/local';
import { contentOf, type PutRecord } from '@xacct/reconcile';
import { count } from '../terminal/count.ts';
import { step } from '../terminal/progress.ts';
import type { SampleEvent } from './events.ts';
import { toNewItem } from './new-item.ts';

/** One PutRecords takes 500 records and 10 MiB, base64 and keys included. */
const CALL_RECORDS = 500;
const CALL_BYTES = 3 * 1024 * 1024;

/** The parts of a local AWS that records are put with. */
type DemoAws = Pick<LocalAws, 'endpoint' | 'region' | 'sparedCredentials' | 'putItemChanges'>;

export interface RoutedStream {
  streamArn: string;
  streamName: string;
  account: string;
}

/** Puts the same events on the stream of each route. Several routes may read one stream; its records are put once. */
export async function putOnStreams(
  aws: DemoAws,
  routes: readonly RoutedStream[],
  events: readonly SampleEvent[],
  onPut: (streamArn: string, records: PutRecord[]) => void,
): Promise<void> {
  const streams = [...new Map(routes.map((route) => [route.streamArn, route])).values()];
  await step(
    'Putting records',
    () =>
      Promise.all(
        streams.map((stream) =>
          putEvents(aws, stream, events, (records) => onPut(stream.streamArn, records)),
        ),
      ),
    () => `${count(events.length, 'record')} put on each of ${count(streams.length, 'stream')}`,
  );
}

/** Puts events on a stream, in order: through the Kinesis API, or as new items of a table. */
export async function putEvents(
  aws: DemoAws,
  stream: RoutedStream,
  events: readonly SampleEvent[],
  onPut: (records: PutRecord[]) => void,
): Promise<void> {
  if (streamFromArn(stream.streamArn)?.service === 'dynamodb') putItems(aws, stream, events, onPut);
  else await putRecords(aws, stream, events, onPut);
}

function putItems(
  aws: DemoAws,
  { streamArn }: RoutedStream,
  events: readonly SampleEvent[],
  onPut: (records: PutRecord[]) => void,
): void {
  const putAt = Date.now();
  const records = aws.putItemChanges(streamArn, events.map(toNewItem));
  onPut(records.map((record) => ({ eventId: record.eventID, record, content: contentOf(record), putAt })));
}

async function putRecords(
  aws: DemoAws,
  { streamName, account }: RoutedStream,
  events: readonly SampleEvent[],
  onPut: (records: PutRecord[]) => void,
): Promise<void> {
  // Exempt from fault injection: only records that the stream took are counted.
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
          const record = { kinesis: { data: event.base64 } };
          return { eventId: `${ShardId}:${SequenceNumber}`, record, content: contentOf(record), putAt };
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
