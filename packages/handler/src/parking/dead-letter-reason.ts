import type { Failure } from '../delivery/failure-class.ts';

/**
 * Why records are dead letters: the failure, and how often the function was really called.
 *
 * @param times in epoch ms
 */
export function deadLetterReason(
  { class: failureClass, reason }: Failure,
  attempts: number,
  times: { parkedAt: number; now: number },
): string {
  // No call could help these.
  if (failureClass === 'not-routed') return reason;
  const calls = attempts === 1 ? '1 call' : `${attempts} calls`;
  return `Given up after ${lengthOf(times.now - times.parkedAt)} and ${calls}: ${reason}`;
}

function lengthOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
