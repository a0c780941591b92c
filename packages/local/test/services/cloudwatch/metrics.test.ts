import { describe, expect, test } from 'vitest';
import { createMetrics } from '../../../src/services/cloudwatch/metrics.ts';
import { alignedRange, pointsOf } from '../../../src/services/cloudwatch/points.ts';
import { NOON_MS, REGION, SOURCE, steppedClock } from '../../factories.ts';

const PLACE = { account: SOURCE, region: REGION };
const METRIC = { namespace: 'xacct', name: 'Latency', dimensions: { Route: 'orders' } };
const HOUR_MS = 3_600_000;

function measure() {
  const clock = steppedClock();
  const metrics = createMetrics(clock);
  const points = (statistic: string) => {
    const range = alignedRange(NOON_MS, clock.now() + 60_000, 60_000);
    return [...pointsOf(metrics.find(PLACE, METRIC), range, statistic)].map(([at, value]) => [
      (at - NOON_MS) / HOUR_MS,
      value,
    ]);
  };
  return { clock, metrics, points, put: (...values: number[]) => metrics.put(PLACE, METRIC, values) };
}

describe('createMetrics', () => {
  test('finds a metric by all of its dimensions, in any order', () => {
    const { metrics } = measure();
    metrics.put(PLACE, { ...METRIC, dimensions: { A: '1', B: '2' } }, [1]);
    const found = (dimensions: Record<string, string>) => metrics.find(PLACE, { ...METRIC, dimensions });
    expect(found({ B: '2', A: '1' })?.minutes.size).toBe(1);
    expect(found({ A: '1' })).toBeUndefined();
    expect(metrics.find({ ...PLACE, region: 'eu-west-1' }, METRIC)).toBeUndefined();
  });

  test('keeps three digits of a value for percentiles, and all of them for sums', () => {
    const { put, points } = measure();
    put(1234.5, 1234.5);
    expect(points('p50')).toEqual([[0, 1230]]);
    expect(points('Sum')).toEqual([[0, 2469]]);
  });

  test('keeps percentiles for three hours, and all else for a week', () => {
    const { clock, put, points } = measure();
    put(5);
    clock.advance(4 * HOUR_MS);
    put(6);
    expect(points('p99')).toEqual([[4, 6]]);
    expect(points('Maximum')).toEqual([
      [0, 5],
      [4, 6],
    ]);
    clock.advance(24 * HOUR_MS);
    put(7);
    expect(points('Maximum')).toEqual([
      [0, 5],
      [4, 6],
      [28, 7],
    ]);
    clock.advance(7 * 24 * HOUR_MS - 20 * HOUR_MS);
    put(8);
    put(9);
    expect(points('Maximum')).toEqual([
      [4, 6],
      [28, 7],
      [176, 9],
    ]);
  });

  test('keeps what is older than a day by hour', () => {
    const { clock, put, points } = measure();
    put(5);
    clock.advance(HOUR_MS / 2);
    put(2);
    clock.advance(HOUR_MS);
    put(1);
    clock.advance(28 * HOUR_MS);
    put(0);
    const old = (statistic: string) => points(statistic).slice(0, -1);

    expect(old('Sum')).toEqual([
      [0, 7],
      [1, 1],
    ]);
    expect(old('Minimum')[0]).toEqual([0, 2]);
    expect(old('Maximum')[0]).toEqual([0, 5]);
    expect(old('SampleCount')[0]).toEqual([0, 2]);
    expect(old('p50')).toEqual([]);
  });
});
