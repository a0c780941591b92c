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
  /** Each value with three digits, and how often it came, in turns: for percentiles. Empty once the minute is old. */
  values: number[];
}

/** One metric of one place. */
export interface Series extends MetricName {
  unit: string | undefined;
  /** By the minute's start in epoch ms. */
  minutes: Map<number, Minute>;
  /** Older minutes by hour, each by its start in epoch ms. */
  hours: Map<number, Minute>;
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
const HOUR_MS = 60 * MINUTE_MS;
/**
 * CloudWatch keeps them for 15 days. Here minutes are kept for a little more than a day, and hours for a little longer than the
 * longest alarm looks back.
 */
const KEPT_MS = 27 * HOUR_MS;
const HOURS_KEPT_MS = 7 * 24 * HOUR_MS + 4 * HOUR_MS;
const VALUES_KEPT_MS = 3 * HOUR_MS;
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
      const series = known.get(key) ?? {
        ...metric,
        unit,
        minutes: new Map<number, Minute>(),
        hours: new Map<number, Minute>(),
      };
      known.set(key, series);
      const start = Math.floor(at / MINUTE_MS) * MINUTE_MS;
      const minute = series.minutes.get(start) ?? begin(series, start);
      for (const value of values) add(minute, value);
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
    values: [],
  };
}

export function addValue({ values }: Minute, value: number, times: number): void {
  for (let index = 0; index < values.length; index += 2) {
    if (values[index] !== value) continue;
    values[index + 1] = (values[index + 1] ?? 0) + times;
    return;
  }
  values.push(value, times);
}

/** Begins a minute, adds old ones to their hours, and drops what is too old. */
function begin({ minutes, hours }: Series, start: number): Minute {
  for (const [old, minute] of minutes) {
    if (old < start - KEPT_MS) {
      minutes.delete(old);
      addToHour(hours, old, minute);
    } else if (old < start - VALUES_KEPT_MS) minute.values.length = 0;
    else break;
  }
  for (const old of hours.keys()) {
    if (old >= start - HOURS_KEPT_MS) break;
    hours.delete(old);
  }
  const minute = createMinute();
  minutes.set(start, minute);
  return minute;
}

function addToHour(
  hours: Map<number, Minute>,
  start: number,
  { count, sum, minimum, maximum }: Minute,
): void {
  const hour = Math.floor(start / HOUR_MS) * HOUR_MS;
  const into = hours.get(hour) ?? createMinute();
  hours.set(hour, into);
  into.count += count;
  into.sum += sum;
  into.minimum = Math.min(into.minimum, minimum);
  into.maximum = Math.max(into.maximum, maximum);
}

function add(minute: Minute, value: number): void {
  minute.count += 1;
  minute.sum += value;
  minute.minimum = Math.min(minute.minimum, value);
  minute.maximum = Math.max(minute.maximum, value);
  addValue(minute, Number(value.toPrecision(DIGITS)), 1);
}

function keyOf({ namespace, name, dimensions }: MetricName): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
