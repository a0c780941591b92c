import { describe, expect, test } from 'vitest';
import { routesOf, templateOf, templatesOf } from './factories.ts';

const routes = routesOf(`
  - stream: orders
    targets:
      - { account: analytics, function: reader }
      - { account: analytics, function: "ledger:live", region: eu-west-1 }
      - { account: billing, function: reader }
  - stream: payments
    targets: [{ account: analytics, function: ledger, externalId: "their-own" }]
`);

function roleOf(stackName: string, roleName: string) {
  const roles = Object.values(templateOf(routes, stackName).findResources('AWS::IAM::Role'));
  return roles.map(({ Properties }) => Properties).find(({ RoleName }) => RoleName === roleName);
}

describe('TargetStack', () => {
  test('trusts one role of the source account, with the external ID', () => {
    expect(roleOf('xacct-target-999999999999', 'xacct-route-orders').AssumeRolePolicyDocument).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TrustForwarder',
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: 'arn:aws:iam::111111111111:root' },
          Condition: {
            ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/xacct-forwarder-default' },
            StringEquals: { 'sts:ExternalId': 'xacct:orders' },
          },
        },
      ],
    });
  });

  test('uses the external ID of the entry', () => {
    const [statement] = roleOf('xacct-target-999999999999', 'xacct-route-payments').AssumeRolePolicyDocument
      .Statement;
    expect(statement.Condition.StringEquals).toEqual({ 'sts:ExternalId': 'their-own' });
  });

  test('trusts the role as a member of the organization only, where the file names one', () => {
    const { source, ...rest } = routes;
    const ofOrganization = { ...rest, source: { ...source, organizationId: 'o-a1b2c3d4e5' } };
    templateOf(ofOrganization, 'xacct-target-999999999999').hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'xacct-route-orders',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Condition: {
              StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5', 'sts:ExternalId': 'xacct:orders' },
            },
          },
        ],
      },
    });
  });

  test('lets the role invoke the functions of its route and account only, as they are routed', () => {
    const policies = roleOf('xacct-target-999999999999', 'xacct-route-orders').Policies;
    expect(policies).toEqual([
      {
        PolicyName: 'invoke',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'InvokeRoutedFunctions',
              Effect: 'Allow',
              Action: 'lambda:InvokeFunction',
              Resource: [
                'arn:aws:lambda:eu-west-1:999999999999:function:ledger:live',
                'arn:aws:lambda:us-west-2:999999999999:function:reader',
              ],
            },
          ],
        },
      },
    ]);
  });

  test('holds a role for each route to the account, and none for others', () => {
    const names = (stack: string) =>
      Object.values(templateOf(routes, stack).findResources('AWS::IAM::Role')).map(
        ({ Properties }) => Properties.RoleName,
      );
    expect(names('xacct-target-999999999999')).toEqual(['xacct-route-orders', 'xacct-route-payments']);
    expect(names('xacct-target-222222222222')).toEqual(['xacct-route-orders']);
  });

  test('lets a session last for an hour, the most that a role assumed by a role gets', () => {
    expect(roleOf('xacct-target-999999999999', 'xacct-route-orders').MaxSessionDuration).toBe(3600);
  });

  test('tags a role with its route', () => {
    expect(roleOf('xacct-target-999999999999', 'xacct-route-orders').Tags).toEqual([
      { Key: 'xacct:route', Value: 'orders' },
    ]);
  });

  test('is one for each forwarder, so that an account has room for the roles of any number of routes', () => {
    const entries = Array.from({ length: 501 }, (_, index) => {
      return `  - { stream: s${index}, forwarder: f${index % 3}, targets: [{ account: billing, function: f }] }`;
    });
    const isTarget = (stackName: string) => stackName.startsWith('xacct-target-');
    const held = [...templatesOf(routesOf(entries.join('\n')), isTarget)].map(([name, template]) => [
      name,
      Object.keys(template.findResources('AWS::IAM::Role')).length,
    ]);
    expect(held).toEqual([
      ['xacct-target-222222222222-f0', 167],
      ['xacct-target-222222222222-f1', 167],
      ['xacct-target-222222222222-f2', 167],
    ]);
  });
});
