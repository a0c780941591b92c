import type { MetricName } from '../../assembly/deployed-alarm.ts';
import type { Clock } from '../../shared/clock.ts';

/** An account and region. */
export interface MetricPlace {
  account: string;
  region: string;
}

/** What was put in one minute. */
export interface Minute {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** How often each value came, with three digits: for percentiles. */
  values: Map<number, number>;
}

/** One metric of one place. */
export interface Series extends MetricName {
  unit: string | undefined;
  /** By the minute's start in epoch ms. */
  minutes: Map<number, Minute>;
}

/** The metrics of all accounts. */
export interface Metrics {
  /** @param at epoch ms. Default: now */
  put(
    place: MetricPlace,
    metric: MetricName,
    values: readonly number[],
    options?: { at?: number; unit?: string | undefined },
  ): void;
  find(place: MetricPlace, metric: MetricName): Series | undefined;
  list(place: MetricPlace): Series[];
}

export const MINUTE_MS = 60_000;
/** CloudWatch keeps points of a minute for 15 days, and coarser ones for longer, which are not kept here. */
const KEPT_MINUTES = 15 * 24 * 60;
const DIGITS = 3;

export function createMetrics(clock: Clock): Metrics {
  const places = new Map<string, Map<string, Series>>();
  const placeOf = ({ account, region }: MetricPlace) => {
    const key = `${account} ${region}`;
    const known = places.get(key) ?? new Map<string, Series>();
    places.set(key, known);
    return known;
  };
  return {
    put(place, metric, values, { at = clock.now(), unit } = {}) {
      const known = placeOf(place);
      const key = keyOf(metric);
      const series = known.get(key) ?? { ...metric, unit, minutes: new Map<number, Minute>() };
      known.set(key, series);
      const start = Math.floor(at / MINUTE_MS) * MINUTE_MS;
      const minute = series.minutes.get(start) ?? createMinute();
      series.minutes.set(start, minute);
      for (const value of values) add(minute, value);
      for (const old of series.minutes.keys()) {
        if (old >= start - KEPT_MINUTES * MINUTE_MS) break;
        series.minutes.delete(old);
      }
    },
    find: (place, metric) => placeOf(place).get(keyOf(metric)),
    list: (place) => [...placeOf(place).values()],
  };
}

export function createMinute(): Minute {
  return {
    count: 0,
    sum: 0,
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    values: new Map(),
  };
}

function add(minute: Minute, value: number): void {
  minute.count += 1;
  minute.sum += value;
  minute.minimum = Math.min(minute.minimum, value);
  minute.maximum = Math.max(minute.maximum, value);
  const rounded = Number(value.toPrecision(DIGITS));
  minute.values.set(rounded, (minute.values.get(rounded) ?? 0) + 1);
}

function keyOf({ namespace, name, dimensions }: MetricName): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
