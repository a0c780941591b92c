import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';

/** A place in a shard of a table's stream. */
export interface ShardPlace {
  streamArn: string;
  shardId: string;
  /** Sequence number of the next record to read; 0 for the oldest that is kept. */
  from: bigint;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html */
const VALID_MS = 15 * 60_000;

export function writeIterator({ streamArn, shardId, from }: ShardPlace, clock: Clock): string {
  return `${streamArn}|1|${Buffer.from(`${shardId} ${from} ${clock.now()}`).toString('base64')}`;
}

/** ARN of the stream that an iterator reads. */
export function streamOfIterator(iterator: string): string {
  return iterator.split('|')[0] ?? '';
}

/** @throws {AwsError} ValidationException, or ExpiredIteratorException after 15 minutes */
export function readIterator(iterator: string, clock: Clock): ShardPlace {
  const [streamArn = '', version, content = ''] = iterator.split('|');
  const place = /^(\S+) (\d+) (\d+)$/.exec(Buffer.from(content, 'base64').toString());
  if (version !== '1' || place === null) throw new AwsError('ValidationException', 'Invalid ShardIterator');
  const [, shardId = '', from = '', writtenAt] = place;
  if (clock.now() - Number(writtenAt) > VALID_MS)
    throw new AwsError('ExpiredIteratorException', 'Shard iterator has expired');
  return { streamArn, shardId, from: BigInt(from) };
}
