import { addValue, createMinute, MINUTE_MS, type Minute, type Series } from './metrics.ts';

/** Values by the epoch ms of the starts of their periods, the earliest first. */
export type Points = ReadonlyMap<number, number>;

/** Periods of a range of time: `from` is in the first of them, and `to` is the end of the last. */
export interface Range {
  from: number;
  to: number;
  periodMs: number;
}

const STATISTICS: Readonly<Record<string, (minute: Minute) => number>> = {
  Average: ({ sum, count }) => sum / count,
  Maximum: ({ maximum }) => maximum,
  Minimum: ({ minimum }) => minimum,
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
};

/** Whether it is a statistic that is known here: one of AWS's five, or a percentile such as `p99` or `p99.9`. */
export function isStatistic(name: string): boolean {
  return name in STATISTICS || percentileOf(name) !== undefined;
}

/** Returns the values of a metric by period. Periods without values are left out. */
export function pointsOf(
  series: Series | undefined,
  { from, to, periodMs }: Range,
  statistic: string,
): Points {
  if (series === undefined) return new Map();
  const periods = new Map<number, Minute[]>();
  for (const [start, minute] of [...series.hours, ...series.minutes]) {
    if (start < from || start >= to) continue;
    const period = from + Math.floor((start - from) / periodMs) * periodMs;
    periods.set(period, [...(periods.get(period) ?? []), minute]);
  }
  const sorted = [...periods].sort(([a], [b]) => a - b);
  const points = sorted.map(([start, minutes]): [number, number] => [
    start,
    read(minutes.reduce(merge), statistic),
  ]);
  return new Map(points.filter(([, value]) => !Number.isNaN(value)));
}

/** The starts of all periods of a range. */
export function periodsOf({ from, to, periodMs }: Range): number[] {
  return Array.from({ length: Math.ceil((to - from) / periodMs) }, (_, index) => from + index * periodMs);
}

/** A range whose periods begin at multiples of the period, as those of a query do. */
export function alignedRange(from: number, to: number, periodMs: number): Range {
  return {
    from: Math.floor(from / periodMs) * periodMs,
    to: Math.ceil(to / MINUTE_MS) * MINUTE_MS,
    periodMs,
  };
}

function read(minute: Minute, statistic: string): number {
  const percentile = percentileOf(statistic);
  if (percentile !== undefined) return rank(minute, percentile / 100);
  const ofMinute = STATISTICS[statistic];
  if (ofMinute === undefined) throw new Error(`There is no statistic ${statistic}`);
  return ofMinute(minute);
}

function percentileOf(name: string): number | undefined {
  const [, digits] = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The least value that has so much of all values below it or at it; not a number where the values are not kept. */
function rank({ values, count }: Minute, share: number): number {
  const pairs = Array.from({ length: values.length / 2 }, (_, index) =>
    values.slice(2 * index, 2 * index + 2),
  );
  let seen = 0;
  for (const [value = 0, times = 0] of pairs.sort(([a = 0], [b = 0]) => a - b)) {
    seen += times;
    if (seen >= share * count) return value;
  }
  return Number.NaN;
}

function merge(one: Minute, other: Minute): Minute {
  const merged = createMinute();
  for (const { count, sum, minimum, maximum, values } of [one, other]) {
    merged.count += count;
    merged.sum += sum;
    merged.minimum = Math.min(merged.minimum, minimum);
    merged.maximum = Math.max(merged.maximum, maximum);
    for (let index = 0; index < values.length; index += 2)
      addValue(merged, values[index] ?? 0, values[index + 1] ?? 0);
  }
  return merged;
}
