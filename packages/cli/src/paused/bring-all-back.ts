import { createPace } from '../queues/pace.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { type BringBackOptions, type BroughtBack, bringBack } from './bring-back.ts';

export interface BringAllBackOptions extends Omit<BringBackOptions, 'pace' | 'onSent'> {
  /** Messages a second, at most. */
  rate: number;
  /** Epoch ms: from then on no forwarder keeps records for these targets. */
  quietAt: number;
  /** Whether one of them is paused, in the route that forwarders read. */
  isPaused(): Promise<boolean>;
  /** Called after each object, with what was sent so far. */
  onProgress(objects: number, records: number): void;
  /** Resolves after this time, or when the signal comes. */
  wait(ms: number): Promise<void>;
  /** Ends the run between two objects. */
  signal: AbortSignal;
}

/** What was sent, and whether nothing is left. */
export type AllBroughtBack = Omit<BroughtBack, 'foreign'> & { foreign: number };

/**
 * Brings back what is kept for targets that have been resumed. Forwarders may still keep records for a while, so it looks again
 * after that time, until nothing is left.
 *
 * @throws {CommandFailure} when the bucket or the queue refuses, or a target is paused again
 */
export async function bringAllBack(options: BringAllBackOptions): Promise<AllBroughtBack> {
  const { rate, quietAt, isPaused, onProgress, wait, signal, now } = options;
  const total = { objects: 0, records: 0, foreign: 0 };
  const next = createPace(rate);
  const pass = async () => {
    const before = total.objects;
    const { foreign, complete } = await bringBack({
      ...options,
      pace: () => (signal.aborted ? Promise.resolve(false) : next(signal)),
      onSent(records) {
        total.objects += 1;
        total.records += records;
        onProgress(total.objects, total.records);
      },
    });
    total.foreign = foreign;
    return complete ? total.objects - before : undefined;
  };

  if ((await pass()) === undefined) return { ...total, complete: false };
  while (now() < quietAt && !signal.aborted) await wait(quietAt - now());
  for (;;) {
    if (signal.aborted) return { ...total, complete: false };
    const sent = await pass();
    if (sent === undefined) return { ...total, complete: false };
    if (sent === 0) return { ...total, complete: true };
    if (await isPaused()) {
      throw new CommandFailure('The target was paused again meanwhile; what is kept for it stays');
    }
  }
}
