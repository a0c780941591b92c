/** Remembers, in this environment, how long targets take, so that a slow one does not hold up its neighbours. */
export interface Pace {
  /** About as long as a call may be expected to last, in ms; 0 for a target that has not answered yet. */
  expectedMs(key: string): number;
  /** A call has lasted that long. */
  lasted(key: string, ms: number): void;
  /** The target was done with its part of a batch `ms` after its neighbours' patience had ended; 0: in time. */
  heldUp(key: string, ms: number): void;
  /** Whether it has held up its neighbours for too long. */
  isSlow(key: string): boolean;
}

interface Entry {
  expectedMs: number;
  heldUpMs: number;
}

/** Held up for this long, in all since it was last in time, neighbours do not wait for the target any more. */
const SLOW_MS = 10_000;
/** One long call is remembered for about ten shorter ones. */
const FADE = 0.8;

export function createPace(): Pace {
  const entries = new Map<string, Entry>();
  const entryOf = (key: string): Entry => {
    const entry = entries.get(key) ?? { expectedMs: 0, heldUpMs: 0 };
    entries.set(key, entry);
    return entry;
  };

  return {
    expectedMs: (key) => entries.get(key)?.expectedMs ?? 0,
    lasted(key, ms) {
      const entry = entryOf(key);
      entry.expectedMs = Math.max(ms, entry.expectedMs * FADE);
    },
    heldUp(key, ms) {
      const entry = entryOf(key);
      entry.heldUpMs = ms === 0 ? 0 : entry.heldUpMs + ms;
    },
    isSlow: (key) => (entries.get(key)?.heldUpMs ?? 0) >= SLOW_MS,
  };
}
