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
  const content = JSON.stringify([shardId, String(from), clock.now()]);
  return `${streamArn}|1|${Buffer.from(content).toString('base64')}`;
}

/** ARN of the stream that an iterator reads. */
export function streamOfIterator(iterator: string): string {
  return iterator.split('|')[0] ?? '';
}

/** @throws {AwsError} ValidationException, or ExpiredIteratorException after 15 minutes */
export function readIterator(iterator: string, clock: Clock): ShardPlace {
  const [, version, content = ''] = iterator.split('|');
  const parts = version === '1' ? parse(Buffer.from(content, 'base64').toString()) : undefined;
  if (parts === undefined) throw new AwsError('ValidationException', 'Invalid ShardIterator');
  if (clock.now() - parts.writtenAt > VALID_MS)
    throw new AwsError('ExpiredIteratorException', 'Shard iterator has expired');
  return { streamArn: streamOfIterator(iterator), shardId: parts.shardId, from: parts.from };
}

function parse(text: string): { shardId: string; from: bigint; writtenAt: number } | undefined {
  try {
    const [shardId, from, writtenAt] = JSON.parse(text) as unknown[];
    if (typeof shardId !== 'string' || typeof from !== 'string' || typeof writtenAt !== 'number')
      return undefined;
    return { shardId, from: BigInt(from), writtenAt };
  } catch {
    return undefined;
  }
}
