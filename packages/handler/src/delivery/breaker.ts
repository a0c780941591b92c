import type { Failure } from './failure-class.ts';

/**
 * Remembers, in this environment, which targets fail again and again, so that they are called at intervals only. A target
 * is a role with a function (`targetKey`).
 */
export interface Breaker {
  /**
   * Whether to call a target: one that fails is called once in a while, by one caller.
   *
   * @param isLastChance for records whose time is over: half a minute after a failure is enough then
   */
  ask(key: string, isLastChance?: boolean): 'call' | 'probe' | 'wait';
  /** The caller that probed is done, whatever the result. Another may probe once it is time. */
  probed(key: string): void;
  /** The last failure of a target that is called at intervals only; undefined for any other. */
  openedBy(key: string): Failure | undefined;
  /** Whether the last call failed because of the target. */
  isFailing(key: string): boolean;
  /** The target could not be called, or did not answer. */
  targetFailed(key: string, failure: Failure): void;
  /** The function answered: it took `delivered` records, and failed on `failed` that it was given for the first time. */
  answered(key: string, records: { delivered: number; failed: number }): void;
}

interface Entry {
  /** Failures of the target since it last answered. */
  failures: number;
  open: Open | undefined;
  /** What became of records that it was given for the first time, since then (epoch ms). */
  since: number;
  delivered: number;
  failed: number;
}

interface Open {
  failure: Failure;
  failedAt: number;
  probeAt: number;
  probeAfterMs: number;
  probing: boolean;
  /** The function answered, and failed on nearly every record. */
  failsOnRecords: boolean;
}

/** Failed chunks, one after another, that open the breaker. A call without an answer opens it at once. */
const FAILURES = 5;
const FIRST_PROBE_MS = 30_000;
/** For a target that fails at once, and for one whose calls cost: it may hang, or runs and fails. */
const LONGEST_PROBE_MS = 60_000;
const LONGEST_COSTLY_PROBE_MS = 600_000;
/** A function fails on everything when, within a minute, it failed on 10 records or more, and took 1 in 10 at the most. */
const WINDOW_MS = 60_000;
const FAILED_RECORDS = 10;
const FAILED_TO_DELIVERED = 9;

/** @param random 0 to 1, as `Math.random`: takes up to a half off each wait, so that no two targets or environments keep time */
export function createBreaker(now: () => number = Date.now, random: () => number = Math.random): Breaker {
  const entries = new Map<string, Entry>();

  const jittered = (ms: number) => ms * (1 - random() / 2);
  const entryOf = (key: string): Entry => {
    const known = entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { failures: 0, open: undefined, since: now(), delivered: 0, failed: 0 };
    entries.set(key, entry);
    return entry;
  };
  /** Starts the counts again, from now on. */
  const count = (entry: Entry, delivered: number, failed: number) =>
    Object.assign(entry, { since: now(), delivered, failed });
  const open = (entry: Entry, failure: Failure, failsOnRecords: boolean) => {
    const probeAt = now() + jittered(FIRST_PROBE_MS);
    entry.open = {
      failure,
      failedAt: now(),
      probeAt,
      probeAfterMs: FIRST_PROBE_MS,
      probing: false,
      failsOnRecords,
    };
  };
  const stayOpen = (held: Open, failure: Failure) => {
    held.failure = failure;
    held.failedAt = now();
    if (!held.probing) return;
    held.probing = false;
    const isCostly = held.failsOnRecords || failure.class === 'deadline';
    const longest = isCostly ? LONGEST_COSTLY_PROBE_MS : LONGEST_PROBE_MS;
    held.probeAfterMs = Math.min(longest, held.probeAfterMs * 2);
    held.probeAt = now() + jittered(held.probeAfterMs);
  };

  return {
    ask(key, isLastChance = false) {
      const held = entries.get(key)?.open;
      if (held === undefined) return 'call';
      const mayCallAt =
        isLastChance && !held.probing ? Math.min(held.probeAt, held.failedAt + FIRST_PROBE_MS) : held.probeAt;
      if (now() < mayCallAt) return 'wait';
      // Until this probe has an answer, no other call goes out.
      held.probing = true;
      held.probeAt = now() + jittered(held.probeAfterMs);
      return 'probe';
    },
    probed(key) {
      const held = entries.get(key)?.open;
      if (held !== undefined) held.probing = false;
    },
    openedBy: (key) => entries.get(key)?.open?.failure,
    isFailing: (key) => {
      const entry = entries.get(key);
      return entry !== undefined && (entry.failures > 0 || entry.open !== undefined);
    },
    targetFailed(key, failure) {
      const entry = entryOf(key);
      entry.failures += failure.class === 'deadline' ? FAILURES : 1;
      if (entry.open !== undefined) stayOpen(entry.open, failure);
      else if (entry.failures >= FAILURES) open(entry, failure, false);
    },
    answered(key, { delivered, failed }) {
      const entry = entryOf(key);
      entry.failures = 0;
      if (now() - entry.since > WINDOW_MS) count(entry, 0, 0);
      entry.delivered += delivered;
      entry.failed += failed;
      const held = entry.open;
      if (held !== undefined && delivered === 0 && held.failsOnRecords) {
        if (failed > 0) stayOpen(held, held.failure);
        return;
      }
      if (held !== undefined) {
        entry.open = undefined;
        count(entry, delivered, failed);
      }
      if (entry.failed < FAILED_RECORDS || entry.failed < FAILED_TO_DELIVERED * entry.delivered) return;
      const reason = `The function failed on ${entry.failed} of ${entry.failed + entry.delivered} records within a minute`;
      open(entry, { class: 'function-error', reason }, true);
    },
  };
}
