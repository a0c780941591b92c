import { setTimeout } from 'node:timers/promises';

/** What the metrics of a minute need to be there. */
const INTERVAL_MS = 60_000;

export interface WatchOptions<T> {
  /** Reads what is shown next. */
  read(): Promise<T>;
  show(read: T): void;
  /** Says why it could not be read again. */
  failed(reason: string): void;
  /** Ends it. */
  signal: AbortSignal;
  /** Resolves then, or when the signal is aborted. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Reads and shows something each minute, and goes on where it cannot be read again.
 *
 * @throws the error of the first reading
 */
export async function watch<T>({
  read,
  show,
  failed,
  signal,
  sleep = sleepUntil,
}: WatchOptions<T>): Promise<void> {
  show(await read());
  for (;;) {
    await sleep(INTERVAL_MS, signal);
    if (signal.aborted) return;
    try {
      show(await read());
    } catch (error) {
      failed((error as Error).message);
    }
  }
}

/** Resolves after that time, or when the signal is aborted. */
export async function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
