import { NotSupportedError } from '../shared/aws-error.ts';
import type { Properties, TypedResource } from './properties.ts';

export interface MetricName {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

/** What an alarm watches, or a call asks for: a metric, or an expression over others. */
export type MetricQuery = {
  id: string;
  label: string | undefined;
  returnData: boolean;
} & (
  | { metric: MetricName; statistic: string; periodSeconds: number }
  | { expression: string; periodSeconds: number | undefined }
);

/** A CloudWatch alarm that a template deploys. */
export interface DeployedAlarm {
  name: string;
  account: string;
  region: string;
  description: string | undefined;
  /** The first whose data is returned is watched. */
  queries: MetricQuery[];
  /** Whether it watches one metric, and not an expression. */
  watchesMetric: boolean;
  periodSeconds: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  threshold: number;
  comparison: (typeof COMPARISONS)[number];
  treatMissingData: (typeof TREATMENTS)[number];
  alarmActions: string[];
  okActions: string[];
}

const COMPARISONS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanOrEqualToThreshold',
  'LessThanThreshold',
] as const;
const TREATMENTS = ['breaching', 'ignore', 'missing', 'notBreaching'] as const;
const DAY_SECONDS = 86_400;

export function readAlarm({ name, stack, where, properties }: TypedResource): DeployedAlarm {
  const watchesMetric = properties.raw('Metrics') === undefined;
  const queries = watchesMetric
    ? [readMetric(properties)]
    : properties.objects('Metrics', ['Expression', 'Id', 'Label', 'MetricStat', 'ReturnData']).map(readQuery);
  const periods = queries.flatMap((query) => ('metric' in query ? query.periodSeconds : []));
  const [periodSeconds] = periods;
  if (periodSeconds === undefined || periods.some((period) => period !== periodSeconds))
    throw new NotSupportedError(`an alarm on metrics with the periods ${periods.join(', ')}`, where);
  if (queries.filter(({ returnData }) => returnData).length !== 1)
    throw new NotSupportedError('an alarm that does not return exactly one of its metrics', where);
  const evaluationPeriods = properties.integer('EvaluationPeriods', [1, DAY_SECONDS]);
  const description = properties.raw('AlarmDescription');
  return {
    name,
    account: stack.account,
    region: stack.region,
    description: description === undefined ? undefined : properties.text('AlarmDescription'),
    queries,
    watchesMetric,
    periodSeconds,
    evaluationPeriods,
    datapointsToAlarm: properties.integer('DatapointsToAlarm', [1, evaluationPeriods], evaluationPeriods),
    threshold: properties.number('Threshold'),
    comparison: properties.oneOf('ComparisonOperator', COMPARISONS),
    treatMissingData: properties.oneOf('TreatMissingData', TREATMENTS, 'missing'),
    alarmActions: properties.texts('AlarmActions'),
    okActions: properties.texts('OKActions'),
  };
}

function readMetric(properties: Properties): MetricQuery {
  return {
    id: 'm1',
    label: undefined,
    returnData: true,
    metric: readName(properties),
    statistic: properties.text('Statistic'),
    periodSeconds: readPeriod(properties),
  };
}

function readQuery(properties: Properties): MetricQuery {
  const common = {
    id: properties.text('Id'),
    label: properties.raw('Label') === undefined ? undefined : properties.text('Label'),
    returnData: properties.boolean('ReturnData', true),
  };
  if (properties.raw('Expression') !== undefined)
    return { ...common, expression: properties.text('Expression'), periodSeconds: undefined };
  const stat = properties.object('MetricStat', ['Metric', 'Period', 'Stat']);
  return {
    ...common,
    metric: readName(stat.object('Metric', ['Dimensions', 'MetricName', 'Namespace'])),
    statistic: stat.text('Stat'),
    periodSeconds: readPeriod(stat),
  };
}

function readName(properties: Properties): MetricName {
  const dimensions = properties.objects('Dimensions', ['Name', 'Value']);
  return {
    namespace: properties.text('Namespace'),
    name: properties.text('MetricName'),
    dimensions: Object.fromEntries(dimensions.map((one) => [one.text('Name'), one.text('Value')])),
  };
}

/** Of a minute or more: no metric has more points here. */
function readPeriod(properties: Properties): number {
  return properties.integer('Period', [60, DAY_SECONDS]);
}
