/** Seconds over which a rate is taken: long enough to read, short enough to follow. */
export const RATE_SECONDS = 5;

export interface Rate {
  add(by: number, nowMs: number): void;
  total(): number;
  /** How many there were a second, on average over the last seconds. */
  perSecond(nowMs: number): number;
}

/** Counts things, and how many there were a second in the last seconds. */
export function createRate(): Rate {
  let total = 0;
  /** Counts of the last seconds, by the second of the clock. */
  const recent = new Map<number, number>();
  return {
    add(by, nowMs) {
      const second = Math.floor(nowMs / 1000);
      total += by;
      recent.set(second, (recent.get(second) ?? 0) + by);
      for (const past of recent.keys()) if (past <= second - RATE_SECONDS) recent.delete(past);
    },
    total: () => total,
    perSecond(nowMs) {
      const oldest = Math.floor(nowMs / 1000) - RATE_SECONDS;
      let sum = 0;
      for (const [second, count] of recent) if (second > oldest) sum += count;
      return sum / RATE_SECONDS;
    },
  };
}
