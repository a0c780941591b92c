import type { AllowStatement } from '../execution/execution-policies.ts';
import { allow } from './allow.ts';

export interface ManagedRoles {
  /** ARN of the permissions boundary of each of them; undefined where they have none. */
  boundary: string | undefined;
  /** Begins the name of each statement. */
  sid: string;
  /** ARN, with `*` for what a routes file chooses. */
  roles: string;
}

/**
 * What CloudFormation asks IAM for to make, change and delete roles of some names. Attached policies are not among it:
 * what a role may do is in its own policies.
 */
export function roleStatements({ sid, roles, boundary }: ManagedRoles): AllowStatement[] {
  const make = ['iam:CreateRole', 'iam:PutRolePolicy'];
  return [
    boundary === undefined
      ? allow(`Make${sid}`, make, roles)
      : allow(`Make${sid}`, [...make, 'iam:PutRolePermissionsBoundary'], roles, withBoundary(boundary)),
    allow(
      `Manage${sid}`,
      [
        'iam:DeleteRole',
        'iam:DeleteRolePolicy',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:ListRolePolicies',
        'iam:ListRoleTags',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:UpdateRole',
        'iam:UpdateRoleDescription',
      ],
      roles,
    ),
  ];
}

/**
 * Only on roles that have the boundary, or get it by the call. Nobody can extend what a role without it may do; who may assume
 * it is left to the other statement, as IAM has not always known the boundary there.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function withBoundary(boundary: string): Record<string, Record<string, string>> {
  return { StringEquals: { 'iam:PermissionsBoundary': boundary } };
}
