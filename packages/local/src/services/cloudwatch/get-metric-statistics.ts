import { integer, TEXT, TEXTS } from '../../endpoint/input.ts';
import { operation } from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { checkedRange, TIME } from './checked-range.ts';
import type { Metrics } from './metrics.ts';
import { isStatistic, pointsOf } from './points.ts';
import { METRIC_NAME, readMetricName } from './read-queries.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export const getMetricStatistics = operation({
  input: {
    properties: {
      ...METRIC_NAME.properties,
      StartTime: TIME,
      EndTime: TIME,
      Period: integer(1, 86_400),
      Statistics: TEXTS,
      ExtendedStatistics: TEXTS,
      Unit: TEXT,
    },
    required: ['Namespace', 'MetricName', 'StartTime', 'EndTime', 'Period'],
  },
  action: 'cloudwatch:GetMetricStatistics',
  resource: () => '*',
  handle(call, input, { metrics }: { metrics: Metrics }) {
    call.authorize('*');
    const { MetricName, Statistics = [], ExtendedStatistics = [], StartTime, EndTime, Period } = input;
    const place = { account: call.principal.account, region: call.region };
    const series = metrics.find(place, readMetricName(input));
    const range = checkedRange(StartTime, EndTime, Period * 1000);
    const unknown = [...Statistics, ...ExtendedStatistics].find((name) => !isStatistic(name));
    if (unknown !== undefined)
      throw new AwsError('ValidationError', `The local AWS does not know the statistic ${unknown}`);
    const byTime = new Map<number, { own: Record<string, number>; extended: Record<string, number> }>();
    const collect = (kind: 'own' | 'extended', names: readonly string[]) => {
      for (const name of names)
        for (const [time, value] of pointsOf(series, range, name)) {
          const point = byTime.get(time) ?? { own: {}, extended: {} };
          point[kind][name] = value;
          byTime.set(time, point);
        }
    };
    collect('own', Statistics);
    collect('extended', ExtendedStatistics);
    return {
      Label: MetricName,
      Datapoints: Array.from(byTime, ([time, { own, extended }]) => ({
        Timestamp: time / 1000,
        ...own,
        ...(ExtendedStatistics.length > 0 && { ExtendedStatistics: extended }),
        Unit: series?.unit ?? 'None',
      })),
    };
  },
});
