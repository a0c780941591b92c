import type { AllowStatement } from '../execution/execution-policies.ts';
import type { Named } from '../model/routes.ts';
import { writeArn } from '../names/arn.ts';
import { permissionsBoundaryArn, roleArn } from '../names/resource-arns.ts';
import { allow } from './allow.ts';
import { roleStatements, withBoundary } from './role-statements.ts';

/** What CloudFormation needs for the roles of forwarders, and for the managed policies that some of them have. */
export function executionRoleStatements({ name, source }: Named): AllowStatement[] {
  const roles = roleArn(source, source.account, `${name}-forwarder-*`);
  const policies = writeArn('iam', { ...source, region: '' }, `policy/${name}-forwarder-*`);
  const boundary = permissionsBoundaryArn(source, source.account);
  return [
    ...roleStatements({ sid: 'ExecutionRoles', roles, boundary }),
    allow('AttachExecutionPolicies', ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'], roles, {
      ArnLike: { 'iam:PolicyARN': policies },
      ...(boundary !== undefined && withBoundary(boundary)),
    }),
    allow(
      'ManageExecutionPolicies',
      [
        'iam:CreatePolicy',
        'iam:CreatePolicyVersion',
        'iam:DeletePolicy',
        'iam:DeletePolicyVersion',
        'iam:GetPolicy',
        'iam:GetPolicyVersion',
        'iam:ListEntitiesForPolicy',
        'iam:ListPolicyVersions',
      ],
      policies,
    ),
    allow('PassExecutionRoles', ['iam:PassRole'], roles, {
      StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    }),
  ];
}
