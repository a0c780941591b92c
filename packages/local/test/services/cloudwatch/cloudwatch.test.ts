import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type ListMetricsCommandInput,
  type MetricDataQuery,
  paginateDescribeAlarms,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Principal } from '../../../src/iam/principal.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { allow, deployedAlarm, policy, REGION, SOURCE, TARGET, user } from '../../factories.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const ann = user(SOURCE, policy(allow('cloudwatch:*', '*')));
const PLACE = { account: SOURCE, region: REGION };
/** A full hour, an hour ago; the SDK signs with the time of this machine. */
const HOUR = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
const minute = (number: number) => HOUR + number * 60_000;

let endpoint: Endpoint;
const clientOf = (caller: Principal) => new CloudWatchClient(endpoint.as(caller));

const metricOf = (route: string, name = 'Delivered') => ({
  namespace: 'xacct',
  name,
  dimensions: { Forwarder: 'f', Route: route },
});

beforeAll(async () => {
  endpoint = await startServices();
  const put = (route: string, values: Record<number, number[]>, name?: string) => {
    for (const [at, list] of Object.entries(values))
      endpoint.metrics.put(PLACE, metricOf(route, name), list, { at: minute(Number(at)), unit: 'Count' });
  };
  put('orders', { 0: [1, 2], 1: [3], 7: [10] });
  put('payments', { 1: [5] });
  put('orders', { 0: Array.from({ length: 100 }, (_, index) => index + 1) }, 'InvokeLatency');
  endpoint.metrics.put({ account: TARGET, region: REGION }, metricOf('orders'), [99], { at: minute(0) });
});

afterAll(() => endpoint.stop());

const stat = (
  Id: string,
  Stat: string,
  {
    route = 'orders',
    name = 'Delivered',
    Period = 300,
    ...part
  }: { route?: string; name?: string; Period?: number } & Partial<MetricDataQuery> = {},
): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: 'xacct',
      MetricName: name,
      Dimensions: [
        { Name: 'Forwarder', Value: 'f' },
        { Name: 'Route', Value: route },
      ],
    },
    Period,
    Stat,
  },
  ...part,
});

async function data(MetricDataQueries: MetricDataQuery[], part: Partial<GetMetricDataCommandInput> = {}) {
  const range = {
    StartTime: new Date(HOUR),
    EndTime: new Date(minute(10)),
    ScanBy: 'TimestampAscending' as const,
  };
  const { MetricDataResults = [] } = await clientOf(ann).send(
    new GetMetricDataCommand({ ...range, MetricDataQueries, ...part }),
  );
  return MetricDataResults.map(({ Id, Label, Timestamps = [], Values = [], StatusCode }) => ({
    Id,
    Label,
    StatusCode,
    points: Timestamps.map((time, index) => [(time.getTime() - HOUR) / 60_000, Values[index]]),
  }));
}

describe('GetMetricData', () => {
  test.each([
    [
      'Sum',
      [
        [0, 6],
        [5, 10],
      ],
    ],
    [
      'SampleCount',
      [
        [0, 3],
        [5, 1],
      ],
    ],
    [
      'Average',
      [
        [0, 2],
        [5, 10],
      ],
    ],
    [
      'Minimum',
      [
        [0, 1],
        [5, 10],
      ],
    ],
    [
      'Maximum',
      [
        [0, 3],
        [5, 10],
      ],
    ],
    [
      'p50',
      [
        [0, 2],
        [5, 10],
      ],
    ],
  ])('answers %s of each period that has data', async (statistic, points) => {
    expect(await data([stat('m', statistic)])).toEqual([
      { Id: 'm', Label: 'Delivered', StatusCode: 'Complete', points },
    ]);
  });

  test('answers percentiles over all values', async () => {
    const ofLatency = (name: string) => data([stat('m', name, { name: 'InvokeLatency' })]);
    expect((await ofLatency('p99'))[0]?.points).toEqual([[0, 99]]);
    expect((await ofLatency('p99.9'))[0]?.points).toEqual([[0, 100]]);
    expect((await ofLatency('p1'))[0]?.points).toEqual([[0, 1]]);
  });

  test('answers the latest first unless asked otherwise, and a minute alone for a period of a minute', async () => {
    const [found] = await data([stat('m', 'Sum', { Period: 60 })], { ScanBy: undefined });
    expect(found?.points).toEqual([
      [7, 10],
      [1, 3],
      [0, 3],
    ]);
  });

  test('answers an empty line for a metric that nothing was put into', async () => {
    expect(await data([stat('m', 'Sum', { route: 'gone' })])).toEqual([
      { Id: 'm', Label: 'Delivered', StatusCode: 'Complete', points: [] },
    ]);
  });

  test.each<[string, unknown[][]]>([
    [
      'FILL(p, 0)',
      [
        [0, 5],
        [5, 0],
      ],
    ],
    [
      'FILL(p, REPEAT)',
      [
        [0, 5],
        [5, 5],
      ],
    ],
    ['o + p * 2', [[0, 16]]],
    ['(o + p) * 2', [[0, 22]]],
    [
      'o - -1',
      [
        [0, 7],
        [5, 11],
      ],
    ],
    [
      'o / 2',
      [
        [0, 3],
        [5, 5],
      ],
    ],
    [
      'IF(o > 6, 1, 0)',
      [
        [0, 0],
        [5, 1],
      ],
    ],
    [
      'IF(FILL(p, 0) == 0 AND o >= 10, o, -1)',
      [
        [0, -1],
        [5, 10],
      ],
    ],
    [
      'IF(FILL(p, 0) != 0 OR o < 6, 1, 0)',
      [
        [0, 1],
        [5, 0],
      ],
    ],
    [
      'MAX(o) + 0 * o',
      [
        [0, 10],
        [5, 10],
      ],
    ],
    [
      "SUM(SEARCH('{xacct,Forwarder,Route} MetricName=\"Delivered\"', 'Sum', 300))",
      [
        [0, 11],
        [5, 10],
      ],
    ],
  ])('calculates %s', async (Expression, points) => {
    const hidden = { ReturnData: false };
    const queries = [
      { Id: 'e', Expression },
      stat('o', 'Sum', hidden),
      stat('p', 'Sum', { route: 'payments', ...hidden }),
    ];
    expect(await data(queries)).toEqual([{ Id: 'e', Label: 'e', StatusCode: 'Complete', points }]);
  });

  test('answers a line for each metric that a search finds, with labels of their properties', async () => {
    const search = (Expression: string) => data([{ Id: 's', Expression, Label: "${PROP('Dim.Route')}" }]);
    const schema = '{xacct,Forwarder,Route}';
    const lines = await search(`SEARCH('${schema} MetricName="Delivered" Forwarder="f"', 'Sum', 300)`);
    expect(lines.map(({ Label, points }) => [Label, points])).toEqual([
      [
        'orders',
        [
          [0, 6],
          [5, 10],
        ],
      ],
      ['payments', [[0, 5]]],
    ]);
    for (const nothing of ['MetricName="Deliv"', 'Forwarder="g"', 'Route=refunds', 'refunds'])
      expect(await search(`SEARCH('${schema} ${nothing}', 'Sum', 300)`)).toEqual([]);
    expect(await search(`SEARCH('{xacct,Forwarder} Delivered', 'Sum', 300)`)).toEqual([]);
    expect(await search(`SEARCH('${schema} deliv AND Route=pay', 'Sum', 300)`)).toHaveLength(1);
  });

  test('comes in pages of so many points', async () => {
    const pages: unknown[] = [];
    const MetricDataQueries = [stat('a', 'Sum', { Period: 60 }), stat('b', 'Sum', { route: 'payments' })];
    const input = { StartTime: new Date(HOUR), EndTime: new Date(minute(10)), MaxDatapoints: 2 };
    for await (const { MetricDataResults = [] } of paginateGetMetricData(
      { client: clientOf(ann) },
      { ...input, MetricDataQueries },
    ))
      pages.push(MetricDataResults.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]));
    expect(pages).toEqual([
      [['a', [10, 3], 'PartialData']],
      [
        ['a', [3], 'Complete'],
        ['b', [5], 'Complete'],
      ],
    ]);
  });

  test.each<[string, MetricDataQuery[], Partial<GetMetricDataCommandInput>, string]>([
    ['an unknown function', [{ Id: 'e', Expression: 'RATE(1)' }], {}, 'does not know RATE with 1 parameters'],
    ['an unknown ID', [{ Id: 'e', Expression: 'x + 1' }], {}, 'the ID x is not in the call'],
    ['an expression that refers to itself', [{ Id: 'e', Expression: 'e + 1' }], {}, 'refers to itself'],
    ['an expression that does not end', [{ Id: 'e', Expression: 'IF(1, 2' }], {}, 'unexpected the end'],
    ['an unknown sign', [{ Id: 'e', Expression: '1 % 2' }], {}, "at ' % 2'"],
    ['an unknown statistic', [stat('m', 'IQM')], {}, 'does not know the statistic IQM'],
    ['neither a metric nor an expression', [{ Id: 'm' }], {}, 'needs either a MetricStat or an Expression'],
    ['an ID that is not a name', [{ Id: 'M', Expression: '1' }], {}, 'satisfy regular expression pattern'],
    [
      'an empty range',
      [stat('m', 'Sum')],
      { EndTime: new Date(HOUR) },
      'must be less than the parameter EndTime',
    ],
    [
      'a search with OR',
      [{ Id: 'e', Expression: "SEARCH('{a} b OR c', 'Sum', 60)" }],
      {},
      'does not know this search',
    ],
    [
      '501 queries',
      Array.from({ length: 501 }, (_, index) => stat(`m${index}`, 'Sum')),
      {},
      'Member must have length between 1 and 500, got 501',
    ],
  ])('refuses %s', async (_, queries, part, message) => {
    const failure = await data(queries, part).then(
      () => undefined,
      ({ name, message, Code, $metadata }) => ({ name, message, Code, status: $metadata.httpStatusCode }),
    );
    expect(failure).toEqual({
      name: 'ValidationException',
      Code: 'ValidationError',
      message: expect.stringContaining(message),
      status: 400,
    });
  });
});

describe('GetMetricStatistics', () => {
  test('answers several statistics of each period', async () => {
    const { Datapoints = [], Label } = await clientOf(ann).send(
      new GetMetricStatisticsCommand({
        Namespace: 'xacct',
        MetricName: 'Delivered',
        Dimensions: stat('m', 'Sum').MetricStat?.Metric?.Dimensions,
        StartTime: new Date(HOUR),
        EndTime: new Date(minute(10)),
        Period: 300,
        Statistics: ['Sum', 'Maximum'],
        ExtendedStatistics: ['p50'],
      }),
    );
    expect(Label).toBe('Delivered');
    expect(Datapoints).toEqual([
      { Timestamp: new Date(HOUR), Sum: 6, Maximum: 3, ExtendedStatistics: { p50: 2 }, Unit: 'Count' },
      {
        Timestamp: new Date(minute(5)),
        Sum: 10,
        Maximum: 10,
        ExtendedStatistics: { p50: 10 },
        Unit: 'Count',
      },
    ]);
  });
});

describe('ListMetrics', () => {
  const list = async (input: ListMetricsCommandInput) => {
    const { Metrics = [] } = await clientOf(ann).send(new ListMetricsCommand(input));
    return Metrics.map(({ MetricName, Dimensions }) => `${MetricName} ${Dimensions?.at(-1)?.Value}`);
  };

  test('finds metrics by namespace, name and dimensions', async () => {
    expect(await list({})).toEqual(['Delivered orders', 'Delivered payments', 'InvokeLatency orders']);
    expect(await list({ Namespace: 'AWS/SQS' })).toEqual([]);
    expect(await list({ MetricName: 'InvokeLatency' })).toEqual(['InvokeLatency orders']);
    expect(await list({ Dimensions: [{ Name: 'Route', Value: 'payments' }] })).toEqual([
      'Delivered payments',
    ]);
    expect(await list({ Dimensions: [{ Name: 'Target' }] })).toEqual([]);
  });
});

describe('DescribeAlarms', () => {
  const names = async (input: ConstructorParameters<typeof DescribeAlarmsCommand>[0] = {}) => {
    const { MetricAlarms = [] } = await clientOf(ann).send(new DescribeAlarmsCommand(input));
    return MetricAlarms.map(({ AlarmName }) => AlarmName);
  };

  beforeAll(() => {
    endpoint.metrics.put(PLACE, metricOf('orders'), [7], { at: systemClock.now() - 60_000 });
    endpoint.alarms.deploy([
      deployedAlarm({ name: 'b-raised', periodSeconds: 300 }),
      deployedAlarm({ name: 'a-calm', threshold: 100, periodSeconds: 300 }),
      deployedAlarm({ name: 'elsewhere', account: TARGET }),
    ]);
    endpoint.alarms.evaluate();
  });

  test('describes alarms with their state and its reason', async () => {
    const { MetricAlarms = [] } = await clientOf(ann).send(
      new DescribeAlarmsCommand({ AlarmNames: ['b-raised'] }),
    );
    expect(MetricAlarms).toEqual([
      expect.objectContaining({
        AlarmName: 'b-raised',
        AlarmArn: `arn:aws:cloudwatch:${REGION}:${SOURCE}:alarm:b-raised`,
        StateValue: 'ALARM',
        StateReason: 'Threshold Crossed: 1 out of the last 1 datapoints [7] GreaterThanThreshold (0).',
        StateUpdatedTimestamp: expect.any(Date),
        Namespace: 'xacct',
        MetricName: 'Delivered',
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        TreatMissingData: 'notBreaching',
      }),
    ]);
  });

  test('finds them by name, prefix, state and kind', async () => {
    expect(await names()).toEqual(['a-calm', 'b-raised']);
    expect(await names({ AlarmNamePrefix: 'b-' })).toEqual(['b-raised']);
    expect(await names({ StateValue: 'OK' })).toEqual(['a-calm']);
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
  });

  test('comes in pages', async () => {
    const pages: number[] = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
      { client: clientOf(ann) },
      { MaxRecords: 1 },
    ))
      pages.push(MetricAlarms.length);
    expect(pages).toEqual([1, 1]);
    await expect(clientOf(ann).send(new DescribeAlarmsCommand({ NextToken: '9' }))).rejects.toMatchObject({
      name: 'InvalidNextToken',
    });
  });
});

describe('permissions', () => {
  const Range = { StartTime: new Date(HOUR), EndTime: new Date() };
  test.each([
    [
      'cloudwatch:DescribeAlarms',
      `arn:aws:cloudwatch:${REGION}:${SOURCE}:alarm:*`,
      new DescribeAlarmsCommand({}),
    ],
    [
      'cloudwatch:GetMetricData',
      '*',
      new GetMetricDataCommand({ ...Range, MetricDataQueries: [stat('m', 'Sum')] }),
    ],
    [
      'cloudwatch:GetMetricStatistics',
      '*',
      new GetMetricStatisticsCommand({
        ...Range,
        Namespace: 'a',
        MetricName: 'b',
        Period: 60,
        Statistics: ['Sum'],
      }),
    ],
    ['cloudwatch:ListMetrics', '*', new ListMetricsCommand({})],
  ])('%s is asked for on %s', async (action, resource, command) => {
    await expect(clientOf(user()).send(command as DescribeAlarmsCommand)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`is not authorized to perform: ${action} on resource: ${resource}`),
    });
  });
});
