import { limits, type Routes, stackRegion } from '@xacct/core';
import {
  type BootstrapPolicy,
  sourceBootstrapPolicies,
  targetBootstrapPolicies,
} from '@xacct/core/bootstrap';
import { cdkBootstrapCommand } from '../aws/bootstrap-command.ts';
import { findAccounts } from '../routes-file/find-accounts.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { count } from '../terminal/count.ts';
import { accountsWithRoles } from './accounts-with-roles.ts';
import { toCloudFormation } from './cloudformation.ts';
import type { Export, ExportFormat, ExportRequest } from './export-roles.ts';
import { toTerraformPolicies } from './terraform-policies.ts';

/**
 * Writes what CloudFormation's role needs in accounts, as managed policies to deploy before the CDK's bootstrap. One
 * file is for the source account, or for any number of target accounts, which all need the same.
 *
 * @throws {CommandFailure} where there is no such account, or the accounts do not go together
 */
export function exportBootstrap(options: ExportRequest): Export {
  const { routes, format } = options;
  const accounts = accountsOf(options);
  const [first = '', ...others] = accounts;
  if (format === 'terraform' && others.length > 0) {
    throw new CommandFailure(
      `Terraform is written for one account: export each of ${accounts.join(', ')}`,
      2,
    );
  }
  const isOne = others.length === 0;
  const account = isOne ? first : ANY_ACCOUNT;
  const regions = [...new Set(accounts.map((id) => stackRegion(routes, id)))].toSorted();
  const policies =
    first === routes.source.account
      ? sourceBootstrapPolicies(routes)
      : targetBootstrapPolicies(routes, account, regions);
  checkSizes(policies);
  const subject = isOne ? `account ${first}` : count(accounts.length, 'target account');
  const summary = `${count(policies.length, 'managed policy', 'managed policies')} for the role of CloudFormation in ${subject}`;
  const place = {
    account: isOne ? first : 'ACCOUNT',
    region: regions.length === 1 ? (regions[0] ?? '') : 'REGION',
  };
  const head = headOf(routes, policies, { subject, place, format });
  if (format === 'terraform') return { text: toTerraformPolicies(head, policies), summary };
  const text = toCloudFormation({
    head,
    description: `${routes.name}: what CloudFormation may do here to deploy it`,
    roles: [],
    others: policies.map(({ name, description, document }) => ({
      logicalId: logicalIdOf(name),
      type: 'AWS::IAM::ManagedPolicy',
      properties: {
        ManagedPolicyName: name,
        Description: description,
        PolicyDocument: substituted(document),
      },
      comments: [],
    })),
  });
  return { text, summary };
}

/** CloudFormation's own name for the account that it deploys to. */
const ANY_ACCOUNT = `\${AWS::AccountId}`;

function accountsOf({ routes, text, file, wanted }: ExportRequest): string[] {
  const { account: source } = routes.source;
  if (wanted.length === 0) {
    const others = accountsWithRoles(routes).filter((account) => account !== source);
    if (others.length > 0) return others;
    throw new CommandFailure(
      `${file} makes no role in another account than the source: xacct export ${source} --bootstrap-policy`,
    );
  }
  const accounts = [...findAccounts(text, wanted, file)];
  if (accounts.length > 1 && accounts.includes(source)) {
    throw new CommandFailure(
      `${source} is the source account, where CloudFormation needs other policies: export it by itself`,
      2,
    );
  }
  return accounts;
}

function checkSizes(policies: readonly BootstrapPolicy[]): void {
  const { managedPolicyCharacters: allowed } = limits.iam;
  for (const { name, document } of policies) {
    const used = JSON.stringify(document).length;
    if (used <= allowed) continue;
    throw new CommandFailure(
      `The policy ${name} would have ${used} characters, and IAM allows ${allowed}: most of it are the streams of routes with "enhancedFanOut". Put some of these routes into a second file with a "name" of its own`,
    );
  }
}

function headOf(
  { name, source }: Routes,
  policies: readonly BootstrapPolicy[],
  {
    subject,
    place,
    format,
  }: { subject: string; place: { account: string; region: string }; format: ExportFormat },
): string[] {
  const names = policies.map((policy) => policy.name);
  const deploy =
    format === 'terraform'
      ? 'terraform apply'
      : `aws cloudformation deploy --template-file FILE --stack-name ${name}-bootstrap --capabilities CAPABILITY_NAMED_IAM`;
  return [
    `What the role of CloudFormation is allowed in ${subject}, for "xacct deploy" from account ${source.account}.`,
    'Written by "xacct export --bootstrap-policy": edit the routes file instead.',
    'With credentials of the account, first make what is below, then bootstrap the account with it:',
    `  ${deploy}`,
    `  ${cdkBootstrapCommand(place, names, source)}`,
  ];
}

/** Letters and digits only: `xacct-cloudformation-target` is `XacctCloudformationTarget`. */
function logicalIdOf(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** CloudFormation substitutes the account in every text that contains it. */
function substituted(value: unknown): unknown {
  if (typeof value === 'string') return value.includes(ANY_ACCOUNT) ? { 'Fn::Sub': value } : value;
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substituted(inner)]));
}
