import { namesOf } from '@xacct/core';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { createRouteResources, type RouteResourcesProps } from './route-resources.ts';
import { tagsOf } from './tags.ts';

/** What one route needs in the source account. */
export interface RouteStackProps extends RouteResourcesProps {}

/** In the source account: all of one route. */
export class RouteStack extends Stack {
  constructor(scope: Construct, props: RouteStackProps) {
    const { routes, route, forwarder } = props;
    const { name, source } = routes;
    const stackName = namesOf(routes).route(route.name).stack;
    super(scope, stackName, {
      stackName,
      env: { account: source.account, region: source.region },
      description: `${name}: route "${route.name}" from ${route.stream.arn}`,
      tags: tagsOf({ name, forwarder: forwarder.name, route: route.name }, routes.tags),
      // It holds queues. They outlive it, but would be in the way of a route of the same name.
      terminationProtection: true,
    });
    createRouteResources(this, props);
  }
}
