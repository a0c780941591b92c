import { describe, expect, test } from 'vitest';
import { emittedMetric, emittedMetrics } from './emitted-metrics.ts';
import { routesOf, templateOf, templatesOf } from './factories.ts';

const TABLE = 'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
const ENTRIES = `
  - stream: orders
    targets: [{ account: analytics, function: reader }, { account: billing, function: reader }]
  - stream: payments
    enhancedFanOut: true
    forwarder: isolated
    targets: [{ account: billing, function: "ledger:live" }]
  - stream: ${TABLE}
    targets: [{ account: analytics, function: reader }]
`;
const ROUTES = routesOf(ENTRIES);
const TEMPLATES = templatesOf(ROUTES);

interface Alarm {
  AlarmName: string;
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string }[];
}

const ALARMS: Alarm[] = [...TEMPLATES.values()].flatMap((template) =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties),
);

/** The properties of the alarms of a stack that bear on when they are raised, by what the names end in. */
function alarmsOf(entries: string, stackName: string) {
  const alarms = templateOf(routesOf(entries), stackName).findResources('AWS::CloudWatch::Alarm');
  return Object.fromEntries(
    Object.values(alarms).map(({ Properties: { AlarmName, AlarmDescription, ...properties } }) => [
      AlarmName.replace(/^xacct-(route|forwarder)-[^-]+-/, ''),
      properties,
    ]),
  );
}

function orders(options = '') {
  return `
  - stream: orders
    ${options}
    targets: [{ account: analytics, function: reader }]
`;
}

/** What all alarms have in common. */
const RAISED = { ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' };

describe('every alarm and every graph', () => {
  test('looks at a metric that the handler writes, where it looks at one of its', () => {
    const written = new Set(
      ROUTES.forwarders.flatMap(({ name }) => {
        const [forward] = Object.values(
          TEMPLATES.get(`xacct-forwarder-${name}`)?.findResources('AWS::Lambda::Function') ?? {},
        );
        const routes = ROUTES.routes.filter(({ forwarder }) => forwarder === name);
        return [...emittedMetrics(forward?.Properties.FunctionName, routes)];
      }),
    );
    const alarmed = ALARMS.filter(({ Namespace }) => !Namespace.startsWith('AWS/')).map((alarm) =>
      emittedMetric(
        alarm.Namespace,
        alarm.MetricName,
        Object.fromEntries(alarm.Dimensions.map(({ Name, Value }) => [Name, Value])),
      ),
    );
    // Two of each route, one of each forwarder.
    expect(alarmed).toHaveLength(3 * 2 + 2);
    expect(alarmed.filter((metric) => !written.has(metric))).toEqual([]);

    const graphed = SEARCHES.map((expression) => [...written].filter((metric) => finds(expression, metric)));
    expect(SEARCHES).toHaveLength(2 * 5);
    // One line for each route of the forwarder: two, and one.
    expect(graphed.map(({ length }) => length)).toEqual([2, 2, 2, 2, 2, 1, 1, 1, 1, 1]);
  });

  test('looks at something that its stacks have, where it looks at a metric of AWS', () => {
    const places = ALARMS.filter(({ Namespace }) => Namespace.startsWith('AWS/')).flatMap(({ Dimensions }) =>
      Dimensions.map(({ Name, Value }) => [Name, Value]),
    );
    const templates = JSON.stringify(
      [...TEMPLATES.values()].map((template) => withoutAlarms(template.toJSON())),
    );
    for (const [name, value] of places) {
      if (name === 'StorageType') expect(value).toBe('AllStorageTypes');
      else expect(templates).toMatch(new RegExp(`[":/]${value}"`));
    }
  });

  test('has a name that no other has', () => {
    expect(new Set(ALARMS.map(({ AlarmName }) => AlarmName)).size).toBe(ALARMS.length);
  });
});

describe('createRouteAlarms', () => {
  test('watches the age of what is read, dead letters, parked and failed records', () => {
    const forwarderAndRoute = [
      { Name: 'Forwarder', Value: 'xacct-forwarder-default' },
      { Name: 'Route', Value: 'orders' },
    ];
    expect(alarmsOf(orders(), 'xacct-route-orders')).toEqual({
      'iterator-age': {
        ...RAISED,
        Namespace: 'AWS/Kinesis',
        MetricName: 'GetRecords.IteratorAgeMilliseconds',
        Dimensions: [{ Name: 'StreamName', Value: 'orders' }],
        Statistic: 'Maximum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 12 * 3_600_000,
      },
      'dead-letters': {
        ...RAISED,
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: 'xacct-route-orders-dead-letters' }],
        Statistic: 'Maximum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 0,
      },
      parked: {
        ...RAISED,
        Namespace: 'xacct',
        MetricName: 'Parked',
        Dimensions: forwarderAndRoute,
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 3,
        Threshold: 0,
      },
      failed: {
        ...RAISED,
        Namespace: 'xacct',
        MetricName: 'Failed',
        Dimensions: forwarderAndRoute,
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 0,
      },
    });
  });

  test('watches the consumer of the route, where it has one', () => {
    expect(alarmsOf(orders('enhancedFanOut: true'), 'xacct-route-orders')['iterator-age']).toMatchObject({
      MetricName: 'SubscribeToShardEvent.MillisBehindLatest',
      Dimensions: [
        { Name: 'StreamName', Value: 'orders' },
        { Name: 'ConsumerName', Value: 'xacct-orders' },
      ],
    });
  });

  test.each([
    [3_600, 1_800_000],
    [-1, 43_200_000],
    [604_800, 43_200_000],
  ])('warns of a maximum record age of %i s at %i ms', (seconds, threshold) => {
    const alarms = alarmsOf(orders(`maximumRecordAgeSeconds: ${seconds}`), 'xacct-route-orders');
    expect(alarms['iterator-age'].Threshold).toBe(threshold);
  });

  test('leaves the age of a DynamoDB stream to the forwarder', () => {
    const entries = `
  - stream: ${TABLE}
    targets: [{ account: analytics, function: reader }]
`;
    expect(Object.keys(alarmsOf(entries, 'xacct-route-Items')).sort()).toEqual([
      'dead-letters',
      'failed',
      'parked',
    ]);
  });
});

describe('createForwarderAlarms', () => {
  const FORWARDER = [{ Name: 'FunctionName', Value: 'xacct-forwarder-default' }];

  test('watches errors, throttles, routes that cannot be read, and what lies in the failure bucket', () => {
    const alarm = { ...RAISED, Statistic: 'Sum', Period: 300, EvaluationPeriods: 3, Threshold: 0 };
    expect(alarmsOf(orders(), 'xacct-forwarder-default')).toEqual({
      errors: {
        ...alarm,
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Dimensions: FORWARDER,
        EvaluationPeriods: 1,
      },
      throttles: { ...alarm, Namespace: 'AWS/Lambda', MetricName: 'Throttles', Dimensions: FORWARDER },
      'stale-route': {
        ...alarm,
        Namespace: 'xacct',
        MetricName: 'StaleRoute',
        Dimensions: [{ Name: 'Forwarder', Value: 'xacct-forwarder-default' }],
      },
      'failure-bucket': {
        ...alarm,
        Namespace: 'AWS/S3',
        MetricName: 'NumberOfObjects',
        Dimensions: [
          { Name: 'BucketName', Value: 'xacct-failures-default-111111111111-us-west-2' },
          { Name: 'StorageType', Value: 'AllStorageTypes' },
        ],
        Statistic: 'Average',
        Period: 86_400,
        EvaluationPeriods: 1,
      },
    });
  });

  test('watches the age of its DynamoDB streams together, by the one with the least time', () => {
    const entries = `${orders('maximumRecordAgeSeconds: 60')}
  - stream: ${TABLE}
    maximumRecordAgeSeconds: 7200
    targets: [{ account: analytics, function: reader }]
  - stream: ${TABLE.replace('Items', 'Sales')}
    targets: [{ account: analytics, function: reader }]
`;
    expect(alarmsOf(entries, 'xacct-forwarder-default')['iterator-age']).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'IteratorAge',
      Dimensions: FORWARDER,
      Statistic: 'Maximum',
      Threshold: 3_600_000,
    });
  });
});

const SEARCHES: string[] = [...TEMPLATES.values()].flatMap((template) =>
  Object.values(template.findResources('AWS::CloudWatch::Dashboard')).flatMap(({ Properties }) =>
    [...Properties.DashboardBody.matchAll(/SEARCH\('(.*?)', '/g)].map(([, terms]) =>
      JSON.parse(`"${terms}"`),
    ),
  ),
);

/** Whether a search of CloudWatch finds a metric: of this namespace, with exactly these dimensions, and these values. */
function finds(search: string, metric: string): boolean {
  const [, namespace = '', dimensions = '', terms = ''] = /^\{([^,]+),([^}]+)\} (.+)$/.exec(search) ?? [];
  const wanted = new Map(
    [...terms.matchAll(/(\w+)="([^"]+)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const [, metricNamespace, metricName, sets = ''] = /^(\S+) (\S+) (.+)$/.exec(metric) ?? [];
  const values = new Map<string, string>(JSON.parse(sets));
  return (
    metricNamespace === namespace &&
    [...values.keys()].join() === dimensions.split(',').sort().join() &&
    [...wanted].every(([key, value]) => value === (key === 'MetricName' ? metricName : values.get(key)))
  );
}

function withoutAlarms({ Resources }: Record<string, Record<string, { Type: string }>>) {
  return Object.values(Resources ?? {}).filter(({ Type }) => !Type.startsWith('AWS::CloudWatch::'));
}
