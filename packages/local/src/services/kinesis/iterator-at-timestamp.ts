import type { HttpReply } from '../../endpoint/http.ts';
import { AwsError } from '../../shared/aws-error.ts';

/** Calls an operation of the Kinesis server. */
export type CallKinesis = (operation: string, input: object) => Promise<HttpReply>;

interface Page {
  Records: { SequenceNumber: string; ApproximateArrivalTimestamp: number }[];
  NextShardIterator?: string | null;
  MillisBehindLatest: number;
}

/**
 * An iterator from the first record that arrived at a time or later; at the end of the shard where none did. The Kinesis server
 * itself would not answer then.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
 *
 * @param timestamp epoch seconds
 * @throws {AwsError} InvalidArgumentException without a time, or for one in the future
 */
export async function iteratorAtTimestamp(
  call: CallKinesis,
  { StreamName, ShardId, timestamp }: { StreamName: unknown; ShardId: unknown; timestamp: unknown },
): Promise<HttpReply> {
  if (typeof timestamp !== 'number' || timestamp * 1000 > Date.now()) {
    const message = `The timestamp of an iterator AT_TIMESTAMP must be a time that is not in the future, got ${timestamp}`;
    throw new AwsError('InvalidArgumentException', message);
  }
  const iterator = (more: object) => call('GetShardIterator', { StreamName, ShardId, ...more });
  const first = await iterator({ ShardIteratorType: 'TRIM_HORIZON' });
  let reply = first;
  for (let { ShardIterator: next } = read<{ ShardIterator?: string | null }>(first); next; ) {
    const page = read<Page>(await call('GetRecords', { ShardIterator: next }));
    const found = page.Records?.find((record) => record.ApproximateArrivalTimestamp >= timestamp);
    if (found !== undefined) {
      const StartingSequenceNumber = found.SequenceNumber;
      return iterator({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber });
    }
    if (!page.NextShardIterator) break;
    reply = { ...first, body: JSON.stringify({ ShardIterator: page.NextShardIterator }) };
    if (!(page.MillisBehindLatest > 0) && page.Records?.length === 0) break;
    next = page.NextShardIterator;
  }
  return reply;
}

/** The answers of the Kinesis server are JSON. */
function read<T>({ body = '{}' }: HttpReply): T {
  return JSON.parse(body.toString());
}
