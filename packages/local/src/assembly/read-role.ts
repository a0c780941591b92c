import { partitionOf, roleArn } from '@xacct/core';
import { parseIdentityPolicy, parseTrustPolicy } from '../iam/policy-forms.ts';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { DeployedRole } from './deployed.ts';
import type { TypedResource } from './properties.ts';

export function readRole(resource: TypedResource): DeployedRole {
  const { name, stack, where, properties } = resource;
  return {
    arn: roleArn({ partition: partitionOf(stack.region) }, stack.account, name, readPath(resource)),
    name,
    account: stack.account,
    trust: parseTrustPolicy(properties.raw('AssumeRolePolicyDocument'), `${where} AssumeRolePolicyDocument`),
    policies: properties
      .objects('Policies')
      .map((policy) =>
        parseIdentityPolicy(policy.raw('PolicyDocument'), `${where} policy ${policy.text('PolicyName')}`),
      ),
    maxSessionSeconds: properties.number('MaxSessionDuration', 3600),
  };
}

/** Adds a policy to the roles that it names. */
export function attachPolicy(
  { stack, where, properties }: TypedResource,
  roles: Map<string, DeployedRole>,
): void {
  const policy = parseIdentityPolicy(properties.raw('PolicyDocument'), where);
  for (const name of properties.texts('Roles')) {
    // IAM knows a role of an account by its name, whatever its path.
    const role = [...roles.values()].find((one) => one.account === stack.account && one.name === name);
    if (role === undefined) throw new NotSupportedError(`a role named ${name}`, where);
    role.policies.push(policy);
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names */
function readPath({ properties, where }: TypedResource): string {
  const path = properties.raw('Path') ?? '/';
  if (typeof path === 'string' && /^\/([!-~]+\/)?$/.test(path)) return path;
  throw new NotSupportedError(
    `Path ${JSON.stringify(path)} of a role: it begins and ends with a slash`,
    where,
  );
}
