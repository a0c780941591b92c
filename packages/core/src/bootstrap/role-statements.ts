import type { AllowStatement } from '../execution/execution-policies.ts';

export interface ManagedRoles {
  /** Begins the name of each statement. */
  sid: string;
  /** ARN, with `*` for what a routes file chooses. */
  roles: string;
}

/**
 * What CloudFormation asks IAM for to make, change and delete roles of some names. Attached policies are not among it:
 * what a role may do is in its own policies.
 */
export function roleStatements({ sid, roles }: ManagedRoles): AllowStatement[] {
  return [
    {
      Sid: `Make${sid}`,
      Effect: 'Allow',
      Action: ['iam:CreateRole', 'iam:PutRolePolicy'],
      Resource: roles,
    },
    {
      Sid: `Manage${sid}`,
      Effect: 'Allow',
      Action: [
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
      Resource: roles,
    },
  ];
}
