import type { Template } from 'aws-cdk-lib/assertions';
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
  Dimensions: { Name: string; Value: string | { Ref: string } }[];
}

const ALARMS: Alarm[] = [...TEMPLATES.values()].flatMap(alarmsIn);

function alarmsIn(template: Template): Alarm[] {
  return Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
}

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
        Object.fromEntries(alarm.Dimensions.map(({ Name, Value }) => [Name, String(Value)])),
      ),
    );
    // Two of each route, two of each forwarder.
    expect(alarmed).toHaveLength(3 * 2 + 2 * 2);
    expect(alarmed.filter((metric) => !written.has(metric))).toEqual([]);

    const graphed = SEARCHES.map((expression) => [...written].filter((metric) => finds(expression, metric)));
    expect(SEARCHES).toHaveLength(2 * 5);
    // One line for each route of the forwarder: two, and one.
    expect(graphed.map(({ length }) => length)).toEqual([2, 2, 2, 2, 2, 1, 1, 1, 1, 1]);
  });

  test('looks at something that its stacks have, where it looks at a metric of AWS', () => {
    const templates = JSON.stringify(
      [...TEMPLATES.values()].map((template) => withoutAlarms(template.toJSON())),
    );
    let byName = 0;
    const byId: string[] = [];
    for (const template of TEMPLATES.values()) {
      const mappings = template.findResources('AWS::Lambda::EventSourceMapping');
      for (const { Namespace, MetricName, Dimensions } of alarmsIn(template)) {
        if (!Namespace.startsWith('AWS/')) continue;
        for (const { Name, Value } of Dimensions) {
          if (typeof Value === 'string') {
            byName += 1;
            expect(templates).toMatch(new RegExp(`[":/]${Value}"`));
            continue;
          }
          // The id of a mapping is known once it is made. The mapping counts only what it is asked to count.
          byId.push(MetricName);
          expect(Name).toBe('EventSourceMappingUUID');
          expect(mappings[Value.Ref]?.Properties).toMatchObject({
            MetricsConfig: { Metrics: ['EventCount'] },
            DestinationConfig: { OnFailure: { Destination: expect.any(String) } },
          });
        }
      }
    }
    expect(byName).toBeGreaterThan(10);
    // Of each route two.
    expect(byId.toSorted()).toEqual([
      ...Array(3).fill('DroppedEventCount'),
      ...Array(3).fill('OnFailureDestinationDeliveredEventCount'),
    ]);
  });

  test('has a name that no other has', () => {
    expect(new Set(ALARMS.map(({ AlarmName }) => AlarmName)).size).toBe(ALARMS.length);
  });
});

describe('createRouteAlarms', () => {
  test('watches the age of what is read, dead letters, parked, failed and given up records', () => {
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
        EvaluationPeriods: 9,
        DatapointsToAlarm: 3,
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
      'given-up': {
        ...RAISED,
        Namespace: 'AWS/Lambda',
        MetricName: 'OnFailureDestinationDeliveredEventCount',
        Dimensions: [{ Name: 'EventSourceMappingUUID', Value: { Ref: 'Mapping' } }],
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 0,
      },
      dropped: {
        ...RAISED,
        Namespace: 'AWS/Lambda',
        MetricName: 'DroppedEventCount',
        Dimensions: [{ Name: 'EventSourceMappingUUID', Value: { Ref: 'Mapping' } }],
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 0,
      },
    });
  });

  test('warns at half of the 24 hours of a stream where a target blocks, for which a mapping retries without end', () => {
    const alarms = alarmsOf(orders('onFailure: block'), 'xacct-route-orders');
    expect(alarms['iterator-age'].Threshold).toBe(43_200_000);
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
      'dropped',
      'failed',
      'given-up',
      'parked',
    ]);
  });
});

describe('createForwarderAlarms', () => {
  const FORWARDER = [{ Name: 'FunctionName', Value: 'xacct-forwarder-default' }];

  test('watches errors, throttles, routes that cannot be read, and what comes into the failure bucket or cannot', () => {
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
        Namespace: 'xacct',
        MetricName: 'KeptObjects',
        Dimensions: [{ Name: 'Forwarder', Value: 'xacct-forwarder-default' }],
        EvaluationPeriods: 1,
      },
      'destination-failures': {
        ...alarm,
        Namespace: 'AWS/Lambda',
        MetricName: 'DestinationDeliveryFailures',
        Dimensions: FORWARDER,
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
