import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';

/** How far the mapping of a route has read, as far as its metrics show. */
export type ReaderPosition =
  /** It is past the record. `at`: the latest time at which it read it, ISO 8601. */
  | { state: 'past'; at: string }
  /** It had not read the record at this time, ISO 8601. */
  | { state: 'before'; at: string }
  | { state: 'unknown'; why: string };

export interface ReaderOptions {
  /** Names. `stream`: undefined for a table's, of which CloudWatch has no reading. */
  functionName: string;
  stream: string | undefined;
  /** Epoch ms. */
  arrivedAt: number;
  now: number;
}

const PERIOD_MS = 60_000;
/** A reader that waits before it tries again is silent for less than this. */
const WINDOW_MS = 15 * 60_000;
/** Two days of minutes are more than CloudWatch answers at once. */
const MOST_MS = 12 * 3_600_000;
/** CloudWatch shows a minute late. */
const LATE_MS = 120_000;

interface Minute {
  /** Epoch ms of its start. */
  at: number;
  least: number;
  most: number;
}

/**
 * Whether the reader of a record's shard is past it, by the ages of the records that the forwarder was given: of all of its
 * streams, and of all that was read of this one. In a minute in which none was older than so much, all readers were that near
 * to the end of their shards.
 */
export async function readerPosition(
  cloudWatch: Pick<CloudWatchClient, 'send'>,
  { functionName, stream, arrivedAt, now }: ReaderOptions,
): Promise<ReaderPosition> {
  const from = arrivedAt - WINDOW_MS;
  const to = Math.min(now, arrivedAt + MOST_MS);
  const ofFunction = await readAges(cloudWatch, from, to, {
    Namespace: 'AWS/Lambda',
    MetricName: 'IteratorAge',
    Dimensions: [{ Name: 'FunctionName', Value: functionName }],
  });
  const ofStream =
    stream === undefined
      ? []
      : await readAges(cloudWatch, from, to, {
          Namespace: 'AWS/Kinesis',
          MetricName: 'GetRecords.IteratorAgeMilliseconds',
          Dimensions: [{ Name: 'StreamName', Value: stream }],
        });
  const past = firstPast([...ofFunction, ...ofStream], ofFunction, arrivedAt);
  if (past !== undefined) return { state: 'past', at: new Date(past).toISOString() };
  const last = ofFunction.filter(({ at }) => at + PERIOD_MS <= now).at(-1);
  if (last !== undefined && last.at >= arrivedAt && last.at + PERIOD_MS - last.least < arrivedAt)
    return { state: 'before', at: new Date(last.at + PERIOD_MS).toISOString() };
  return {
    state: 'unknown',
    why:
      now - arrivedAt < LATE_MS
        ? 'CloudWatch shows what was read about two minutes late: try again then'
        : 'the metrics of the forwarder and the stream do not show it',
  };
}

/** The start of the first minute before which, in all of the window, no record was so old that this one could be unread still. */
function firstPast(
  ages: readonly Minute[],
  active: readonly Minute[],
  arrivedAt: number,
): number | undefined {
  return active.find(({ at }) => {
    if (at < arrivedAt) return false;
    const near = ages.filter((age) => age.at <= at && age.at > at - WINDOW_MS);
    return near.every(({ most }) => at - most >= arrivedAt);
  })?.at;
}

async function readAges(
  cloudWatch: Pick<CloudWatchClient, 'send'>,
  from: number,
  to: number,
  metric: {
    Namespace: string;
    MetricName: string;
    Dimensions: { Name: string; Value: string }[];
  },
): Promise<Minute[]> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      ...metric,
      StartTime: new Date(Math.floor(from / PERIOD_MS) * PERIOD_MS),
      EndTime: new Date(to + PERIOD_MS),
      Period: PERIOD_MS / 1000,
      Statistics: ['Minimum', 'Maximum'],
    }),
  );
  return Datapoints.map(({ Timestamp, Minimum = 0, Maximum = 0 }) => ({
    at: Timestamp?.getTime() ?? 0,
    least: Minimum,
    most: Maximum,
  })).sort((one, other) => one.at - other.at);
}
