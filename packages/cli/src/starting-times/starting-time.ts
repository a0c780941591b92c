import type { Stop } from './find-stop.ts';
import type { StreamMapping } from './stream-mapping.ts';

/** Where a mapping that is made starts to read. */
export interface StartingTime {
  route: string;
  /** ISO 8601; null: at the oldest record that the stream keeps. */
  at: string | null;
  /** Why there. */
  reason: string;
}

/** Finds when a mapping stopped; absent where AWS is not asked. */
export interface StoppedMappings {
  /** The one that was deleted last of those that read a stream with a function. */
  findStop(mapping: StreamMapping): Promise<Stop | undefined>;
  /** How far behind a mapping was at a time, at the most, in ms. */
  readLag(mapping: StreamMapping, at: number): Promise<number | undefined>;
  /** Epoch ms. */
  now(): number;
}
