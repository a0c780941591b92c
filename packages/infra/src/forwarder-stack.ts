import { namesOf } from '@xacct/core';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { createForwarderResources, type ForwarderResourcesProps } from './forwarder-resources.ts';
import { tagsOf } from './tags.ts';

/** What a forwarder and its routes need in the source account. */
export interface ForwarderStackProps extends ForwarderResourcesProps {}

/** In the source account: one function for all routes of a forwarder, and what it may do. */
export class ForwarderStack extends Stack {
  constructor(scope: Construct, props: ForwarderStackProps) {
    const { routes, forwarder } = props;
    const { name, source } = routes;
    const stackName = namesOf(routes).forwarder(forwarder.name).stack;
    super(scope, stackName, {
      stackName,
      env: { account: source.account, region: source.region },
      description: `${name}: the function that forwards the routes of forwarder "${forwarder.name}"`,
      tags: tagsOf({ name, forwarder: forwarder.name }, routes.tags),
      // It holds the failure bucket, and none of its routes runs without it.
      terminationProtection: true,
    });
    createForwarderResources(this, props);
  }
}
