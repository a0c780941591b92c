import type { Route } from '@xacct/core';
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

/** In addition to twice the lag: for records under way, and for clocks that differ. */
const MARGIN_MS = 5 * 60_000;

export interface StartOptions {
  /** The new mapping. */
  wanted: StreamMapping;
  /** The mapping that it replaces in the same stack. */
  before: StreamMapping | undefined;
  stopped: StoppedMappings | undefined;
}

/**
 * Where a new mapping starts: early enough before the previous mapping stopped that no record is missed which that one had
 * not read. If this is unknown, at the oldest record.
 */
export async function startAfter(
  { startingTimestamp }: Route,
  { wanted, before, stopped }: StartOptions,
): Promise<Omit<StartingTime, 'route'>> {
  if (startingTimestamp !== undefined) {
    return { at: new Date(startingTimestamp * 1000).toISOString(), reason: 'as the file says' };
  }
  if (stopped === undefined)
    return { at: null, reason: 'when the stream was last read is asked of AWS only' };
  try {
    if (before !== undefined) {
      const what =
        before.streamArn === wanted.streamArn ? 'the mapping that it replaces' : `stream ${before.stream}`;
      return await beforeStop(before, before.enabled ? stopped.now() : undefined, what, stopped);
    }
    const stop = await stopped.findStop(wanted);
    if (stop === undefined)
      return { at: null, reason: `no earlier mapping of stream ${wanted.stream} is known` };
    return await beforeStop(stop.mapping, stop.at, `stack ${stop.stack}`, stopped);
  } catch (error) {
    const { name, message } = error as Error;
    return { at: null, reason: `when the stream was last read cannot be found out: ${name}: ${message}` };
  }
}

async function beforeStop(
  mapping: StreamMapping,
  at: number | undefined,
  what: string,
  { readLag }: StoppedMappings,
): Promise<Omit<StartingTime, 'route'>> {
  if (at === undefined)
    return { at: null, reason: `the mapping of ${what} was disabled, and it is not known since when` };
  const lagMs = await readLag(mapping, at);
  if (lagMs === undefined) return { at: null, reason: `it is not known how far behind ${what} was` };
  const overlapMs = 2 * lagMs + MARGIN_MS;
  const start = new Date(Math.floor((at - overlapMs) / 1000) * 1000);
  return {
    at: start.toISOString(),
    reason: `${Math.ceil(overlapMs / 1000)} s before ${new Date(at).toISOString()}, when ${what} was read last, ${Math.ceil(lagMs / 1000)} s behind at the most`,
  };
}
