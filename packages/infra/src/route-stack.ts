import {
  bucketArn,
  encodeRoute,
  type Forwarder,
  functionArn,
  namesOf,
  parameterName,
  parameterPartName,
  type Route,
  type Routes,
} from '@xacct/core';
import { Stack } from 'aws-cdk-lib';
import { CfnStreamConsumer } from 'aws-cdk-lib/aws-kinesis';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { createRetryMapping } from './retry-mapping.ts';
import { createRouteAlarms } from './route-alarms.ts';
import { createRouteQueues } from './route-queues.ts';
import { tagsOf } from './tags.ts';

/** What one route needs in the source account. */
export interface RouteStackProps {
  /** The file. */
  routes: Routes;
  /** One of `routes.routes`. */
  route: Route;
  /** The forwarder of the route. */
  forwarder: Forwarder;
  /**
   * Names of other forwarders that may still send to its queues.
   *
   * @default none
   */
  senders?: readonly string[];
}

/**
 * In the source account: the mapping that reads a stream, the parameters that name the targets, and the queues
 * for what cannot be delivered at once.
 */
export class RouteStack extends Stack {
  constructor(scope: Construct, { routes, route, forwarder, senders = [] }: RouteStackProps) {
    const { name, source } = routes;
    const names = namesOf(routes).route(route.name);
    const {
      function: functionName,
      failureBucket,
      parameterPrefix,
    } = namesOf(routes).forwarder(forwarder.name);
    const stackName = names.stack;
    super(scope, stackName, {
      stackName,
      env: { account: source.account, region: source.region },
      description: `${name}: route "${route.name}" from ${route.stream.arn}`,
      tags: tagsOf({ name, forwarder: forwarder.name, route: route.name }, routes.tags),
      // It holds queues. They outlive it, but would be in the way of a route of the same name.
      terminationProtection: true,
    });

    const parameter = parameterName(parameterPrefix, route.stream);
    const parameters = encodeRoute(route).map((value, part) => {
      return new CfnParameter(this, part === 0 ? 'Route' : `RoutePart${part}`, {
        name: parameterPartName(parameter, part),
        description: `${name}: targets of route "${route.name}"`,
        type: 'String',
        value,
      });
    });

    const consumer = route.enhancedFanOut
      ? new CfnStreamConsumer(this, 'Consumer', {
          consumerName: names.consumer,
          streamArn: route.stream.arn,
        })
      : undefined;

    const forwarderArn = functionArn(source, functionName);
    const { retryQueue, policies } = createRouteQueues(this, { routes, route, forwarder, senders });
    const retryMapping = createRetryMapping(this, { route, retryQueue, functionArn: forwarderArn });
    const mapping = createMapping(this, route, {
      functionName: forwarderArn,
      eventSourceArn: consumer?.attrConsumerArn ?? route.stream.arn,
      failureBucketArn: bucketArn(source, failureBucket),
    });
    // The handler must find the route, and be able to park, from the first batch on.
    for (const needed of [...parameters, ...policies]) {
      retryMapping.addResourceDependency(needed);
      mapping.addResourceDependency(needed);
    }
    // The stream is read last of all: where a deployment fails and takes its new queues along, nothing is parked yet.
    mapping.addResourceDependency(retryMapping);

    createRouteAlarms(this, { routes, route, forwarder, mapping });
  }
}

/** Reads the stream. */
function createMapping(
  stack: Stack,
  route: Route,
  {
    functionName,
    eventSourceArn,
    failureBucketArn,
  }: { functionName: string; eventSourceArn: string; failureBucketArn: string },
): CfnEventSourceMapping {
  return new CfnEventSourceMapping(stack, 'Mapping', {
    functionName,
    eventSourceArn,
    enabled: route.enabled,
    ...startOf(route),
    batchSize: route.batchSize,
    maximumBatchingWindowInSeconds: route.batchWindowSeconds,
    parallelizationFactor: route.parallelizationFactor,
    maximumRetryAttempts: route.maximumRetryAttempts,
    maximumRecordAgeInSeconds: route.maximumRecordAgeSeconds,
    ...(route.filters.length > 0 && {
      filterCriteria: { filters: route.filters.map((filter) => ({ pattern: JSON.stringify(filter) })) },
    }),
    bisectBatchOnFunctionError: true,
    functionResponseTypes: ['ReportBatchItemFailures'],
    // What the alarms on batches that it gives up look at.
    metricsConfig: { metrics: ['EventCount'] },
    destinationConfig: { onFailure: { destination: failureBucketArn } },
  });
}

/** Where it is not known when the stream was last read, at the oldest record: nothing is left out then. */
function startOf({ startingPosition, startingTimestamp }: Route) {
  if (startingPosition !== 'AT_TIMESTAMP') return { startingPosition };
  return startingTimestamp === undefined
    ? { startingPosition: 'TRIM_HORIZON' }
    : { startingPosition, startingPositionTimestamp: startingTimestamp };
}
