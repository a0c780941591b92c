import { type Forwarder, metrics, namesOf, type Route, type Routes } from '@xacct/core';
import { createRouteResources, type ForwarderResources, type RouteResources } from '@xacct/infra/resources';
import { Duration } from 'aws-cdk-lib';
import { Alarm, type CfnAlarm, type IAlarm, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import { addTags } from './add-tags.ts';
import type { ForwarderRoute } from './forwarder-route.ts';
import { targetAccountsOf } from './target-accounts.ts';

export interface MadeRouteProps {
  routes: Routes;
  route: Route;
  forwarder: Forwarder;
  /** The construct of the forwarder. */
  owner: IConstruct;
}

/** A route, with its resources in the scope that it is made in. */
export class MadeRoute extends Construct implements ForwarderRoute {
  readonly routeName: string;
  readonly retryQueue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly targetAccounts: string[];
  readonly #resources: RouteResources;
  readonly #functionName: string;

  constructor(scope: Construct, { routes, route, forwarder, owner }: MadeRouteProps) {
    const names = namesOf(routes);
    // Another scope can already have a child with the name of the route.
    super(scope, scope.node.scope === owner ? route.name : names.route(route.name).stack);
    this.routeName = route.name;
    this.targetAccounts = targetAccountsOf(route);
    this.#functionName = names.forwarder(forwarder.name).function;
    this.#resources = createRouteResources(this, { routes, route, forwarder });
    const { retryQueue, deadLetterQueue } = this.#resources;
    this.retryQueue = Queue.fromQueueArn(this, 'RetryQueueReference', retryQueue.attrArn);
    this.deadLetterQueue = Queue.fromQueueArn(this, 'DeadLetterQueueReference', deadLetterQueue.attrArn);
    addTags(this, routes, { forwarder: forwarder.name, route: route.name });
  }

  get alarms(): IAlarm[] {
    return this.#resources.alarms.map(alarmOf);
  }

  metric(metricName: string, props: MetricOptions = {}): Metric {
    const { namespace, dimensions } = metrics;
    return new Metric({
      namespace,
      metricName,
      dimensionsMap: { [dimensions.forwarder]: this.#functionName, [dimensions.route]: this.routeName },
      statistic: 'Sum',
      period: Duration.minutes(5),
      ...props,
    });
  }

  metricDelivered(props?: MetricOptions): Metric {
    return this.metric(metrics.ofTarget.delivered, props);
  }

  metricParked(props?: MetricOptions): Metric {
    return this.metric(metrics.ofTarget.parked, props);
  }

  metricFailed(props?: MetricOptions): Metric {
    return this.metric(metrics.ofTarget.failed, props);
  }

  /**
   * The route is made after the forwarder and its stream. With the command, the order of the stacks does this.
   */
  dependOn({ function: forward, failureBucket }: ForwarderResources, stream: IConstruct | undefined): void {
    const { policies, mapping, retryMapping, consumer } = this.#resources;
    for (const { node } of [...policies, mapping, retryMapping]) node.addDependency(forward, failureBucket);
    // The name of a stream, unlike its token, makes no resource wait for the stream.
    if (stream?.node.defaultChild === undefined) return;
    for (const reader of [mapping, consumer]) reader?.node.addDependency(stream);
  }

  /** The stream is not read before what is given is there. */
  readAfter(other: IConstruct): void {
    this.#resources.mapping.node.addDependency(other);
    this.#resources.retryMapping.node.addDependency(other);
  }
}

/** An alarm in the form that other constructs accept. Made once. */
export function alarmOf(alarm: CfnAlarm): IAlarm {
  const made = references.get(alarm) ?? Alarm.fromAlarmArn(alarm, 'Reference', alarm.attrArn);
  references.set(alarm, made);
  return made;
}

const references = new WeakMap<CfnAlarm, IAlarm>();
