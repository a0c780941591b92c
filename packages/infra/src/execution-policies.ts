import { ACCOUNTS_METADATA, type Forwarder, namesOf, type Routes } from '@xacct/core';
import { executionPolicies, type Grant } from '@xacct/core/rollout';
import { CfnManagedPolicy, CfnPolicy, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { withStandIns } from './stand-ins.ts';

export interface ExecutionPoliciesProps {
  routes: Routes;
  forwarder: Forwarder;
  role: Role;
  /** What it may do besides. */
  also: readonly Grant[];
  /** Those in which it has, or had, roles to assume: where to look for stacks that no route needs any more. */
  accounts: readonly { account: string; region: string }[];
}

/**
 * Gives a forwarder's role what its routes ask for, by name. The CDK splits no statement, and one of 150 ARNs is more than a
 * managed policy holds. A policy that is already there gets the document.
 */
export function writeExecutionPolicies(
  scope: Construct,
  { routes, forwarder, role, also, accounts }: ExecutionPoliciesProps,
): (CfnPolicy | CfnManagedPolicy)[] {
  const { routes: known, restore } = withStandIns(routes);
  const { inline, managed } = executionPolicies(known, forwarder, also);
  const names = namesOf(routes).forwarder(forwarder.name);
  const roles = [role.roleName];
  const further = Array.from(managed, ([number, document]) => {
    const policyDocument = restore(document);
    const written = scope.node.tryFindChild(`ExecutionPolicy${number}`);
    if (written instanceof CfnManagedPolicy) {
      written.policyDocument = policyDocument;
      return written;
    }
    const managedPolicyName = names.executionPolicy(number);
    return new CfnManagedPolicy(scope, `ExecutionPolicy${number}`, {
      managedPolicyName,
      policyDocument,
      roles,
    });
  });
  const policyDocument = restore(inline);
  const written = scope.node.tryFindChild('ExecutionPolicy');
  const policy =
    written instanceof CfnPolicy
      ? written
      : new CfnPolicy(scope, 'ExecutionPolicy', {
          policyName: names.executionRole,
          policyDocument,
          roles,
        });
  policy.policyDocument = policyDocument;
  // Here, as this changes anyway when an account comes. CloudFormation also updates a stack in which only this changes.
  const places = accounts.map(({ account, region }) =>
    region === routes.source.region ? account : `${account}/${region}`,
  );
  policy.addMetadata(ACCOUNTS_METADATA, [...new Set(places)].toSorted());
  // What the inline policy loses when it gets full, they must have before. They are deleted after all else by themselves.
  for (const other of further) policy.addResourceDependency(other);
  return [...further, policy];
}
