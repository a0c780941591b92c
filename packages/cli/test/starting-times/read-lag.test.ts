import type { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { readLag } from '../../src/starting-times/read-lag.ts';

const AT = Date.parse('2026-11-22T08:00:00Z');

function lag(ages: Record<string, number[]>, consumer?: string) {
  const asked: string[] = [];
  const cloudWatch = {
    async send({ input }: GetMetricStatisticsCommand) {
      const { MetricName = '', Dimensions = [], StartTime } = input;
      asked.push([MetricName, ...Dimensions.map(({ Value }) => Value), StartTime?.toISOString()].join(' '));
      return { Datapoints: (ages[MetricName] ?? []).map((Maximum) => ({ Maximum })) };
    },
  } as unknown as Pick<CloudWatchClient, 'send'>;
  return { asked, lag: readLag(cloudWatch, { functionName: 'f', stream: 'orders', consumer, at: AT }) };
}

describe('readLag', () => {
  test('is the largest age of what the function was given and of what was read from the stream', async () => {
    const { asked, lag: found } = lag({ IteratorAge: [5, 900], 'GetRecords.IteratorAgeMilliseconds': [70] });
    expect(await found).toBe(900);
    expect(asked).toEqual([
      'IteratorAge f 2026-11-22T07:45:00.000Z',
      'GetRecords.IteratorAgeMilliseconds orders 2026-11-22T07:45:00.000Z',
    ]);
  });

  test("looks at a consumer's own age", async () => {
    const { asked, lag: found } = lag({ 'SubscribeToShardEvent.MillisBehindLatest': [0] }, 'xacct-orders');
    expect([await found, asked[1]]).toEqual([
      0,
      'SubscribeToShardEvent.MillisBehindLatest orders xacct-orders 2026-11-22T07:45:00.000Z',
    ]);
  });

  test('is not known where neither has any data', async () => {
    expect(await lag({}).lag).toBeUndefined();
  });
});
