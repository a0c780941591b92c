import { accountIds, type Routes } from '@xacct/core';
import { targetTemplates } from '@xacct/infra';
import { CommandFailure } from '../command-failure.ts';
import { count } from '../count.ts';
import { checkTemplate } from './check-template.ts';
import { toCloudFormation } from './cloudformation.ts';
import { exportedRoles } from './exported-role.ts';
import { groupRoles } from './group-roles.ts';
import { toTerraform } from './terraform.ts';

export interface ExportOptions {
  routes: Routes;
  /** The routes file's text, for the names of accounts and groups. */
  text: string;
  file: string;
  /** A name of an account or of a group, or 12 digits. */
  wanted: string;
  format: 'cloudformation' | 'terraform';
}

export interface Export {
  text: string;
  /** What is in it, in a few words. */
  summary: string;
}

/**
 * Writes the roles of a target account, or of a group, as one file that its owner can read and deploy.
 *
 * @throws {CommandFailure} where there is no such account, or no role to make
 */
export async function exportRoles({ routes, text, file, wanted, format }: ExportOptions): Promise<Export> {
  const named = accountIds(text, wanted);
  if (named === undefined) {
    const message = `${file} has no account or group "${wanted}", expected a name from "accounts" or "groups", or 12 digits`;
    throw new CommandFailure(message, 2);
  }
  if (named.kind === 'group' && format === 'terraform') {
    throw new CommandFailure(
      `"${wanted}" is a group, and Terraform is written for one account: export each of ${named.ids.join(', ')}`,
      2,
    );
  }
  const templates = await targetTemplates(routes, named.ids);
  const accounts = templates.map((template) => {
    return { account: template.account, roles: exportedRoles(routes, template) };
  });
  const without = accounts.filter(({ roles }) => roles.length === 0).map(({ account }) => account);
  if (without.length === accounts.length) {
    throw new CommandFailure(
      `${file} makes no role in ${without.join(', ')}: no route has a target there, or every target has a "role" of its own`,
    );
  }

  const [first] = templates;
  const source = `account ${routes.source.account}`;
  const subject = named.kind === 'group' ? `each account of group "${wanted}"` : `account ${named.ids[0]}`;
  const head = [
    `What ${source} may invoke in ${subject}: IAM roles, and nothing else.`,
    'Written by "xacct export"; a change belongs into the routes file that it is written from.',
  ];
  const [roles] = accounts.map((account) => account.roles);
  if (format === 'terraform') {
    const lines = [...head, `Apply it with credentials of account ${named.ids[0]}.`];
    return { text: toTerraform(lines, roles ?? []), summary: summaryOf(roles ?? [], subject) };
  }
  const lines = [...head, 'Needs CAPABILITY_NAMED_IAM. Roles are global: deploy it in one region only.'];
  const description = first?.description ?? '';
  const content = named.kind === 'group' ? groupRoles(accounts) : { roles: roles ?? [] };
  const template = toCloudFormation({ head: lines, description, ...content });
  const mappedAccounts = 'sections' in content ? accounts.length : 0;
  checkTemplate({ text: template, roles: content.roles.length, mappedAccounts }, subject);
  return { text: template, summary: summaryOf(content.roles, subject) };
}

function summaryOf(roles: readonly object[], subject: string): string {
  return `${count(roles.length, 'role')} for ${subject}`;
}
