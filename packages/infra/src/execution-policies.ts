import {
  executionPolicies,
  executionPolicyName,
  executionRoleName,
  type Forwarder,
  type Grant,
  type Routes,
} from '@xacct/core';
import type { Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy, type Role } from 'aws-cdk-lib/aws-iam';

export interface ExecutionPoliciesProps {
  routes: Routes;
  forwarder: Forwarder;
  role: Role;
  /** What it may do besides. */
  also: readonly Grant[];
}

/**
 * Gives a forwarder's role what its routes ask for, by name. The CDK splits no statement, and one of 150 ARNs is more than a
 * managed policy holds.
 */
export function createExecutionPolicies(
  stack: Stack,
  { routes, forwarder, role, also }: ExecutionPoliciesProps,
): (CfnPolicy | CfnManagedPolicy)[] {
  const { inline, managed } = executionPolicies(routes, forwarder, also);
  const { name } = routes;
  const roles = [role.roleName];
  const further = Array.from(managed, ([number, policyDocument]) => {
    const managedPolicyName = executionPolicyName(name, forwarder.name, number);
    return new CfnManagedPolicy(stack, `ExecutionPolicy${number}`, {
      managedPolicyName,
      policyDocument,
      roles,
    });
  });
  const policy = new CfnPolicy(stack, 'ExecutionPolicy', {
    policyName: executionRoleName(name, forwarder.name),
    policyDocument: inline,
    roles,
  });
  // What the inline policy loses when it gets full, they must have before. They are deleted after all else by themselves.
  for (const other of further) policy.addResourceDependency(other);
  return [...further, policy];
}
