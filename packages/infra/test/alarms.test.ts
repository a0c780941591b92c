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
const TOPICS = `
alarmActions: [arn:aws:sns:us-west-2:111111111111:on-call, arn:aws:sns:us-west-2:444444444444:operations]
okActions: [arn:aws:sns:us-west-2:111111111111:on-call]
`;
/** With all alarms that there are. */
const ROUTES = routesOf(ENTRIES, TOPICS);
const TEMPLATES = templatesOf(ROUTES);

interface LookedAt {
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string | { Ref: string } }[];
}

interface Alarm extends Partial<LookedAt> {
  AlarmName: string;
  AlarmActions?: string[];
  OKActions?: string[];
  Metrics?: { Id: string; Expression?: string; ReturnData: boolean; MetricStat?: { Metric: LookedAt } }[];
}

const ALARMS: Alarm[] = [...TEMPLATES.values()].flatMap(alarmsIn);

function alarmsIn(template: Template): Alarm[] {
  return Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
}

/** The metrics that an alarm looks at: its one, or those that it calculates with. */
function metricsOf({ Namespace = '', MetricName = '', Dimensions = [], Metrics }: Alarm): LookedAt[] {
  if (Metrics === undefined) return [{ Namespace, MetricName, Dimensions }];
  return Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
}

/** The properties of the alarms of a stack that bear on when they are raised, by what the names end in. */
function alarmsOf(entries: string, stackName: string, top = '') {
  const alarms = templateOf(routesOf(entries, top), stackName).findResources('AWS::CloudWatch::Alarm');
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
    const alarmed = ALARMS.flatMap(metricsOf)
      .filter(({ Namespace }) => !Namespace.startsWith('AWS/'))
      .map(({ Namespace, MetricName, Dimensions }) =>
        emittedMetric(
          Namespace,
          MetricName,
          Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, String(Value)])),
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
      for (const { Namespace, MetricName, Dimensions } of alarmsIn(template).flatMap(metricsOf)) {
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
    // Of each route two, and of each Kinesis stream one.
    expect(byId.toSorted()).toEqual([
      ...Array(3).fill('DroppedEventCount'),
      ...Array(3).fill('OnFailureDestinationDeliveredEventCount'),
      ...Array(2).fill('PolledEventCount'),
    ]);
  });

  test('calculates with the metrics that it names, and with nothing else', () => {
    const calculated = ALARMS.filter(({ Metrics }) => Metrics !== undefined);
    expect(calculated).toHaveLength(2);
    for (const { Metrics = [] } of calculated) {
      const [result, ...others] = Metrics.filter(({ ReturnData }) => ReturnData);
      expect(others).toEqual([]);
      const used = [...(result?.Expression ?? '').matchAll(/[a-z]\w*/g)].map(([name]) => name);
      expect(new Set(used)).toEqual(
        new Set(Metrics.filter(({ MetricStat }) => MetricStat !== undefined).map(({ Id }) => Id)),
      );
    }
  });

  test('notifies the topics of the file, and none where it names none', () => {
    const topics = [
      'arn:aws:sns:us-west-2:111111111111:on-call',
      'arn:aws:sns:us-west-2:444444444444:operations',
    ];
    for (const { AlarmActions, OKActions } of ALARMS)
      expect([AlarmActions, OKActions]).toEqual([topics, topics.slice(0, 1)]);
    const silent = [...templatesOf(routesOf(ENTRIES)).values()].flatMap(alarmsIn);
    expect(silent.length).toBeGreaterThan(20);
    for (const alarm of silent) {
      expect(alarm).not.toHaveProperty('AlarmActions');
      expect(alarm).not.toHaveProperty('OKActions');
    }
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

  test('watches a target that has been paused for a day, only while one is paused', () => {
    const entry = (paused: boolean) => `
  - stream: orders
    targets:
      - { account: analytics, function: reader, paused: ${paused} }
      - { account: billing, function: reader }
`;
    expect(alarmsOf(entry(false), 'xacct-route-orders')).not.toHaveProperty('paused');
    const Metric = {
      Namespace: 'xacct',
      MetricName: 'Paused',
      Dimensions: [
        { Name: 'Forwarder', Value: 'xacct-forwarder-default' },
        { Name: 'Route', Value: 'orders' },
      ],
    };
    expect(alarmsOf(entry(true), 'xacct-route-orders').paused).toEqual({
      ...RAISED,
      Metrics: [
        { Id: 'calculated', Expression: 'FILL(paused, REPEAT)', ReturnData: true },
        { Id: 'paused', MetricStat: { Metric, Period: 3600, Stat: 'Sum' }, ReturnData: false },
      ],
      // CloudWatch takes no more than seven days.
      EvaluationPeriods: 168,
      DatapointsToAlarm: 25,
      Threshold: 0,
    });
  });

  describe('with topics to notify', () => {
    const told = (entries: string, stackName: string, top = '') => {
      const { 'not-reading': notReading, 'late-retries': late } = alarmsOf(
        entries,
        stackName,
        `alarmActions: [arn:aws:sns:us-west-2:111111111111:on-call]\n${top}`,
      );
      return { notReading, late };
    };
    const AlarmActions = ['arn:aws:sns:us-west-2:111111111111:on-call'];

    test('watches a mapping that reads none of the records that come for a quarter of an hour', () => {
      const stat = (Metric: object) => ({ Metric, Period: 300, Stat: 'Sum' });
      expect(told(orders(), 'xacct-route-orders').notReading).toEqual({
        ...RAISED,
        AlarmActions,
        EvaluationPeriods: 3,
        Threshold: 0,
        Metrics: [
          {
            Id: 'calculated',
            Expression: 'IF(FILL(incoming, 0) > 0 AND FILL(polled, 0) == 0, 1, 0)',
            ReturnData: true,
          },
          {
            Id: 'incoming',
            MetricStat: stat({
              Namespace: 'AWS/Kinesis',
              MetricName: 'IncomingRecords',
              Dimensions: [{ Name: 'StreamName', Value: 'orders' }],
            }),
            ReturnData: false,
          },
          {
            Id: 'polled',
            MetricStat: stat({
              Namespace: 'AWS/Lambda',
              MetricName: 'PolledEventCount',
              Dimensions: [{ Name: 'EventSourceMappingUUID', Value: { Ref: 'Mapping' } }],
            }),
            ReturnData: false,
          },
        ],
      });
    });

    test('expects nothing of a disabled route, or of a table, whose stream does not report what comes', () => {
      expect(told(orders('enabled: false'), 'xacct-route-orders').notReading).toBeUndefined();
      const table = `  - { stream: "${TABLE}", targets: [{ account: analytics, function: reader }] }`;
      expect(told(table, 'xacct-route-Items').notReading).toBeUndefined();
    });

    test.each([
      [60, 900 + 6 * 60],
      [900, 900 + 6 * 900],
    ])(
      'watches messages that wait beyond the longest delay and a visibility timeout: %i s',
      (timeout, threshold) => {
        const top = `forwarders: { default: { timeoutSeconds: ${timeout} } }\n`;
        expect(told(orders(), 'xacct-route-orders', top).late).toEqual({
          ...RAISED,
          AlarmActions,
          Namespace: 'AWS/SQS',
          MetricName: 'ApproximateAgeOfOldestMessage',
          Dimensions: [{ Name: 'QueueName', Value: 'xacct-route-orders-retry' }],
          Statistic: 'Maximum',
          Period: 300,
          EvaluationPeriods: 3,
          Threshold: threshold,
        });
      },
    );
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
