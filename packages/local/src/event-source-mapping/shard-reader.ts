import {
  type _Record,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import type { Clock } from '../clock.ts';

/** A place in a shard, in the words of GetShardIterator. */
export type ShardPosition = Pick<
  GetShardIteratorCommandInput,
  'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'
>;

export interface ShardReaderOptions {
  kinesis: KinesisClient;
  streamArn: string;
  shardId: string;
  startingPosition: ShardPosition;
  clock: Clock;
  signal: AbortSignal;
  /** Called once the place to read from is fixed: what is put from now on will be read. */
  onPositioned: () => void;
  onProblem: (message: string) => void;
}

/** A shard takes five calls a second from all of its standard readers; a poll that brings nothing waits a little. */
const POLL_MS = 250;
const RECORDS_PER_POLL = 500;
const RETRY_MS = 1_000;

/** Reads a shard to its end, in order. Ends early, by throwing, only when the signal aborts. */
export async function* readShard(options: ShardReaderOptions): AsyncGenerator<_Record> {
  const { kinesis, streamArn, shardId, startingPosition, clock, signal, onPositioned, onProblem } = options;
  let position = startingPosition;
  let iterator: string | undefined;

  for (;;) {
    signal.throwIfAborted();
    try {
      iterator ??= (
        await kinesis.send(
          new GetShardIteratorCommand({ StreamARN: streamArn, ShardId: shardId, ...position }),
          { abortSignal: signal },
        )
      ).ShardIterator;
      onPositioned();
      const { Records = [], NextShardIterator } = await kinesis.send(
        new GetRecordsCommand({ StreamARN: streamArn, ShardIterator: iterator, Limit: RECORDS_PER_POLL }),
        { abortSignal: signal },
      );
      for (const record of Records) {
        yield record;
        if (record.SequenceNumber !== undefined) {
          position = {
            ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
            StartingSequenceNumber: record.SequenceNumber,
          };
        }
      }
      if (NextShardIterator === undefined) return;
      iterator = NextShardIterator;
    } catch (error) {
      signal.throwIfAborted();
      // An iterator holds for five minutes; behind a blocked batch it may take longer.
      if ((error as Error).name === 'ExpiredIteratorException') {
        iterator = undefined;
        continue;
      }
      onProblem(
        `Shard ${shardId} of ${streamArn} cannot be read: ${(error as Error).name}: ${(error as Error).message}`,
      );
      await clock.sleep(RETRY_MS, signal);
    }
    await clock.sleep(POLL_MS, signal);
  }
}
