import type { EventRecord } from './event-record.ts';

/** A stream as an event source mapping reads it, whatever its service. */
export interface StreamSource {
  /** How long the stream keeps its records; undefined where the stream's owner decides it, and it is not known here. */
  readonly retentionSeconds: number | undefined;
  listShards(signal: AbortSignal): Promise<SourceShard[]>;
  /** Undefined where the service answers none. */
  iterator(shardId: string, position: StreamPosition, signal: AbortSignal): Promise<string | undefined>;
  read(iterator: string, signal: AbortSignal): Promise<{ records: SourceRecord[]; next: string | undefined }>;
}

export interface SourceShard {
  id: string;
  /** Those that it took over from: two of a merge. */
  parentIds: readonly string[];
  /** It takes no more records. */
  closed: boolean;
}

export interface SourceRecord {
  sequenceNumber: string;
  /** Records with the same key keep their order: a partition key, or the key of an item. */
  orderKey: string;
  toEvent(shardId: string): EventRecord;
}

export type StreamPosition =
  | { type: 'TRIM_HORIZON' | 'LATEST' }
  /** Epoch ms. */
  | { type: 'AT_TIMESTAMP'; timestamp: number }
  | { type: 'AFTER_SEQUENCE_NUMBER'; sequenceNumber: string };

/** Records asked for at once. */
export const RECORDS_PER_READ = 500;
