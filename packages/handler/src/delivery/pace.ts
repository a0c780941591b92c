/** How a call ended: the function did what it was called for, failed or was not called, or did not answer. */
export type CallEnd = 'answered' | 'failed' | 'no-answer';

/** Remembers, in this environment, how long targets take, so that a slow one does not hold up its neighbours. */
export interface Pace {
  /** About as long as a call may be expected to last, in ms; 0 for a target that has not answered yet. */
  expectedMs(key: string): number;
  /** How many records a call may carry that is to last for no longer than that, at least 1; 0 while nothing is known. */
  recordsWithin(key: string, ms: number): number;
  /**
   * The most records of a call that lasts for no longer than that: no limit for a target that answers, since what a record takes
   * says little about a function that takes long for any number.
   *
   * @param hadNoAnswer whether there was no answer for these records, perhaps in another environment
   */
  mostRecords(key: string, ms: number, hadNoAnswer: boolean): number;
  /** A call with so many records has lasted that long. */
  lasted(key: string, ms: number, records: number, end: CallEnd): void;
  /** The target was done with its part of a batch `ms` after its neighbours' patience had ended; 0: in time. */
  heldUp(key: string, ms: number): void;
  /** The batch went on without waiting for the target's call. */
  leftBehind(key: string): void;
  /** Whether the target is called from the retry queue only, since it held up its neighbours for too long. */
  isSlow(key: string): boolean;
}

interface Entry {
  expectedMs: number;
  /** Undefined before the first call that shows it. */
  msPerRecord: number | undefined;
  /** Records of the largest call that was answered, since there was no answer for as many. */
  answered: number;
  /** Records of the smallest call without an answer, and until when that counts, epoch ms. */
  unanswered: number;
  unansweredUntil: number;
  heldUpMs: number;
  /** Until then the target is slow, epoch ms. */
  slowUntil: number;
  slowForMs: number;
}

/** Held up for this long, in all since it was last in time, neighbours do not wait for the target any more. */
const SLOW_MS = 10_000;
/** Then a batch is sent to it directly once more: each time that this holds up its neighbours, twice as long after. */
const FIRST_SLOW_FOR_MS = 120_000;
const LONGEST_SLOW_FOR_MS = 3_600_000;
/** One long call is remembered for about ten shorter ones. */
const FADE = 0.8;
/** What a record takes is best seen in large calls; small ones may raise it by so much each. */
const SLOWER = 1.25;
const LEAST_MS_PER_RECORD = 0.01;
/** A function that did not answer may be well by then. */
const UNANSWERED_MS = 600_000;
/** While nothing is known, what had no answer is tried as a batch of a stream has it by default. */
const FIRST_RECORDS = 100;

export function createPace(now: () => number = Date.now): Pace {
  const entries = new Map<string, Entry>();
  const entryOf = (key: string): Entry => {
    const entry = entries.get(key) ?? {
      expectedMs: 0,
      msPerRecord: undefined,
      answered: 0,
      unanswered: Number.POSITIVE_INFINITY,
      unansweredUntil: 0,
      heldUpMs: 0,
      slowUntil: 0,
      slowForMs: FIRST_SLOW_FOR_MS,
    };
    entries.set(key, entry);
    return entry;
  };
  const slowDown = (entry: Entry) => {
    entry.heldUpMs = SLOW_MS;
    entry.slowUntil = now() + entry.slowForMs;
    entry.slowForMs = Math.min(LONGEST_SLOW_FOR_MS, entry.slowForMs * 2);
  };

  const recordsWithin = (key: string, ms: number) => {
    const msPerRecord = entries.get(key)?.msPerRecord;
    if (msPerRecord === undefined) return 0;
    return Math.max(1, Math.floor(ms / Math.max(msPerRecord, LEAST_MS_PER_RECORD)));
  };
  const noAnswer = (entry: Entry, records: number) => {
    const known = now() < entry.unansweredUntil ? entry.unanswered : Number.POSITIVE_INFINITY;
    entry.unanswered = Math.min(known, records);
    entry.unansweredUntil = now() + UNANSWERED_MS;
    if (records <= entry.answered) entry.answered = 0;
  };
  const answer = (entry: Entry, records: number) => {
    entry.answered = Math.max(entry.answered, records);
    if (records >= entry.unanswered) entry.unansweredUntil = 0;
  };

  return {
    expectedMs: (key) => entries.get(key)?.expectedMs ?? 0,
    recordsWithin,
    mostRecords(key, ms, hadNoAnswer) {
      const { answered, unanswered, unansweredUntil } = entryOf(key);
      const isKnown = now() < unansweredUntil;
      if (!isKnown && !hadNoAnswer) return Number.POSITIVE_INFINITY;
      const fitting = Math.max(recordsWithin(key, ms) || FIRST_RECORDS, answered);
      return isKnown ? Math.max(1, Math.min(fitting, unanswered - 1)) : fitting;
    },
    lasted(key, ms, records, end) {
      const entry = entryOf(key);
      entry.expectedMs = Math.max(ms, entry.expectedMs * FADE);
      const { msPerRecord: known } = entry;
      // A function that fails at once shows nothing. One that does not answer takes at least that long.
      if (end === 'answered') {
        entry.msPerRecord = Math.min(ms / records, (known ?? Number.POSITIVE_INFINITY) * SLOWER);
        answer(entry, records);
      } else if (end === 'no-answer') {
        entry.msPerRecord = Math.max(ms / records, known ?? 0);
        noAnswer(entry, records);
      }
    },
    heldUp(key, ms) {
      const entry = entryOf(key);
      if (ms > 0) {
        entry.heldUpMs += ms;
        if (entry.heldUpMs >= SLOW_MS) slowDown(entry);
        return;
      }
      entry.heldUpMs = 0;
      entry.slowUntil = 0;
      entry.slowForMs = FIRST_SLOW_FOR_MS;
    },
    leftBehind: (key) => slowDown(entryOf(key)),
    isSlow: (key) => now() < (entries.get(key)?.slowUntil ?? 0),
  };
}
