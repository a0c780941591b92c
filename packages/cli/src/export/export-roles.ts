import type { Routes } from '@xacct/core';
import { targetTemplates } from '@xacct/infra';
import { namedAccounts } from '../routes-file/find-accounts.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { count } from '../terminal/count.ts';
import { checkTemplate } from './check-template.ts';
import { toCloudFormation } from './cloudformation.ts';
import { exportedRoles } from './exported-role.ts';
import { failureConfigs } from './failure-configs.ts';
import { destinationNotes, type FailureDestinations, failureDestinations } from './failure-destinations.ts';
import { groupRoles } from './group-roles.ts';
import { joinSections } from './join-sections.ts';
import { toTerraform } from './terraform.ts';
import { terraformFailureConfigs } from './terraform-failure-configs.ts';

/** What to export, and from which file. */
export interface ExportRequest {
  routes: Routes;
  /** The routes file's text, for the names of accounts and groups. */
  text: string;
  file: string;
  /** Names of accounts and groups, or 12 digits; none: every target account. */
  wanted: readonly string[];
  format: ExportFormat;
}

export interface ExportOptions extends Omit<ExportRequest, 'wanted'> {
  /** A name of an account or of a group, or 12 digits. */
  wanted: string;
  /** Whether the export has on-failure destinations for routed functions. */
  withFailureDestination: boolean;
}

export type ExportFormat = 'cloudformation' | 'terraform';

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
export async function exportRoles(options: ExportOptions): Promise<Export> {
  const { routes, text, file, wanted, format } = options;
  const named = namedAccounts(text, wanted, file);
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

  const destinations = options.withFailureDestination ? failureDestinations(routes, named.ids) : undefined;
  if (options.withFailureDestination && destinations === undefined) {
    throw new CommandFailure(
      `${file} routes to no function in ${named.ids.join(', ')} with "invocation: event", and no other needs an on-failure destination: leave out --with-failure-destination`,
    );
  }

  const [first] = templates;
  const source = `account ${routes.source.account}`;
  const subject = named.kind === 'group' ? `each account of group "${wanted}"` : `account ${named.ids[0]}`;
  const head = [
    `What ${source} may invoke in ${subject}: IAM roles, and ${destinations === undefined ? 'nothing else' : 'on-failure destinations'}.`,
    'Written by "xacct export": edit the routes file instead.',
    ...(destinations === undefined ? [] : destinationNotes(destinations)),
  ];
  const [roles] = accounts.map((account) => account.roles);
  if (format === 'terraform') {
    const lines = [...head, `Apply it with credentials of account ${named.ids[0]}.`];
    const others = destinations === undefined ? [] : terraformFailureConfigs(destinations);
    return {
      text: toTerraform(lines, roles ?? [], others),
      summary: summaryOf(roles ?? [], destinations, subject),
    };
  }
  const lines = [...head, 'Needs CAPABILITY_NAMED_IAM. Roles are global: deploy it in one region only.'];
  const description = first?.description ?? '';
  const { roles: made, sections = {} } =
    named.kind === 'group' ? groupRoles(accounts) : { roles: roles ?? [], sections: undefined };
  const configs = destinations && failureConfigs(destinations, named.ids);
  const others = configs?.resources ?? [];
  const all = joinSections(sections, configs?.sections ?? {});
  const template = toCloudFormation({ head: lines, description, roles: made, others, sections: all });
  const mappedAccounts = 'Mappings' in all ? accounts.length : 0;
  checkTemplate({ text: template, resources: made.length + others.length, mappedAccounts }, subject);
  return { text: template, summary: summaryOf(made, destinations, subject) };
}

function summaryOf(
  roles: readonly object[],
  destinations: FailureDestinations | undefined,
  subject: string,
): string {
  const configs = destinations?.configs.length ?? 0;
  const others = configs === 0 ? '' : ` and, if asked for, ${count(configs, 'on-failure destination')}`;
  return `${count(roles.length, 'role')}${others} for ${subject}`;
}
