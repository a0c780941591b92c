/** Durations, with quantiles that are right to within one percent. */
export interface Histogram {
  add(ms: number): void;
  count(): number;
  /** Undefined when there is nothing in it. */
  quantile(share: number): number | undefined;
  longest(): number;
}

const STEP = Math.log(1.005);

export function createHistogram(): Histogram {
  const buckets: number[] = [];
  let count = 0;
  let longest = 0;
  return {
    add(ms) {
      const bucket = Math.floor(Math.log(Math.max(1, ms)) / STEP);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      count += 1;
      if (ms > longest) longest = ms;
    },
    count: () => count,
    quantile(share) {
      let left = share * count;
      for (const [bucket, held = 0] of buckets.entries()) {
        left -= held;
        if (left <= 0 && held > 0) return Math.exp((bucket + 0.5) * STEP);
      }
      return count === 0 ? undefined : longest;
    },
    longest: () => longest,
  };
}
