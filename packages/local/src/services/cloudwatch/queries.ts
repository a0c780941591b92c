import type { MetricQuery } from '../../assembly/deployed-alarm.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { calculate, type Line, type Value } from './calculate.ts';
import { type Expression, parseExpression } from './expression.ts';
import type { MetricPlace, Metrics, Series } from './metrics.ts';
import { isStatistic, periodsOf, pointsOf, type Range } from './points.ts';
import { searchMetrics } from './search-expression.ts';

export interface QueryResult {
  id: string;
  lines: Line[];
}

/**
 * Answers queries, which may refer to each other.
 *
 * @param rangeOf the periods to look at, by their length in ms
 * @throws {AwsError} ValidationError for a query that cannot be answered
 */
export function answerQueries(
  queries: readonly MetricQuery[],
  metrics: Metrics,
  place: MetricPlace,
  rangeOf: (periodMs: number) => Range,
): QueryResult[] {
  const values = new Map<string, Value>();
  const beingAnswered = new Set<string>();
  const defaultSeconds = Math.min(
    ...queries.flatMap((query) => ('metric' in query ? query.periodSeconds : (query.periodSeconds ?? []))),
    ...queries.flatMap((query) =>
      'metric' in query ? [] : searchPeriods(parseExpression(query.expression)),
    ),
  );
  const fallbackSeconds = Number.isFinite(defaultSeconds) ? defaultSeconds : 300;

  const lineOf = (series: Series, statistic: string, periodSeconds: number): Line => ({
    label: labelOf(series),
    points: pointsOf(series, rangeOf(periodSeconds * 1000), checked(statistic)),
  });
  const evaluate = (query: MetricQuery): Value => {
    const known = values.get(query.id);
    if (known !== undefined) return known;
    if (beingAnswered.has(query.id))
      throw new AwsError('ValidationError', `The expression ${query.id} refers to itself`);
    beingAnswered.add(query.id);
    const value = answer(query);
    values.set(query.id, value);
    return value;
  };
  const answer = (query: MetricQuery): Value => {
    if ('metric' in query) {
      const range = rangeOf(query.periodSeconds * 1000);
      const series = metrics.find(place, query.metric);
      return { kind: 'points', points: pointsOf(series, range, checked(query.statistic)) };
    }
    const { periodSeconds = fallbackSeconds } = query;
    return calculate(parseExpression(query.expression), {
      valueOf(id) {
        const other = queries.find((one) => one.id === id);
        return other && evaluate(other);
      },
      search: (search, statistic, seconds = periodSeconds) =>
        searchMetrics(metrics.list(place), search).map((series) => ({
          ...lineOf(series, statistic, seconds),
          label: query.label === undefined ? labelOf(series) : fillLabel(query.label, series),
        })),
      periods: periodsOf(rangeOf(periodSeconds * 1000)),
    });
  };

  return queries
    .filter(({ returnData }) => returnData)
    .map((query) => {
      const label = query.label ?? ('metric' in query ? query.metric.name : query.id);
      return {
        id: query.id,
        lines: linesOf(
          evaluate(query),
          label,
          periodsOf(rangeOf((query.periodSeconds ?? fallbackSeconds) * 1000)),
        ),
      };
    });
}

function linesOf(value: Value, label: string, periods: readonly number[]): Line[] {
  if (value.kind === 'list') return [...value.lines];
  if (value.kind === 'points') return [{ label, points: value.points }];
  return [{ label, points: new Map(periods.map((time) => [time, value.value])) }];
}

function searchPeriods(expression: Expression): number[] {
  if (expression.kind === 'operation')
    return [...searchPeriods(expression.left), ...searchPeriods(expression.right)];
  if (expression.kind !== 'call') return [];
  const period = expression.name === 'SEARCH' ? expression.args[2] : undefined;
  return period?.kind === 'number' ? [period.value] : expression.args.flatMap(searchPeriods);
}

function checked(statistic: string): string {
  if (isStatistic(statistic)) return statistic;
  throw new AwsError(
    'ValidationError',
    `The local AWS does not know the statistic ${statistic}; it knows Average, Maximum, Minimum, SampleCount, Sum and p0–p100`,
  );
}

function labelOf({ name, dimensions }: Series): string {
  return [...Object.values(dimensions), name].join(' ');
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html */
function fillLabel(label: string, { name, namespace, dimensions }: Series): string {
  return label.replace(/\$\{PROP\('([^']+)'\)\}/g, (_, property: string) => {
    if (property === 'MetricName') return name;
    if (property === 'Namespace') return namespace;
    return dimensions[property.replace(/^Dim\./, '')] ?? '';
  });
}
