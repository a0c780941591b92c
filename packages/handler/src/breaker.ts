import type { FailureClass } from './failure-class.ts';

/** Remembers, in this environment, which targets fail again and again. */
export interface Breaker {
  /** Whether to call a target. One that is failing is probed at intervals, by a single call. */
  allows(target: string): boolean;
  /** Whether its last call failed. */
  isFailing(target: string): boolean;
  succeeded(target: string): void;
  failed(target: string, failure: FailureClass): void;
}

interface Entry {
  /** Since the last success. */
  failures: number;
  /** Once there were too many. */
  open?: { probeAt: number; probeAfterMs: number; probing: boolean };
}

/** Failed calls, one after another, that open the breaker. */
const FAILURES = 5;
/** A call that lasted to the end of the invocation held up the stream, so it counts for more. */
const FAILURES_OF_A_DEADLINE = 3;
const FIRST_PROBE_MS = 30_000;
const LONGEST_PROBE_MS = 600_000;

export function createBreaker(now: () => number = Date.now): Breaker {
  const entries = new Map<string, Entry>();

  return {
    allows(target) {
      const open = entries.get(target)?.open;
      if (open === undefined) return true;
      if (now() < open.probeAt) return false;
      // Until this probe has an answer, no other call goes out.
      open.probing = true;
      open.probeAt = now() + open.probeAfterMs;
      return true;
    },
    isFailing: (target) => entries.has(target),
    succeeded(target) {
      entries.delete(target);
    },
    failed(target, failure) {
      // These are about the records, or about the breaker itself.
      if (failure === 'too-large' || failure === 'breaker-open') return;
      const entry = entries.get(target) ?? { failures: 0 };
      entries.set(target, entry);
      entry.failures += failure === 'deadline' ? FAILURES_OF_A_DEADLINE : 1;
      const { open } = entry;
      if (open === undefined && entry.failures >= FAILURES) {
        entry.open = { probeAt: now() + FIRST_PROBE_MS, probeAfterMs: FIRST_PROBE_MS, probing: false };
      } else if (open?.probing) {
        open.probeAfterMs = Math.min(LONGEST_PROBE_MS, open.probeAfterMs * 2);
        open.probeAt = now() + open.probeAfterMs;
        open.probing = false;
      }
    },
  };
}
