import { partitionOf, writeArn } from '@xacct/core';
import { FILLED, integer, TEXT, TEXTS, validationErrors } from '../../endpoint/input.ts';
import { jsonProtocol } from '../../endpoint/json-protocol.ts';
import { type Call, operation, type Protocol, type ServiceDefinition } from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { pageOf } from '../../shared/page.ts';
import type { Alarms } from './alarms.ts';
import { describeAlarm } from './describe-alarm.ts';
import type { Metrics } from './metrics.ts';
import { alignedRange, isStatistic, pointsOf } from './points.ts';
import { answerQueries } from './queries.ts';
import { METRIC_NAME, QUERY, readMetricName, readQuery, resultPage } from './read-queries.ts';

export interface CloudWatchState {
  metrics: Metrics;
  alarms: Alarms;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const QUERIES = 500;
const DATAPOINTS = 100_800;
const TIME = { type: 'number' } as const;
const ALARMS_A_PAGE = 50;
const METRICS_A_PAGE = 500;

/** As the SDKs and the AWS CLI speak it; errors carry the code that they had in the query protocol, too. */
const protocol: Protocol = {
  ...jsonProtocol('GraniteServiceVersion20100801', '1.0'),
  inputErrors: (asked) => validationErrors(asked, 'ValidationError'),
  fail: ({ code, message, status }) => ({
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}`,
    },
    body: JSON.stringify({ __type: code, message }),
  }),
};

/** CloudWatch: what is measured, and the alarms on it. */
export const cloudwatch: ServiceDefinition<'monitoring', CloudWatchState> = {
  name: 'monitoring',
  protocol,
  accessDenied: { code: 'AccessDenied', status: 403 },
  operations: {
    DescribeAlarms: operation({
      input: {
        properties: {
          AlarmNames: TEXTS,
          AlarmNamePrefix: FILLED,
          AlarmTypes: TEXTS,
          StateValue: { enum: ['ALARM', 'INSUFFICIENT_DATA', 'OK'] },
          MaxRecords: integer(1, 100),
          NextToken: TEXT,
        },
      },
      action: 'cloudwatch:DescribeAlarms',
      resource: (_, { principal: { account }, region }) =>
        writeArn('cloudwatch', { partition: partitionOf(region), account, region }, 'alarm:*'),
      handle(call, input, { alarms }) {
        call.authorize(call.resource);
        const { AlarmNames, AlarmNamePrefix = '', AlarmTypes, StateValue, MaxRecords, NextToken } = input;
        const found = alarms
          .all()
          .filter(({ deployed }) => isOf(call, deployed))
          .filter(({ deployed: { name } }) => AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix))
          .filter(({ state }) => StateValue === undefined || state === StateValue)
          .filter(() => AlarmTypes?.includes('MetricAlarm') ?? true)
          .toSorted((a, b) => (a.deployed.name < b.deployed.name ? -1 : 1));
        const { items, next } = page(found, MaxRecords ?? ALARMS_A_PAGE, NextToken);
        return {
          MetricAlarms: items.map(describeAlarm),
          CompositeAlarms: [],
          ...(next !== undefined && { NextToken: next }),
        };
      },
    }),
    GetMetricData: operation({
      input: {
        properties: {
          MetricDataQueries: { type: 'array', items: QUERY, minItems: 1, maxItems: QUERIES },
          StartTime: TIME,
          EndTime: TIME,
          MaxDatapoints: integer(1, DATAPOINTS),
          NextToken: TEXT,
          ScanBy: { enum: ['TimestampAscending', 'TimestampDescending'] },
        },
        required: ['MetricDataQueries', 'StartTime', 'EndTime'],
      },
      action: 'cloudwatch:GetMetricData',
      resource: () => '*',
      handle(call, input, { metrics }) {
        call.authorize('*');
        const { StartTime, EndTime, MaxDatapoints = DATAPOINTS, NextToken } = input;
        const { account } = call.principal;
        const results = answerQueries(
          input.MetricDataQueries.map(readQuery),
          metrics,
          { account, region: call.region },
          (periodMs) => checkedRange(StartTime, EndTime, periodMs),
        );
        return resultPage(results, input.ScanBy === 'TimestampAscending', MaxDatapoints, NextToken);
      },
    }),
    GetMetricStatistics: operation({
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
      handle(call, input, { metrics }) {
        call.authorize('*');
        const { MetricName, Statistics = [], ExtendedStatistics = [], StartTime, EndTime, Period } = input;
        const place = { account: call.principal.account, region: call.region };
        const series = metrics.find(place, readMetricName(input));
        const range = checkedRange(StartTime, EndTime, Period * 1000);
        const unknown = [...Statistics, ...ExtendedStatistics].find((name) => !isStatistic(name));
        if (unknown !== undefined) throw invalid(`The local AWS does not know the statistic ${unknown}`);
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
    }),
    ListMetrics: operation({
      input: {
        properties: {
          Namespace: FILLED,
          MetricName: FILLED,
          Dimensions: {
            type: 'array',
            items: { type: 'object', properties: { Name: FILLED, Value: TEXT }, required: ['Name'] },
          },
          NextToken: TEXT,
        },
      },
      action: 'cloudwatch:ListMetrics',
      resource: () => '*',
      handle(call, { Namespace, MetricName, Dimensions = [], NextToken }, { metrics }) {
        call.authorize('*');
        const found = metrics
          .list({ account: call.principal.account, region: call.region })
          .filter(({ namespace }) => Namespace === undefined || namespace === Namespace)
          .filter(({ name }) => MetricName === undefined || name === MetricName)
          .filter(({ dimensions }) =>
            Dimensions.every(({ Name, Value }) =>
              Value === undefined ? Name in dimensions : dimensions[Name] === Value,
            ),
          );
        const { items, next } = page(found, METRICS_A_PAGE, NextToken);
        return {
          Metrics: items.map(({ namespace, name, dimensions }) => ({
            Namespace: namespace,
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          })),
          ...(next !== undefined && { NextToken: next }),
        };
      },
    }),
  },
};

function isOf({ principal, region }: Call, place: { account: string; region: string }): boolean {
  return place.account === principal.account && place.region === region;
}

/** @param start epoch seconds */
function checkedRange(start: number, end: number, periodMs: number) {
  if (!(start < end)) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  return alignedRange(start * 1000, end * 1000, periodMs);
}

function page<T>(all: readonly T[], size: number, token: string | undefined) {
  const found = pageOf(all, size, token);
  if (found === undefined) throw new AwsError('InvalidNextToken', `The next token ${token} is not valid.`);
  return found;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
