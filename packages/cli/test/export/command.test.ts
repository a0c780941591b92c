import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyDocument, PolicyStatement, RoleProperties } from '@xacct/infra';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { folder, write, xacct, xacctProcess } from '../xacct.ts';
import { type HclObject, type HclValue, readHcl } from './read-hcl.ts';

/** What is equal whatever the form: the account 012345678901 reads as a number in YAML 1.1 where it has no quotes. */
const ROUTES = `source:
  account: "111111111111"
  region: us-west-2
  permissionsBoundary: boundaries/xacct
accounts:
  analytics: "999999999999"
  billing: "012345678901"
  audit: "333333333333"
rolePath: /teams/streams/
tags: { cost-center: "4711" }
groups:
  both: [analytics, billing]
  alike: [billing, audit]
defaults: { hasFailureDestination: true }
routes:
  - stream: orders
    targets:
      - { group: both, function: reader }
      - { account: analytics, function: "ledger:live", region: eu-west-1 }
  - stream: pay.ments
    forwarder: second
    targets:
      - { group: both, function: reader, externalId: "their-own" }
      - { account: audit, function: reader, externalId: "their-own" }
  - stream: theirs
    targets: [{ account: "444444444444", function: f, role: "arn:aws:iam::444444444444:role/theirs" }]
`;

beforeAll(async () => {
  write('routes.yaml', ROUTES);
  const { code } = await xacct('synth', '--out', 'assembly');
  expect(code).toBe(0);
});

/** Each takes seconds, so that no two tests run the same. */
const runs = new Map<string, ReturnType<typeof xacct>>();
function exported(...args: string[]): ReturnType<typeof xacct> {
  const run = runs.get(args.join(' ')) ?? xacct('export', ...args);
  runs.set(args.join(' '), run);
  return run;
}

interface Template {
  Mappings?: { RolesOfAccounts: Record<string, Record<string, string>> };
  Resources: Record<string, { Type: string; Condition?: string; Properties: RoleProperties }>;
}

/** The roles of a target account as the CDK deploys them, by logical id. */
async function synthesized(account: string): Promise<Record<string, RoleProperties>> {
  const assembly = join(folder, 'assembly');
  // One for each forwarder, the default's first.
  const stacks = (await readdir(assembly))
    .filter((file) => file.startsWith(`xacct-target-${account}`))
    .sort();
  const templates = stacks
    .filter((file) => file.endsWith('.template.json'))
    .map(async (file) => {
      return rolesIn(JSON.parse(await readFile(join(assembly, file), 'utf8')));
    });
  return Object.assign({}, ...(await Promise.all(templates)));
}

function rolesIn({ Resources }: Template): Record<string, RoleProperties> {
  return Object.fromEntries(Object.entries(Resources).map(([id, { Properties }]) => [id, Properties]));
}

/** As CloudFormation reads it. */
function parseTemplate(text: string): Template {
  return parse(text, { version: '1.1' });
}

/** What a template for several accounts makes in one of them, by role name. */
function deployed({ Resources, Mappings }: Template, account: string): Record<string, RoleProperties> {
  const made = Object.entries(Resources).filter(([id, { Condition }]) => {
    return Condition === undefined || Mappings?.RolesOfAccounts[account]?.[id] === 'yes';
  });
  const text = JSON.stringify(made.map(([, { Properties }]) => Properties));
  const substituted = text.replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, (_, sub: string) => {
    return sub.replace('$' + '{AWS::AccountId}', account);
  });
  const roles: RoleProperties[] = JSON.parse(substituted);
  return byName(roles);
}

function byName(roles: RoleProperties[]): Record<string, RoleProperties> {
  return Object.fromEntries(roles.map((role) => [role.RoleName, role]));
}

describe('xacct export', () => {
  test.each(['analytics', '012345678901'])(
    'writes for %s what the synthesized stack makes, by the same logical IDs',
    async (wanted) => {
      const account = wanted === 'analytics' ? '999999999999' : wanted;
      const { code, stdout, stderr } = await exported(wanted);
      expect([code, stderr]).toEqual([0, '']);
      const template = parseTemplate(stdout);
      expect(Object.keys(template)).toEqual(['AWSTemplateFormatVersion', 'Description', 'Resources']);
      expect(rolesIn(template)).toEqual(await synthesized(account));
    },
  );

  test('explains itself to the reader, and for each role its purpose, who may assume it and what it may do', async () => {
    const { stdout } = await exported('analytics');
    expect(stdout).toMatch(/^# What account 111111111111 may invoke in account 999999999999: /);
    expect(stdout).toContain(`  # Route "orders": account 111111111111 sends here the records of
  # arn:aws:kinesis:us-west-2:111111111111:stream/orders.
  ordersRole`);
    expect(stdout.match(/# Who: the role of forwarder "second" in account 111111111111/g)).toHaveLength(1);
    expect(
      stdout.match(/# What: to invoke these functions, and nothing else\.\n {6}Policies:/g),
    ).toHaveLength(2);
    expect(stdout).not.toMatch(/cdk|bootstrap|asset/i);
  });

  test('writes Terraform that means the same, statement by statement', async () => {
    const { code, stdout } = await xacctProcess('export', 'analytics', '--format', 'terraform');
    expect(code).toBe(0);
    const roles = Object.values(await synthesized('999999999999'));
    const byRole = (one: { name?: unknown }, other: { name?: unknown }) =>
      String(one.name) < String(other.name) ? -1 : 1;
    expect(readTerraform(stdout).toSorted(byRole)).toEqual(roles.map(comparable).toSorted(byRole));
  });

  test('writes one template that makes in each account of a group what a template of its own would', async () => {
    const { code, stdout } = await exported('both');
    expect(code).toBe(0);
    const template = parseTemplate(stdout);
    for (const account of ['999999999999', '012345678901']) {
      expect(deployed(template, account)).toEqual(byName(Object.values(await synthesized(account))));
    }
    expect(stdout).toContain('arn:aws:lambda:us-west-2:$' + '{AWS::AccountId}:function:reader');
  });

  test('needs no condition for what all accounts of a group get', async () => {
    const template = parseTemplate((await exported('both')).stdout);
    const conditions = Object.values(template.Resources).map(({ Properties, Condition }) => {
      return [Properties.RoleName, Condition !== undefined];
    });
    expect(conditions).toEqual([
      ['xacct-route-orders', true],
      ['xacct-route-pay.ments@second', false],
      ['xacct-route-orders', true],
    ]);
  });

  test('makes in an account of a group only the roles that are routed there', async () => {
    const template = parseTemplate((await exported('alike')).stdout);
    expect(Object.keys(deployed(template, '333333333333'))).toEqual(['xacct-route-pay.ments@second']);
    expect(Object.keys(deployed(template, '012345678901'))).toEqual([
      'xacct-route-orders',
      'xacct-route-pay.ments@second',
    ]);
  });

  test('writes a file, and prints what is in it', async () => {
    const { stdout } = await xacct('export', 'analytics', '--out', 'roles.yaml');
    expect(stdout).toBe('roles.yaml: 2 roles for account 999999999999\n');
    const text = await readFile(join(folder, 'roles.yaml'), 'utf8');
    expect(text).toBe((await exported('analytics')).stdout);
  });

  test.each([
    [
      'a name that the file has not',
      ['nobody'],
      2,
      'routes.yaml has no account or group "nobody", expected a name from "accounts" or "groups", or 12 digits\n',
    ],
    [
      'Terraform for a group',
      ['both', '--format', 'terraform'],
      2,
      '"both" is a group, and Terraform is written for one account: export each of 999999999999, 012345678901\n',
    ],
    ['a format that is none', ['analytics', '--format', 'pulumi'], 2, "argument 'pulumi' is invalid"],
    ['no account', [], 2, 'Expected one account or group to write the roles of, got none\n'],
    [
      'several accounts',
      ['analytics', 'billing'],
      2,
      'Expected one account or group to write the roles of, got analytics, billing\n',
    ],
    [
      'an account in which no role is made',
      ['444444444444'],
      1,
      'routes.yaml makes no role in 444444444444: no route has a target there, or every target has a "role" of its own\n',
    ],
    [
      'a file that cannot be written',
      ['analytics', '--out', 'no/such/folder.yaml'],
      1,
      'no/such/folder.yaml: cannot be written (ENOENT)\n',
    ],
  ])('ends with an error for %s', async (_, args, exitCode, message) => {
    const { code, stdout, stderr } = await xacct('export', ...args);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('xacct export of a group of many accounts', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => String(200_000_000_000 + index));
  const file = (accounts: string[], more: string) =>
    write(
      'many.yaml',
      `source: { account: "111111111111", region: us-west-2 }
groups: { many: [${accounts.map((id) => `"${id}"`).join(', ')}] }
routes:
  - { stream: orders, targets: [{ group: many, function: reader }] }
${more}`,
    );

  test('writes one role for all of them, however many', async () => {
    const { code, stdout } = await xacct('export', 'many', '--config', file(ids(400), ''));
    expect(code).toBe(0);
    expect(Object.keys(parse(stdout).Resources)).toEqual(['ordersRole3316C6BB']);
  });

  test('refuses more accounts than a mapping holds, with the number, the limit and the way out', async () => {
    const [one = ''] = ids(1);
    const more = `  - { stream: events, targets: [{ account: "${one}", function: reader }] }\n`;
    const { code, stdout, stderr } = await xacct('export', 'many', '--config', file(ids(201), more));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(
      'The template for each account of group "many" would have 201 accounts with roles of their own, and CloudFormation allows 200. Export smaller groups, whose accounts get the same roles',
    );
    expect((await xacct('export', 'many', '--config', file(ids(200), more))).code).toBe(0);
  });
});

interface HclStatement {
  sid: string;
  effect: string;
  actions: string[];
  resources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  condition?: { test: string; variable: string; values: string[] }[];
}

interface Hcl {
  data: { aws_iam_policy_document: Record<string, { version: string; statement: HclStatement[] }[]> };
  resource: {
    aws_iam_role: Record<string, HclObject[]>;
    aws_iam_role_policy: Record<string, HclObject[]>;
  };
}

function referenceOf(value: HclValue | undefined): string {
  return typeof value === 'object' && 'reference' in value ? String(value.reference) : '';
}

/** Follows the references, and writes what `comparable` writes. */
function readTerraform(text: string) {
  const { data, resource } = readHcl(text) as unknown as Hcl;
  const document = (value: HclValue | undefined) => {
    const label = /^data\.aws_iam_policy_document\.(\w+)\.json$/.exec(referenceOf(value))?.[1] ?? '';
    const [found] = data.aws_iam_policy_document[label] ?? [];
    return {
      version: found?.version,
      statements: found?.statement.map(
        ({ sid, effect, actions, resources = [], principals = [], condition = [] }) => ({
          sid,
          effect,
          actions,
          resources,
          principals: principals.map(({ type, identifiers }) => [type, identifiers]),
          conditions: condition.map(({ test, variable, values }) => [test, variable, values]),
        }),
      ),
    };
  };
  return Object.entries(resource.aws_iam_role).map(([label, [role]]) => ({
    name: role?.name,
    path: role?.path,
    tags: role?.tags ?? {},
    description: role?.description,
    seconds: role?.max_session_duration,
    boundary: role?.permissions_boundary,
    trust: document(role?.assume_role_policy),
    policies: Object.values(resource.aws_iam_role_policy)
      .flat()
      .filter((policy) => referenceOf(policy.role) === `aws_iam_role.${label}.id`)
      .map(({ name, policy }) => ({ name, ...document(policy) })),
  }));
}

/** A role of CloudFormation, in words that both forms have. */
function comparable({
  RoleName,
  Path,
  Description,
  MaxSessionDuration,
  PermissionsBoundary,
  AssumeRolePolicyDocument,
  Policies,
  Tags,
}: RoleProperties) {
  return {
    name: RoleName,
    path: Path,
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    description: Description,
    seconds: MaxSessionDuration,
    boundary: PermissionsBoundary,
    trust: comparableDocument(AssumeRolePolicyDocument),
    policies: Policies.map(({ PolicyName, PolicyDocument }) => {
      return { name: PolicyName, ...comparableDocument(PolicyDocument) };
    }),
  };
}

function comparableDocument({ Version, Statement }: PolicyDocument) {
  return { version: Version, statements: Statement.map(comparableStatement) };
}

function comparableStatement({
  Sid,
  Effect,
  Action,
  Resource = [],
  Principal,
  Condition = {},
}: PolicyStatement) {
  return {
    sid: Sid,
    effect: Effect,
    actions: [Action].flat(),
    resources: [Resource].flat(),
    principals: Object.entries(Principal ?? {}).map(([type, identifiers]) => [type, [identifiers].flat()]),
    conditions: Object.entries(Condition).flatMap(([test, variables]) =>
      Object.entries(variables).map(([variable, values]) => [test, variable, [values].flat()]),
    ),
  };
}
