import { partitionOf, writeArn } from '@xacct/core';
import { FILLED, integer, TEXT, TEXTS } from '../../endpoint/input.ts';
import { type Call, operation, type ServiceDefinition } from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { pageOf } from '../../shared/page.ts';
import type { Alarms } from './alarms.ts';
import { checkedRange, TIME } from './checked-range.ts';
import { describeAlarm } from './describe-alarm.ts';
import { getMetricStatistics } from './get-metric-statistics.ts';
import type { Metrics } from './metrics.ts';
import { protocol } from './protocol.ts';
import { answerQueries } from './queries.ts';
import { QUERY, readQuery, resultPage } from './read-queries.ts';

export interface CloudWatchState {
  metrics: Metrics;
  alarms: Alarms;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const QUERIES = 500;
const DATAPOINTS = 100_800;
const ALARMS_A_PAGE = 50;
const METRICS_A_PAGE = 500;

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
        const { items, next } = pageOf(found, MaxRecords ?? ALARMS_A_PAGE, NextToken, invalidToken);
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
    GetMetricStatistics: getMetricStatistics,
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
        const { items, next } = pageOf(found, METRICS_A_PAGE, NextToken, invalidToken);
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

function invalidToken(token: string): AwsError {
  return new AwsError('InvalidNextToken', `The next token ${token} is not valid.`);
}
