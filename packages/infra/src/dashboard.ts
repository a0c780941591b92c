import { type Forwarder, limits, metrics, namesOf, type Route, type Routes } from '@xacct/core';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { functionMetric, iteratorAge, type Metric } from './metric.ts';

/**
 * One graph for each question about a forwarder, one line in it for each route. What the handler counts is found by a
 * search, so that routes come and go without a change to the dashboard; only the streams' ages are listed by name. A
 * dashboard that is already there gets these graphs.
 */
export function writeDashboard(scope: Construct, routes: Routes, forwarder: Forwarder): void {
  const { region } = routes.source;
  const graphs: Graph[] = [
    { title: 'Records in', ...search(routes, forwarder, 'recordsIn', 'Sum') },
    { title: 'Delivered', ...search(routes, forwarder, 'delivered', 'Sum') },
    { title: 'Parked', ...search(routes, forwarder, 'parked', 'Sum') },
    { title: 'Failed', ...search(routes, forwarder, 'failed', 'Sum') },
    { title: 'Invoke latency, p99 (ms)', ...search(routes, forwarder, 'invokeLatency', 'p99') },
    {
      title: 'Invocations that failed or were throttled',
      stat: 'Sum',
      metrics: (['Errors', 'Throttles'] as const).map((name) =>
        line(functionMetric(routes, forwarder.name, name), name),
      ),
    },
    ...iteratorAges(routes, forwarder),
  ];
  const dashboardBody = JSON.stringify({
    widgets: graphs.map(({ title, stat, metrics: lines }, index) => ({
      type: 'metric',
      x: (index % 2) * WIDTH,
      y: Math.floor(index / 2) * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      properties: { title, region, view: 'timeSeries', stat, period: 300, metrics: lines },
    })),
  });
  const written = scope.node.tryFindChild('Dashboard');
  if (written instanceof CfnDashboard) written.dashboardBody = dashboardBody;
  else {
    const dashboardName = namesOf(routes).forwarder(forwarder.name).dashboard;
    new CfnDashboard(scope, 'Dashboard', { dashboardName, dashboardBody });
  }
}

/** In columns, of which the dashboard has 24, and in rows. */
const WIDTH = 12;
const HEIGHT = 6;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
interface Graph {
  title: string;
  stat: string;
  metrics: unknown[][];
}

/**
 * All metrics of that name with exactly these dimensions: a line for each route.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
function search(
  routes: Routes,
  forwarder: Forwarder,
  metric: keyof typeof metrics.ofTarget,
  stat: string,
): Pick<Graph, 'stat' | 'metrics'> {
  const { namespace, dimensions, ofTarget } = metrics;
  const schema = `{${namespace},${dimensions.forwarder},${dimensions.route}}`;
  const terms = `MetricName="${ofTarget[metric]}" ${dimensions.forwarder}="${namesOf(routes).forwarder(forwarder.name).function}"`;
  const expression = `SEARCH('${schema} ${terms}', '${stat}')`;
  return { stat, metrics: [[{ expression, label: `\${PROP('Dim.${dimensions.route}')}` }]] };
}

/** Lines sorted by route, so that the order of the file changes nothing; several graphs where one has no room. */
function iteratorAges(routes: Routes, forwarder: Forwarder): Graph[] {
  const routed = routes.routes.filter((route) => route.forwarder === forwarder.name);
  const kinesis = routed.filter(({ stream }) => stream.service === 'kinesis').toSorted(byName);
  const lines = kinesis.map((route) => line(iteratorAge(routes, route), route.name));
  // All tables' streams share one metric.
  if (kinesis.length < routed.length)
    lines.push(line(functionMetric(routes, forwarder.name, 'IteratorAge'), 'DynamoDB streams'));
  const { metricsPerWidget } = limits.cloudWatch;
  return Array.from({ length: Math.ceil(lines.length / metricsPerWidget) }, (_, index) => ({
    title: 'Iterator age (ms)',
    stat: 'Maximum',
    metrics: lines.slice(index * metricsPerWidget, (index + 1) * metricsPerWidget),
  }));
}

function byName(one: Route, other: Route): number {
  return one.name < other.name ? -1 : 1;
}

function line({ namespace, metricName, dimensions }: Metric, label: string): unknown[] {
  return [namespace, metricName, ...Object.entries(dimensions).flat(), { label }];
}
