import { describe, expect, test } from 'vitest';
import { embeddedMetrics } from '../../../src/services/cloudwatch/embedded-metrics.ts';

const document = {
  _aws: {
    Timestamp: 1_700_000_000_000,
    CloudWatchMetrics: [
      {
        Namespace: 'xacct',
        Dimensions: [['Forwarder', 'Route'], ['Forwarder']],
        Metrics: [{ Name: 'Delivered', Unit: 'Count' }, { Name: 'Latency' }, { Name: 'Gone' }],
      },
    ],
  },
  Forwarder: 'f',
  Route: 'orders',
  Delivered: 3,
  Latency: [1.5, 2],
};

describe('embeddedMetrics', () => {
  test('reads each metric for each set of dimensions', () => {
    const found = embeddedMetrics(JSON.stringify(document));
    const common = { at: 1_700_000_000_000 };
    const [both, one] = [{ Forwarder: 'f', Route: 'orders' }, { Forwarder: 'f' }];
    const of = (name: string, dimensions: object) => ({ namespace: 'xacct', name, dimensions });
    expect(found).toEqual([
      { ...common, metric: of('Delivered', both), values: [3], unit: 'Count' },
      { ...common, metric: of('Delivered', one), values: [3], unit: 'Count' },
      { ...common, metric: of('Latency', both), values: [1.5, 2], unit: undefined },
      { ...common, metric: of('Latency', one), values: [1.5, 2], unit: undefined },
    ]);
  });

  test.each([
    ['text', 'hello "_aws"'],
    ['JSON without metrics', '{"a":1}'],
    ['JSON that is cut', JSON.stringify(document).slice(0, -3)],
    ['another form', '{"_aws":{"Timestamp":1,"CloudWatchMetrics":"none"}}'],
    ['no time', '{"_aws":{"CloudWatchMetrics":[]}}'],
    [
      'no dimensions',
      '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"a","Metrics":[{"Name":"b"}]}]},"b":1}',
    ],
  ])('finds none in %s', (_, line) => {
    expect(embeddedMetrics(line)).toEqual([]);
  });
});
