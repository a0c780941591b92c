import type { Counts } from '../../local-aws/read-log.ts';
import type { Figures } from '../../monitor/status.ts';
import { createRate } from '../rate.ts';

/** What the forwarder counted since the start, of a route or of one of its targets. */
export interface Counters {
  /** @param latencies ms, of each call */
  add(counts: Counts, latencies: readonly number[], atMs: number): void;
  /** Epoch ms when records were parked or failed for the last time. */
  readonly troubledAt: number;
  /** What is kept for a paused target is counted where it lies. */
  figures(): Omit<Figures, 'paused'>;
  deliveredPerSecond(nowMs: number): number;
}

/** Calls of which percentiles are taken: the last ones. */
const LATENCIES = 500;

export function createCounters(): Counters {
  const totals = { filtered: 0, parked: 0, failed: 0, calls: 0 };
  const delivered = createRate();
  let latest: number[] = [];
  /** In order; undefined once there are newer ones. */
  let sorted: number[] | undefined = [];
  let troubledAt = Number.NEGATIVE_INFINITY;
  return {
    add(counts, latencies, atMs) {
      delivered.add(counts.delivered, atMs);
      totals.filtered += counts.filtered;
      totals.parked += counts.parked;
      totals.failed += counts.failed;
      totals.calls += latencies.length;
      if (counts.parked + counts.failed > 0) troubledAt = atMs;
      if (latencies.length === 0) return;
      latest = [...latest, ...latencies].slice(-LATENCIES);
      sorted = undefined;
    },
    get troubledAt() {
      return troubledAt;
    },
    figures() {
      sorted ??= latest.toSorted((one, other) => one - other);
      const [p50, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)];
      return { delivered: delivered.total(), ...totals, p50, p99 };
    },
    deliveredPerSecond: delivered.perSecond,
  };
}

/** The least value that has this part (0–1) of all values at it or below it; null if there are none. */
function percentile(sorted: readonly number[], part: number): number | null {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}
