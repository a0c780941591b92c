import { metrics } from '@xacct/core';
import type { Figures } from '../monitor/status.ts';
import type { Answers, Query } from './read-metrics.ts';

type Dimension = keyof typeof metrics.dimensions;

/** The queries for the figures of one place, and how their answers are read. */
export function figuresOf(place: Partial<Record<Dimension, string>>) {
  const dimensions: Record<string, string> = {};
  for (const dimension of ['forwarder', 'route', 'target'] as const) {
    const value = place[dimension];
    if (value !== undefined) dimensions[metrics.dimensions[dimension]] = value;
  }
  const query = (metric: keyof typeof metrics.ofTarget, statistic: string): Query => {
    return { namespace: metrics.namespace, metricName: metrics.ofTarget[metric], dimensions, statistic };
  };
  const asked = {
    delivered: query('delivered', 'Sum'),
    filtered: query('filtered', 'Sum'),
    parked: query('parked', 'Sum'),
    paused: query('paused', 'Sum'),
    failed: query('failed', 'Sum'),
    calls: query('invokeLatency', 'SampleCount'),
    p50: query('invokeLatency', 'p50'),
    p99: query('invokeLatency', 'p99'),
  };
  return {
    queries: Object.values(asked),
    read: (answers: Answers): Figures => ({
      delivered: sumOf(answers, asked.delivered),
      filtered: sumOf(answers, asked.filtered),
      parked: sumOf(answers, asked.parked),
      paused: sumOf(answers, asked.paused),
      failed: sumOf(answers, asked.failed),
      calls: sumOf(answers, asked.calls),
      p50: highestOf(answers, asked.p50),
      p99: highestOf(answers, asked.p99),
    }),
  };
}

export function sumOf(answers: Answers, query: Query): number {
  return (answers.get(query) ?? []).reduce((sum, value) => sum + value, 0);
}

function highestOf(answers: Answers, query: Query): number | null {
  const values = answers.get(query) ?? [];
  return values.length === 0 ? null : Math.max(...values);
}
