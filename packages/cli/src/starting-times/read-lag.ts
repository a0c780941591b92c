import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';

export interface LagOptions {
  /** Names. */
  functionName: string;
  stream: string;
  /** Name of a registered consumer. */
  consumer: string | undefined;
  /** Epoch ms. */
  at: number;
}

/** Lambda and Kinesis write these every minute. */
const PERIOD_SECONDS = 60;
const WINDOW_MS = 15 * 60_000;

/**
 * How far behind a mapping was at a time, at most: the largest age, in the 15 min before, of the records that
 * Lambda gave to the function, for any of its streams, and of the records that anybody read from the stream. Undefined if
 * neither is known.
 */
export async function readLag(
  cloudWatch: Pick<CloudWatchClient, 'send'>,
  { functionName, stream, consumer, at }: LagOptions,
): Promise<number | undefined> {
  const ofStream = { Name: 'StreamName', Value: stream };
  const metrics = [
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'IteratorAge',
      Dimensions: [{ Name: 'FunctionName', Value: functionName }],
    },
    consumer === undefined
      ? { Namespace: 'AWS/Kinesis', MetricName: 'GetRecords.IteratorAgeMilliseconds', Dimensions: [ofStream] }
      : {
          Namespace: 'AWS/Kinesis',
          MetricName: 'SubscribeToShardEvent.MillisBehindLatest',
          Dimensions: [ofStream, { Name: 'ConsumerName', Value: consumer }],
        },
  ];
  const ages = await Promise.all(
    metrics.map(async (metric) => {
      const { Datapoints = [] } = await cloudWatch.send(
        new GetMetricStatisticsCommand({
          ...metric,
          StartTime: new Date(at - WINDOW_MS),
          EndTime: new Date(at + PERIOD_SECONDS * 1000),
          Period: PERIOD_SECONDS,
          Statistics: ['Maximum'],
        }),
      );
      return Datapoints.map(({ Maximum = 0 }) => Maximum);
    }),
  );
  const known = ages.flat();
  return known.length === 0 ? undefined : Math.max(...known);
}
