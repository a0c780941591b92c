import { namesOf, stackRegion } from '@xacct/core';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { tagsOf } from './tags.ts';
import { createTargetRoles, type TargetRolesProps } from './target-roles.ts';

/** What a forwarder needs in one target account. */
export interface TargetStackProps extends TargetRolesProps {}

/** In a target account: for each route of a forwarder to it, one role that the forwarder may assume. */
export class TargetStack extends Stack {
  constructor(scope: Construct, props: TargetStackProps) {
    const { routes, account, forwarder } = props;
    const { name, source, tags } = routes;
    const stackName = namesOf(routes).targetStack({ account, forwarder });
    super(scope, stackName, {
      stackName,
      env: { account, region: stackRegion(routes, account) },
      description: `${name}: what forwarder "${forwarder}" of account ${source.account} may invoke here`,
      tags: tagsOf({ name, forwarder }, tags),
    });
    createTargetRoles(this, props);
  }
}
