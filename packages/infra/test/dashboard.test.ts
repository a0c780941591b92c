import { limits } from '@xacct/core';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { writeDashboard } from '../src/dashboard.ts';
import { assemblyFolder, routesOf } from './factories.ts';

const TABLE = 'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
const entry = (stream: string, options = '') => `
  - stream: ${stream}
    ${options}
    targets: [{ account: analytics, function: reader }]
`;

interface Widget {
  x: number;
  y: number;
  properties: { title: string; region: string; stat: string; metrics: [unknown, ...unknown[]][] };
}

function dashboardOf(routes: ReturnType<typeof routesOf>) {
  const stack = new Stack(new App({ outdir: assemblyFolder() }), 'stack');
  const [forwarder] = routes.forwarders;
  if (forwarder === undefined) throw new Error('The routes have no forwarder');
  writeDashboard(stack, routes, forwarder);
  const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const { DashboardName: name, DashboardBody: body } = dashboard?.Properties ?? {};
  return { name, body, widgets: JSON.parse(body).widgets as Widget[] };
}

function agesIn(widgets: Widget[]) {
  return widgets
    .filter(({ properties }) => properties.title === 'Iterator age (ms)')
    .map(({ properties }) => properties.metrics);
}

describe('writeDashboard', () => {
  test('has a name with the region, since dashboards are in no region', () => {
    expect(dashboardOf(routesOf(entry('orders'))).name).toBe('xacct-forwarder-default-us-west-2');
  });

  test('asks for each count of the handler, by route', () => {
    const [recordsIn, ...others] = dashboardOf(routesOf(entry('orders'))).widgets;
    expect(recordsIn?.properties).toMatchObject({
      title: 'Records in',
      region: 'us-west-2',
      stat: 'Sum',
      metrics: [
        [
          {
            expression: `SEARCH('{xacct,Forwarder,Route} MetricName="RecordsIn" Forwarder="xacct-forwarder-default"', 'Sum')`,
            label: `$${"{PROP('Dim.Route')}"}`,
          },
        ],
      ],
    });
    expect(others.map(({ properties }) => properties.title)).toEqual([
      'Delivered',
      'Parked',
      'Failed',
      'Invoke latency, p99 (ms)',
      'Invocations that failed or were throttled',
      'Iterator age (ms)',
    ]);
  });

  test('has a line for the age of each stream, and one for those of all tables', () => {
    const entries = `${entry('orders', 'enhancedFanOut: true')}${entry(TABLE)}${entry('invoices')}`;
    expect(agesIn(dashboardOf(routesOf(entries)).widgets)).toEqual([
      [
        [
          'AWS/Kinesis',
          'GetRecords.IteratorAgeMilliseconds',
          'StreamName',
          'invoices',
          { label: 'invoices' },
        ],
        [
          'AWS/Kinesis',
          'SubscribeToShardEvent.MillisBehindLatest',
          'StreamName',
          'orders',
          'ConsumerName',
          'xacct-orders',
          { label: 'orders' },
        ],
        [
          'AWS/Lambda',
          'IteratorAge',
          'FunctionName',
          'xacct-forwarder-default',
          { label: 'DynamoDB streams' },
        ],
      ],
    ]);
  });

  test('is the same whatever the order of the routes', () => {
    const [one, other] = [entry('orders'), entry('payments')];
    expect(dashboardOf(routesOf(one + other)).body).toBe(dashboardOf(routesOf(other + one)).body);
  });

  test('lays its graphs side by side, none over another', () => {
    const places = dashboardOf(routesOf(entry('orders'))).widgets.map(({ x, y }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(places.length);
  });

  test('keeps within the lines that CloudWatch allows, with more routes than a forwarder can hold', () => {
    const routes = routesOf(entry('orders'));
    const [route] = routes.routes;
    if (route === undefined) throw new Error('There is no route');
    const many = Array.from({ length: 1_200 }, (_, index) => ({
      ...route,
      name: `route-${index}`,
      stream: { ...route.stream, name: `stream-${index}` },
    }));
    const { widgets } = dashboardOf({ ...routes, routes: many });
    const lines = widgets.map(({ properties }) => properties.metrics.length);
    expect(agesIn(widgets).map(({ length }) => length)).toEqual([500, 500, 200]);
    expect(Math.max(...lines)).toBeLessThanOrEqual(limits.cloudWatch.metricsPerWidget);
    expect(lines.reduce((sum, count) => sum + count)).toBeLessThan(limits.cloudWatch.metricsPerDashboard);
  });
});
