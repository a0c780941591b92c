// By path, and here alone: infra knows the handler as the entry of a bundle and nothing else.

import { metrics } from '@xacct/core';
import { createMetrics, type ForwarderCount } from '../../handler/src/invocation/metrics.ts';

/** A metric as CloudWatch makes it of the handler's lines: namespace, name, and each dimension with its value. */
export type EmittedMetric = string;

export function emittedMetric(
  namespace: string,
  metricName: string,
  dimensions: Readonly<Record<string, string>>,
): EmittedMetric {
  const sorted = Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
  return `${namespace} ${metricName} ${JSON.stringify(sorted)}`;
}

/** Every metric that the handler's code writes as this function, for these routes. */
export function emittedMetrics(
  functionName: string,
  routes: { name: string; targets: { functionArn: string }[] }[],
): Set<EmittedMetric> {
  let written = '';
  const emitter = createMetrics({ forwarder: functionName, write: (lines) => (written += lines) });
  const one = {
    recordsIn: 1,
    delivered: 1,
    filtered: 1,
    parked: 1,
    paused: 1,
    failed: 1,
    invokeLatency: [1],
  };
  for (const { name, targets } of routes)
    for (const { functionArn } of targets) emitter.addTarget(name, functionArn, one);
  for (const count of Object.keys(metrics.ofForwarder)) emitter.add(count as ForwarderCount);
  emitter.flush();

  return new Set(written.trim().split('\n').flatMap(readLine));
}

/** As CloudWatch Logs extracts them. */
function readLine(text: string): EmittedMetric[] {
  const line = JSON.parse(text);
  return line._aws.CloudWatchMetrics.flatMap(
    (directive: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }) =>
      directive.Dimensions.flatMap((set) =>
        directive.Metrics.map(({ Name }) =>
          emittedMetric(
            directive.Namespace,
            Name,
            Object.fromEntries(set.map((dimension) => [dimension, line[dimension]])),
          ),
        ),
      ),
  );
}
