import {
  accountRootArn,
  executionRoleName,
  type Route,
  type Routes,
  roleArn,
  routeRoleName,
  type Target,
  targetStackName,
} from '@xacct/core';
import { Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface TargetStackProps {
  routes: Routes;
  account: string;
}

/** In a target account: for each route to it, one role that the route's forwarder may assume. */
export class TargetStack extends Stack {
  constructor(scope: Construct, { routes, account }: TargetStackProps) {
    super(scope, targetStackName(routes.name, account), {
      env: { account, region: routes.source.region },
      description: `${routes.name}: what account ${routes.source.account} may invoke here`,
    });
    for (const route of routes.routes) {
      const generated = roleArn(routes.source, account, routeRoleName(routes.name, route.name));
      // An existing role is its owner's: nothing is made or changed for it.
      const targets = route.targets.filter((target) => target.roleArn === generated);
      if (targets.length > 0) new RouteRole(this, routes, route, targets);
    }
  }
}

/** Trusts one role of the source account, with an external id, to invoke the functions of one route. */
class RouteRole extends Construct {
  constructor(scope: Construct, { name, source }: Routes, route: Route, targets: Target[]) {
    super(scope, route.name);
    const forwarderRole = roleArn(source, source.account, executionRoleName(name, route.forwarder));
    const externalIds = [...new Set(targets.map((target) => target.externalId))];

    new CfnRole(this, 'Role', {
      roleName: routeRoleName(name, route.name),
      description: `${name}: lets ${source.account} invoke the targets of route "${route.name}"`,
      maxSessionDuration: 3600,
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'TrustForwarder',
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            // The account's root with a condition on the role: unlike the role's own ARN as principal,
            // it can be deployed before the role exists and outlives its re-creation.
            Principal: { AWS: accountRootArn(source) },
            Condition: {
              ArnEquals: { 'aws:PrincipalArn': forwarderRole },
              StringEquals: { 'sts:ExternalId': externalIds.length === 1 ? externalIds[0] : externalIds },
            },
          },
        ],
      },
      policies: [
        {
          policyName: 'invoke',
          policyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'InvokeRoutedFunctions',
                Effect: 'Allow',
                Action: 'lambda:InvokeFunction',
                Resource: targets.map((target) => target.functionArn),
              },
            ],
          },
        },
      ],
    });
  }
}
