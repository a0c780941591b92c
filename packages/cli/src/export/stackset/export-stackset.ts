import { createHash } from 'node:crypto';
import { targetTemplates } from '@xacct/infra';
import { findAccounts } from '../../routes-file/find-accounts.ts';
import { revisionOf } from '../../stacks/role-revision.ts';
import { CommandFailure } from '../../terminal/command-failure.ts';
import { count } from '../../terminal/count.ts';
import { accountsWithRoles } from '../accounts-with-roles.ts';
import { checkTemplate } from '../check-template.ts';
import { type RoleResource, toCloudFormation } from '../cloudformation.ts';
import type { Export, ExportRequest } from '../export-roles.ts';
import { exportedRoles } from '../exported-role.ts';
import { rolesByForm, type SharedRole } from '../group-roles.ts';
import { isOneOf } from './is-one-of.ts';

/**
 * Writes the roles of any number of accounts as one template, which makes in each account what is routed there, and nothing
 * in an account to which no route goes: it can be deployed to an organizational unit, whatever accounts come and go.
 *
 * @throws {CommandFailure} where an account is not known, no role is made, or CloudFormation has no room
 */
export async function exportStackSet({ routes, text, file, wanted }: ExportRequest): Promise<Export> {
  const accounts = wanted.length === 0 ? accountsWithRoles(routes) : [...findAccounts(text, wanted, file)];
  const templates = await targetTemplates(routes, accounts);
  const shared = rolesByForm(
    templates.map((template) => ({ account: template.account, roles: exportedRoles(routes, template) })),
  );
  if (shared.length === 0)
    throw new CommandFailure(
      `${file} makes no role in ${accounts.length === 0 ? 'any account' : accounts.join(', ')}, so there is no StackSet to write`,
    );

  const { roles, conditions } = conditionalRoles(shared);
  const revision = revisionOf(templates);
  const subject = count(accounts.length, 'account');
  const named = wanted.length > 0 ? wanted : accounts;
  const template = toCloudFormation({
    head: [
      `What account ${routes.source.account} may invoke in ${subject}: IAM roles, in each account its own, and nothing else.`,
      'Written by "xacct export --stackset": edit the routes file instead.',
      'Deploy it as a StackSet, to an organizational unit or to accounts, in one region: roles are global. Needs CAPABILITY_NAMED_IAM.',
      `Then deploy the rest: xacct deploy --without-account ${named.length > MOST_NAMED ? 'GROUP' : named.join(' ')} --assume-revision ${revision}`,
    ],
    description: `${routes.name}: what account ${routes.source.account} may invoke here`,
    roles,
    others: [PLACEHOLDER],
    sections: { Conditions: conditions },
    outputs: { Revision: { Description: 'For xacct deploy --assume-revision', Value: revision } },
  });
  checkTemplate({ text: template, resources: roles.length + 1, mappedAccounts: 0 }, subject);
  return { text: template, summary: `${count(roles.length, 'role')} for ${subject}, revision ${revision}` };
}

/** A longer list is unreadable in a line: the groups of the file name the accounts. */
const MOST_NAMED = 5;

/** Roles for the same accounts share a condition. */
function conditionalRoles(shared: readonly SharedRole[]): {
  roles: RoleResource[];
  conditions: Record<string, object>;
} {
  const conditions: Record<string, object> = {};
  const roles = shared.map(({ role, members }) => {
    const accounts = members.toSorted();
    const condition = conditionFor(accounts);
    conditions[condition] ??= isOneOf(accounts);
    return { ...role, condition };
  });
  return { roles, conditions };
}

function conditionFor(accounts: readonly string[]): string {
  if (accounts.length === 1) return `Is${accounts[0]}`;
  return `IsOneOf${createHash('sha256').update(accounts.join()).digest('hex').slice(0, 12)}`;
}

const PLACEHOLDER = {
  logicalId: 'Nothing',
  type: 'AWS::CloudFormation::WaitConditionHandle',
  properties: {},
  comments: ['Makes nothing: a stack has to hold something, also in an account to which no route goes.'],
};
