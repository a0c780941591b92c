import { parseArn, writeArn } from '@xacct/core';
import { conditionName, isGiven, mappingOf, type Recipients } from './account-conditions.ts';
import type { CloudFormation, RoleResource } from './cloudformation.ts';
import type { ExportedRole } from './exported-role.ts';

/** The roles of one account of the group. */
export interface AccountRoles {
  account: string;
  roles: readonly ExportedRole[];
}

/**
 * Puts the roles of several accounts into one template, for a StackSet: each account gets what a template of its own would
 * give it. Roles that differ only in the account's ID are one; a role that not all accounts get has a condition.
 */
export function groupRoles(accounts: readonly AccountRoles[]): Pick<CloudFormation, 'roles' | 'sections'> {
  const gets = new Map<string, readonly string[]>();
  const roles = rolesByForm(accounts).map(({ role, members }): RoleResource => {
    const { logicalId } = role;
    if (members.length === accounts.length) return role;
    gets.set(logicalId, members);
    const comments = { ...role.comments, role: [...role.comments.role, `Made in ${members.join(', ')}.`] };
    return { ...role, comments, condition: conditionName(logicalId) };
  });
  return { roles, ...(gets.size > 0 && { sections: sectionsOf(accounts, gets) }) };
}

export interface SharedRole {
  /** Without the ID of any account. */
  role: RoleResource;
  /** The accounts that get it. */
  members: string[];
}

/** The roles of several accounts; roles that differ only in the account's ID are listed once. */
export function rolesByForm(accounts: readonly AccountRoles[]): SharedRole[] {
  const variants = Map.groupBy(
    accounts.flatMap(({ account, roles }) =>
      roles.map((role) => ({ account, role: { ...role, properties: withoutAccount(role, account) } })),
    ),
    ({ role }) => JSON.stringify(role.properties),
  );
  const idsTaken = new Map<string, number>();
  return [...variants.values()].flatMap((uses) => {
    const role = uses[0]?.role;
    if (role === undefined) return [];
    const variant = (idsTaken.get(role.logicalId) ?? 0) + 1;
    idsTaken.set(role.logicalId, variant);
    const logicalId = variant === 1 ? role.logicalId : `${role.logicalId}Variant${variant}`;
    return [{ role: { ...role, logicalId }, members: uses.map(({ account }) => account) }];
  });
}

const MAPPING = 'RolesOfAccounts';

function sectionsOf(accounts: readonly AccountRoles[], gets: Recipients): Record<string, object> {
  const ids = accounts.map(({ account }) => account);
  return {
    Mappings: { [MAPPING]: mappingOf(ids, gets) },
    Conditions: Object.fromEntries(
      Array.from(gets.keys(), (id) => [conditionName(id), isGiven(MAPPING, id)]),
    ),
  };
}

/** The role's properties with a substitution for the account's ID, which is in the ARNs of functions and of a boundary. */
function withoutAccount({ properties }: ExportedRole, account: string): object {
  const { PermissionsBoundary: boundary } = properties;
  const substitute = (arn: string) => {
    const { service, resource, ...place } = parseArn(arn);
    if (place.account !== account) return arn;
    return { 'Fn::Sub': writeArn(service, { ...place, account: `\${AWS::AccountId}` }, resource) };
  };
  return {
    ...properties,
    ...(boundary !== undefined && { PermissionsBoundary: substitute(boundary) }),
    Policies: properties.Policies.map(({ PolicyName, PolicyDocument }) => ({
      PolicyName,
      PolicyDocument: {
        ...PolicyDocument,
        Statement: PolicyDocument.Statement.map(({ Resource, ...statement }) => ({
          ...statement,
          ...(Resource !== undefined && {
            Resource: typeof Resource === 'string' ? substitute(Resource) : Resource.map(substitute),
          }),
        })),
      },
    })),
  };
}
