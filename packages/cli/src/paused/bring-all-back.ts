import { createPace } from '../queues/pace.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { type BringBackOptions, bringBack } from './bring-back.ts';

export interface BringAllBackOptions extends Omit<BringBackOptions, 'pace' | 'onSent'> {
  /** Messages a second, at most. */
  rate: number;
  /** Epoch ms: from then on no forwarder keeps records for these targets. */
  quietAt: number;
  /** Whether one of them is paused, in the route that forwarders read. */
  isPaused(): Promise<boolean>;
  /** Runs the work, which is done with what is kept now, or with what was kept until then; shows its progress. */
  during(when: 'now' | 'then', work: (onProgress: OnProgress) => Promise<Sent>): Promise<Sent>;
  /** Resolves after this time, or when the signal comes. */
  wait(ms: number): Promise<void>;
  /** Ends the run between two objects. */
  signal: AbortSignal;
}

/** Called after each object, with what was sent so far. */
export type OnProgress = (sent: Omit<Sent, 'complete'>) => void;

/** What was sent in all. */
export interface Sent {
  objects: number;
  records: number;
  /** Objects that hold no parked records; they stay. */
  foreign: number;
  /** Whether nothing else is left. */
  complete: boolean;
}

/**
 * Brings back what is kept for targets that have been resumed. Forwarders may still keep records for a while, so it looks again
 * after that time, until nothing is left.
 *
 * @throws {CommandFailure} when the bucket or the queue refuses, or a target is paused again
 */
export async function bringAllBack(options: BringAllBackOptions): Promise<Sent> {
  const { rate, quietAt, isPaused, during, wait, signal, now } = options;
  const total: Sent = { objects: 0, records: 0, foreign: 0, complete: false };
  const next = createPace(rate);

  /** Whether everything that was there has been sent. */
  async function pass(onProgress: OnProgress): Promise<boolean> {
    const { foreign, complete } = await bringBack({
      ...options,
      pace: () => (signal.aborted ? Promise.resolve(false) : next(signal)),
      onSent(records) {
        total.objects += 1;
        total.records += records;
        onProgress(total);
      },
    });
    total.foreign = foreign;
    return complete;
  }

  async function untilNothingIsLeft(onProgress: OnProgress): Promise<Sent> {
    while (!signal.aborted) {
      const before = total.objects;
      if (!(await pass(onProgress))) break;
      if (total.objects === before) return { ...total, complete: true };
      if (await isPaused())
        throw new CommandFailure('The target was paused again meanwhile; what is kept for it stays');
    }
    return total;
  }

  const first = await during('now', async (onProgress) => {
    const complete = await pass(onProgress);
    return { ...total, complete };
  });
  if (!first.complete) return total;
  while (now() < quietAt && !signal.aborted) await wait(quietAt - now());
  return during('then', untilNothingIsLeft);
}
