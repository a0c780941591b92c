import {
  consumerName,
  encodeRoute,
  failureBucketName,
  forwarderFunctionName,
  functionArn,
  parameterName,
  parameterPartName,
  parameterPrefix,
  type Route,
  type Routes,
  routeStackName,
} from '@xacct/core';
import { Stack } from 'aws-cdk-lib';
import { CfnStreamConsumer } from 'aws-cdk-lib/aws-kinesis';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

export interface RouteStackProps {
  routes: Routes;
  route: Route;
}

/** In the source account: the mapping that reads a stream, and the parameters that tell the handler where to. */
export class RouteStack extends Stack {
  constructor(scope: Construct, { routes, route }: RouteStackProps) {
    const { name, source } = routes;
    super(scope, routeStackName(name, route.name), {
      env: { account: source.account, region: source.region },
      description: `${name}: route "${route.name}" from ${route.stream.arn}`,
    });

    const parameter = parameterName(parameterPrefix(name, route.forwarder), route.stream);
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
          consumerName: consumerName(name, route.name),
          streamArn: route.stream.arn,
        })
      : undefined;

    const { partition, region, account } = source;
    const mapping = new CfnEventSourceMapping(this, 'Mapping', {
      functionName: functionArn(partition, region, account, forwarderFunctionName(name, route.forwarder)),
      eventSourceArn: consumer?.attrConsumerArn ?? route.stream.arn,
      enabled: route.enabled,
      startingPosition: route.startingPosition,
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
      destinationConfig: {
        onFailure: {
          destination: `arn:${partition}:s3:::${failureBucketName(name, route.forwarder, source)}`,
        },
      },
    });
    // The handler must find the route from the first batch on.
    for (const part of parameters) mapping.addResourceDependency(part);
  }
}
