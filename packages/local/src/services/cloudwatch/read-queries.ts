import type { MetricName, MetricQuery } from '../../assembly/deployed-alarm.ts';
import { FILLED, type InputOf, integer, TEXT } from '../../endpoint/input.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { QueryResult } from './queries.ts';

const DIMENSIONS = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    properties: { Name: FILLED, Value: TEXT },
    required: ['Name', 'Value'],
  },
} as const;

export const METRIC_NAME = {
  type: 'object',
  additionalProperties: false,
  properties: { Namespace: FILLED, MetricName: FILLED, Dimensions: DIMENSIONS },
  required: ['Namespace', 'MetricName'],
} as const;

/** A query of GetMetricData. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html */
export const QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    Id: { type: 'string', pattern: '^[a-z]\\w*$' },
    Expression: FILLED,
    Label: TEXT,
    MetricStat: {
      type: 'object',
      additionalProperties: false,
      properties: { Metric: METRIC_NAME, Period: integer(1, 86_400), Stat: FILLED, Unit: TEXT },
      required: ['Metric', 'Period', 'Stat'],
    },
    Period: integer(1, 86_400),
    ReturnData: { type: 'boolean' },
  },
  required: ['Id'],
} as const;

type Query = InputOf<{ properties: { query: typeof QUERY }; required: ['query'] }>['query'];

/** @throws {AwsError} ValidationError for a query with neither a metric nor an expression, or with both */
export function readQuery({
  Id,
  Expression,
  Label,
  MetricStat,
  Period,
  ReturnData = true,
}: Query): MetricQuery {
  const common = { id: Id, label: Label, returnData: ReturnData };
  if (MetricStat !== undefined && Expression === undefined) {
    const { Metric, Period: periodSeconds, Stat } = MetricStat;
    return { ...common, metric: readMetricName(Metric), statistic: Stat, periodSeconds };
  }
  if (Expression !== undefined && MetricStat === undefined)
    return { ...common, expression: Expression, periodSeconds: Period };
  throw new AwsError('ValidationError', `The query ${Id} needs either a MetricStat or an Expression`);
}

export function readMetricName({
  Namespace,
  MetricName,
  Dimensions = [],
}: {
  Namespace: string;
  MetricName: string;
  Dimensions?: readonly { Name: string; Value: string }[] | undefined;
}): MetricName {
  return {
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  };
}

/**
 * One page of the results: so many points of all lines together, in their order.
 *
 * @param token the number of points on the pages before
 * @throws {AwsError} InvalidNextToken
 */
export function resultPage(
  results: readonly QueryResult[],
  ascending: boolean,
  mostPoints: number,
  token: string | undefined,
) {
  const start = Number(token ?? 0);
  const lines = results.flatMap(({ id, lines: all }) =>
    all.map(({ label, points }) => ({ id, label, points: ascending ? [...points] : [...points].reverse() })),
  );
  const total = lines.reduce((sum, { points }) => sum + points.length, 0);
  if (token !== undefined && !(Number.isInteger(start) && start > 0 && start < total))
    throw new AwsError('InvalidNextToken', `The next token ${token} is not valid.`);
  const end = start + mostPoints;
  let before = 0;
  const pages = lines.flatMap(({ id, label, points }) => {
    const from = before;
    before += points.length;
    const items = points.slice(Math.max(0, start - from), Math.max(0, end - from));
    // A line without points is on the first page; any other on those that have some of its points.
    if (items.length === 0 && (points.length > 0 || token !== undefined)) return [];
    return {
      Id: id,
      Label: label,
      Timestamps: items.map(([time]) => time / 1000),
      Values: items.map(([, value]) => value),
      StatusCode: before <= end ? 'Complete' : 'PartialData',
    };
  });
  return { MetricDataResults: pages, Messages: [], ...(end < total && { NextToken: String(end) }) };
}
