import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import type { SourceRecord, StreamPosition, StreamSource } from './stream-source.ts';

export interface ShardReaderOptions {
  source: Pick<StreamSource, 'iterator' | 'read'>;
  streamArn: string;
  shardId: string;
  start: StreamPosition;
  clock: Clock;
  signal: AbortSignal;
  /** Called once the place to read from is fixed: what is put from now on will be read. */
  onPositioned: () => void;
  /** Called with the number of records that a read brought. */
  onRead: (records: number) => void;
  onProblem: (message: string) => void;
}

/** A shard takes five calls a second from all of its standard readers; a poll that brings nothing waits a little. */
const POLL_MS = 250;
const RETRY_MS = 1_000;

/** Reads a shard to its end, in order. Ends early, by throwing, only when the signal aborts. */
export async function* readShard(options: ShardReaderOptions): AsyncGenerator<SourceRecord> {
  const { source, streamArn, shardId, start, clock, signal, onPositioned, onRead, onProblem } = options;
  let position = start;
  let iterator: string | undefined;

  for (;;) {
    signal.throwIfAborted();
    try {
      iterator ??= await source.iterator(shardId, position, signal);
      if (iterator === undefined) throw new Error('It has no iterator');
      onPositioned();
      const { records, next } = await source.read(iterator, signal);
      onRead(records.length);
      for (const record of records) {
        yield record;
        position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: record.sequenceNumber };
      }
      if (next === undefined) return;
      iterator = next;
    } catch (error) {
      signal.throwIfAborted();
      const { message } = error as Error;
      const name = error instanceof AwsError ? error.code : (error as Error).name;
      // An iterator holds for five minutes, or 15; behind a blocked batch it may take longer.
      if (name === 'ExpiredIteratorException') {
        iterator = undefined;
        continue;
      }
      onProblem(`Shard ${shardId} of ${streamArn} cannot be read: ${name}: ${message}`);
      if (name === 'TrimmedDataAccessException') {
        position = { type: 'TRIM_HORIZON' };
        iterator = undefined;
      }
      await clock.sleep(RETRY_MS, signal);
    }
    await clock.sleep(POLL_MS, signal);
  }
}
