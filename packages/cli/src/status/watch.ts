import { setTimeout } from 'node:timers/promises';

/** What the metrics of a minute need to be there. */
const INTERVAL_MS = 60_000;

export interface WatchOptions {
  /** Reads what is shown next. */
  read(): Promise<string>;
  show(text: string): void;
  /** Says that it could not be read again. */
  failed(message: string, last: string): void;
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
export async function watch({ read, show, failed, signal, sleep = sleepUntil }: WatchOptions): Promise<void> {
  let last = await read();
  show(last);
  for (;;) {
    await sleep(INTERVAL_MS, signal);
    if (signal.aborted) return;
    try {
      last = await read();
      show(last);
    } catch (error) {
      failed(`Not read again: ${(error as Error).message}\n`, last);
    }
  }
}

async function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
