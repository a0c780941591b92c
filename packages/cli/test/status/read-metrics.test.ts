import type { GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { type Query, readMetrics } from '../../src/status/read-metrics.ts';
import { windowSince } from '../../src/status/window.ts';

const NOW = Date.parse('2026-11-26T03:15:20.000Z');
const WINDOW = windowSince(NOW - 15 * 60_000, NOW);
const queries = Array.from(
  { length: 1201 },
  (_, index): Query => ({
    namespace: 'xacct',
    metricName: 'Delivered',
    dimensions: { Route: `r${index}` },
    statistic: 'Sum',
  }),
);

/** Answers with the number of the route, in two pages. */
function cloudWatchOf(inputs: GetMetricDataCommandInput[]) {
  return {
    async send({ input }: { input: GetMetricDataCommandInput }) {
      inputs.push(input);
      const isFirst = input.NextToken === undefined;
      const MetricDataResults = input.MetricDataQueries?.map(({ Id, MetricStat }) => {
        const number = Number(MetricStat?.Metric?.Dimensions?.[0]?.Value?.slice(1));
        return { Id, Values: [isFirst ? number : -number] };
      });
      return { MetricDataResults, ...(isFirst && { NextToken: 'second' }) };
    },
  } as unknown as Parameters<typeof readMetrics>[0];
}

describe('metrics', () => {
  test('are read 500 a call, with all pages, and each answer belongs to its query', async () => {
    const inputs: GetMetricDataCommandInput[] = [];
    const answers = await readMetrics(cloudWatchOf(inputs), queries, WINDOW);
    expect(queries.map((query) => answers.get(query))).toEqual(queries.map((_, index) => [index, -index]));
    const sizes = inputs.filter((input) => input.NextToken === undefined);
    expect(sizes.map((input) => input.MetricDataQueries?.length)).toEqual([500, 500, 201]);
    expect(inputs).toHaveLength(6);
  });

  test('are not asked for where there are none', async () => {
    const inputs: GetMetricDataCommandInput[] = [];
    await readMetrics(cloudWatchOf(inputs), [], WINDOW);
    expect(inputs).toEqual([]);
  });
});

describe('the window', () => {
  test.each([
    ['15 min', 15, 60, '2026-11-26T03:00:00.000Z'],
    ['a day', 1440, 300, '2026-11-25T03:15:00.000Z'],
    ['ten days', 14_400, 3600, '2026-11-16T03:00:00.000Z'],
  ])('of %s starts with a period', (_, minutes, periodSeconds, start) => {
    const window = windowSince(NOW - minutes * 60_000, NOW);
    expect([window.periodSeconds, new Date(window.start).toISOString()]).toEqual([periodSeconds, start]);
  });
});
