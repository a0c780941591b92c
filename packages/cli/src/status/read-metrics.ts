import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import pLimit from 'p-limit';
import type { Window } from './window.ts';

/** A metric, and what is asked of it. */
export interface Query {
  namespace: string;
  metricName: string;
  dimensions: Readonly<Record<string, string>>;
  statistic: string;
}

/** The values of each period that has one, the newest first. */
export type Answers = ReadonlyMap<Query, readonly number[]>;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const QUERIES_A_CALL = 500;
const CALLS_AT_ONCE = 4;

/** Reads metrics, in as few calls as they take. */
export async function readMetrics(
  cloudWatch: Pick<CloudWatchClient, 'send'>,
  queries: readonly Query[],
  { start, end, periodSeconds }: Window,
): Promise<Answers> {
  const answers = new Map(queries.map((query): [Query, number[]] => [query, []]));
  const parts = Array.from({ length: Math.ceil(queries.length / QUERIES_A_CALL) }, (_, part) =>
    queries.slice(part * QUERIES_A_CALL, (part + 1) * QUERIES_A_CALL),
  );
  await pLimit(CALLS_AT_ONCE).map(parts, readPart);
  return answers;

  async function readPart(asked: readonly Query[]): Promise<void> {
    const MetricDataQueries = asked.map((query, index) => describe(query, `m${index}`, periodSeconds));
    let NextToken: string | undefined;
    do {
      const page = await cloudWatch.send(
        new GetMetricDataCommand({
          MetricDataQueries,
          StartTime: new Date(start),
          EndTime: new Date(end),
          ScanBy: 'TimestampDescending',
          NextToken,
        }),
      );
      for (const { Id = '', Values = [] } of page.MetricDataResults ?? []) {
        const query = asked[Number(Id.slice(1))];
        if (query !== undefined) answers.get(query)?.push(...Values);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
}

function describe({ namespace, metricName, dimensions, statistic }: Query, Id: string, Period: number) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: metricName, Dimensions },
      Period,
      Stat: statistic,
    },
  };
}
