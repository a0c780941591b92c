import { decodeRoute, type StoredRoute } from '@xacct/core';
import type { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { routesOf, templatesOf } from './factories.ts';

const anyEntry = fc.record({
  forwarder: fc.constantFrom('default', 'isolated'),
  targets: fc.uniqueArray(
    fc.record({
      account: fc.constantFrom('analytics', 'billing', '"333333333333"'),
      function: fc.constantFrom('reader', '"ledger:live"', 'archive'),
      region: fc.constantFrom('us-west-2', 'eu-west-1'),
    }),
    { minLength: 1, maxLength: 6, selector: (target) => Object.values(target).join() },
  ),
  externalId: fc.constantFrom('', ', externalId: agreed'),
});
const anyEntries = fc.array(anyEntry, { minLength: 1, maxLength: 5 }).map((entries) =>
  entries.map(({ forwarder, targets, externalId }, index) => {
    const written = targets.map(
      ({ account, function: invoked, region }) =>
        `{ account: ${account}, function: ${invoked}, region: ${region}${externalId} }`,
    );
    return `  - { stream: stream-${index}, forwarder: ${forwarder}, targets: [${written.join(', ')}] }`;
  }),
);

/** A call that the handler makes for a route that it has read, as far as IAM has a say in it. */
interface Call {
  executionRole: string;
  role: string;
  externalId: string;
  function: string;
}

/** As a text, for comparing sets. */
function key({ executionRole, role, externalId, function: invoked }: Call): string {
  return [executionRole, role, externalId, invoked].join(' ');
}

describe('both sides of every route', () => {
  test('allow exactly the calls that the stored routes ask for, and no others', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const stacks: Resources[] = [...templatesOf(routesOf(entries.join('\n'))).values()].map(
          (template) => template.toJSON().Resources,
        );
        expect(allowedCalls(stacks).sort()).toEqual(routedCalls(stacks).sort());
      }),
      { numRuns: 30 },
    );
  });
});

type Resources = ReturnType<Template['findResources']>;

/** What the routes in the parameters make the function of their mapping do. */
function routedCalls(stacks: Resources[]): string[] {
  const resources = stacks.flatMap((stack) => Object.values(stack));
  const functions = resources.filter(({ Type }) => Type === 'AWS::Lambda::Function');
  return resources
    .filter(({ Type }) => Type === 'AWS::SSM::Parameter')
    .flatMap(({ Properties: { Name, Value } }) => {
      const forwarder = functions.find(({ Properties }) =>
        Name.startsWith(`${Properties.Environment.Variables.XACCT_PARAMETER_PREFIX}/`),
      );
      const route: StoredRoute = decodeRoute([Value]);
      return route.targets.map(({ roleArn, externalId, functionArn }) =>
        key({
          executionRole: `arn:aws:iam::111111111111:role/${forwarder?.Properties.FunctionName}`,
          role: roleArn,
          externalId,
          function: functionArn,
        }),
      );
    });
}

/** What the trust and the policies of the roles let through: both sides have to. */
function allowedCalls(stacks: Resources[]): string[] {
  const resources = stacks.flatMap((stack) => Object.values(stack));
  const assumable = new Map(
    stacks.flatMap((stack) => {
      const role = Object.values(stack).find(({ Properties }) =>
        /^xacct-forwarder/.test(Properties.RoleName),
      );
      const policies = Object.values(stack).filter(({ Type }) => Type === 'AWS::IAM::Policy');
      const statements: { Sid: string; Resource: string | string[] }[] = policies.flatMap(
        ({ Properties }) => Properties.PolicyDocument.Statement,
      );
      const assumed = statements.filter(({ Sid }) => Sid === 'AssumeRoutedRoles');
      return role === undefined
        ? []
        : [
            [
              `arn:aws:iam::111111111111:role/${role.Properties.RoleName}`,
              assumed.flatMap(({ Resource }) => Resource),
            ],
          ];
    }),
  );
  return resources
    .filter(({ Type, Properties }) => Type === 'AWS::IAM::Role' && Properties.Policies !== undefined)
    .flatMap(({ Properties }) => {
      const [trust] = Properties.AssumeRolePolicyDocument.Statement;
      const [invoke] = Properties.Policies[0].PolicyDocument.Statement;
      const executionRole: string = trust.Condition.ArnEquals['aws:PrincipalArn'];
      const invoked: string[] = [invoke.Resource].flat();
      const assumed = assumable.get(executionRole) ?? [];
      return assumed
        .filter((role) => role.endsWith(`:role/${Properties.RoleName}`))
        .filter((role) => invoked[0]?.split(':')[4] === role.split(':')[4])
        .flatMap((role) =>
          invoked.map((name) =>
            key({
              executionRole,
              role,
              externalId: trust.Condition.StringEquals['sts:ExternalId'],
              function: name,
            }),
          ),
        );
    });
}
