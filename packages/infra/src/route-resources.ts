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
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnStreamConsumer } from 'aws-cdk-lib/aws-kinesis';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { createRetryMapping } from './retry-mapping.ts';
import { createRouteAlarms } from './route-alarms.ts';
import { createRouteQueues, type RouteQueues } from './route-queues.ts';

/** What one route needs in the source account. */
export interface RouteResourcesProps {
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

export interface RouteResources extends RouteQueues {
  /** Reads the stream. */
  mapping: CfnEventSourceMapping;
  /** Reads the retry queue. */
  retryMapping: CfnEventSourceMapping;
  /** As which the mapping reads, with `enhancedFanOut`. */
  consumer: CfnStreamConsumer | undefined;
  alarms: readonly CfnAlarm[];
}

/**
 * Makes the mapping that reads a stream, the parameters that name the targets, and the queues for what cannot be delivered at
 * once.
 */
export function createRouteResources(
  scope: Construct,
  { routes, route, forwarder, senders = [] }: RouteResourcesProps,
): RouteResources {
  const { name, source } = routes;
  const names = namesOf(routes).route(route.name);
  const {
    function: functionName,
    failureBucket,
    parameterPrefix,
  } = namesOf(routes).forwarder(forwarder.name);

  const parameter = parameterName(parameterPrefix, route.stream);
  const parameters = encodeRoute(route).map((value, part) => {
    return new CfnParameter(scope, part === 0 ? 'Route' : `RoutePart${part}`, {
      name: parameterPartName(parameter, part),
      description: `${name}: targets of route "${route.name}"`,
      type: 'String',
      value,
    });
  });

  const consumer = route.enhancedFanOut
    ? new CfnStreamConsumer(scope, 'Consumer', {
        consumerName: names.consumer,
        streamArn: route.stream.arn,
      })
    : undefined;

  const forwarderArn = functionArn(source, functionName);
  const { retryQueue, deadLetterQueue, policies } = createRouteQueues(scope, {
    routes,
    route,
    forwarder,
    senders,
  });
  const retryMapping = createRetryMapping(scope, { route, retryQueue, functionArn: forwarderArn });
  const mapping = createMapping(scope, route, {
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

  const alarms = createRouteAlarms(scope, { routes, route, forwarder, mapping });
  return { mapping, retryMapping, consumer, retryQueue, deadLetterQueue, policies, alarms };
}

/** Reads the stream. */
function createMapping(
  scope: Construct,
  route: Route,
  {
    functionName,
    eventSourceArn,
    failureBucketArn,
  }: { functionName: string; eventSourceArn: string; failureBucketArn: string },
): CfnEventSourceMapping {
  return new CfnEventSourceMapping(scope, 'Mapping', {
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
