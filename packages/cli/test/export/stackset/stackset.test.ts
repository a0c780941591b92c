import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { folder, write, xacct } from '../../xacct.ts';

const ROUTES = `source:
  account: "111111111111"
  region: us-west-2
  permissionsBoundary: boundaries/xacct
accounts:
  analytics: "999999999999"
  billing: { id: "012345678901", region: eu-west-1 }
  audit: "333333333333"
rolePath: /teams/streams/
tags: { cost-center: "4711" }
groups:
  both: [analytics, billing]
  all: [both, audit]
defaults: { hasFailureDestination: true }
routes:
  - stream: orders
    targets: [{ group: both, function: reader }]
  - stream: payments
    forwarder: second
    targets: [{ group: all, function: "ledger:live" }]
`;
write('routes.yaml', ROUTES);

type Condition = Record<string, unknown>;

interface Template {
  Conditions?: Record<string, Condition>;
  Resources: Record<string, { Type: string; Condition?: string; Properties: { RoleName?: string } }>;
  Outputs?: { Revision: { Value: string } };
}

/** As CloudFormation reads it. */
const parseTemplate = (text: string): Template => parse(text, { version: '1.1' });

/** Evaluates a condition as CloudFormation does, in one account. */
function holds(condition: Condition, account: string): boolean {
  const { 'Fn::Equals': pair, 'Fn::Or': parts } = condition;
  if (Array.isArray(pair)) {
    const [one, other] = pair.map((value) => (typeof value === 'object' ? account : value));
    return one === other;
  }
  if (!Array.isArray(parts)) throw new Error(`Not a condition: ${JSON.stringify(condition)}`);
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.length).toBeLessThanOrEqual(10);
  return parts.some((part) => holds(part, account));
}

/** The roles that a template makes in an account, by name. */
function deployed({ Resources, Conditions = {} }: Template, account: string): Record<string, unknown> {
  const made = Object.values(Resources).filter(({ Type, Condition }) => {
    return (
      Type === 'AWS::IAM::Role' && (Condition === undefined || holds(Conditions[Condition] ?? {}, account))
    );
  });
  const text = JSON.stringify(made.map(({ Properties }) => Properties));
  const roles: { RoleName: string }[] = JSON.parse(
    text.replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, (_, sub: string) =>
      sub.replace(`\${AWS::AccountId}`, account),
    ),
  );
  return Object.fromEntries(roles.map((role) => [role.RoleName, role]));
}

const stackSet = async (...args: string[]) =>
  parseTemplate((await xacct('export', ...args, '--stackset')).stdout);

describe('xacct export --stackset', () => {
  test('makes in each account what an export of its own would, and nothing in any other', async () => {
    const template = await stackSet();
    for (const account of ['999999999999', '012345678901', '333333333333']) {
      const own = parseTemplate((await xacct('export', account)).stdout);
      expect(deployed(template, account)).toEqual(deployed(own, account));
    }
    expect(deployed(template, '444444444444')).toEqual({});
    expect(deployed(template, '111111111111')).toEqual({});
  });

  test('holds something for an account to which no route goes, and asks for nothing', async () => {
    const template = await stackSet('all');
    expect(Object.keys(template)).toEqual([
      'AWSTemplateFormatVersion',
      'Description',
      'Conditions',
      'Resources',
      'Outputs',
    ]);
    const always = Object.values(template.Resources).filter(({ Condition }) => Condition === undefined);
    expect(always.map(({ Type }) => Type)).toEqual(['AWS::CloudFormation::WaitConditionHandle']);
  });

  test('has room for more accounts with roles of their own than a mapping holds', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => String(200_000_000_000 + index));
    const some = ids.slice(0, 301);
    const list = (accounts: string[]) => accounts.map((id) => `"${id}"`).join(', ');
    const config = write(
      'many.yaml',
      `source: { account: "111111111111", region: us-west-2 }
groups: { many: [${list(ids)}], some: [${list(some)}] }
routes:
  - { stream: orders, targets: [{ group: many, function: reader }] }
  - { stream: events, forwarder: second, targets: [{ group: some, function: reader }] }
`,
    );
    const template = await stackSet('--config', config);
    const rolesIn = (account: string) => Object.keys(deployed(template, account));
    expect(rolesIn('200000000300')).toEqual(['xacct-route-events@second', 'xacct-route-orders']);
    expect(rolesIn('200000000301')).toEqual(['xacct-route-orders']);
    expect(rolesIn('200000000600')).toEqual([]);
    expect(ids.filter((id) => rolesIn(id).length === 2)).toEqual(some);
  });

  test('names its revision in the file and the summary, with the command that uses it', async () => {
    const { stdout } = await xacct('export', 'both', '--stackset', '--out', 'stackset.yaml');
    const text = await readFile(join(folder, 'stackset.yaml'), 'utf8');
    const revision = parseTemplate(text).Outputs?.Revision.Value;
    expect(revision).toMatch(/^[0-9a-f]{16}$/);
    expect(stdout).toBe(`stackset.yaml: 4 roles for 2 accounts, revision ${revision}\n`);
    expect(text).toContain(
      `# Then deploy the rest: xacct deploy --without-account both --assume-revision ${revision}\n`,
    );
  });

  test.each([
    ['Terraform', ['--format', 'terraform'], 'A StackSet is CloudFormation: leave out --format\n'],
    [
      'on-failure destinations',
      ['--with-failure-destination'],
      "option '--stackset' cannot be used with option '--with-failure-destination'",
    ],
    [
      'policies',
      ['--bootstrap-policy'],
      "option '--bootstrap-policy' cannot be used with option '--stackset'",
    ],
    ['an account that is not known', ['nobody'], 'routes.yaml has no account or group "nobody"'],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await xacct('export', ...args, '--stackset');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('xacct deploy --assume-revision', () => {
  const deploy = (...args: string[]) => xacct('deploy', '--yes', ...args);

  test('deploys nothing where the file asks for other roles than are there', async () => {
    const { code, stdout, stderr } = await deploy(
      '--without-account',
      'both',
      '--assume-revision',
      '0000000000000000',
    );
    expect([code, stdout]).toEqual([1, '']);
    const revision = (await stackSet('both')).Outputs?.Revision.Value;
    expect(stderr).toContain(
      `Nothing is deployed: routes.yaml asks for roles of revision ${revision} in both, and revision 0000000000000000 is there. First update the StackSet with what this writes: xacct export both --stackset\n`,
    );
  });

  test('requires the accounts', async () => {
    const { code, stderr } = await deploy('--assume-revision', '0000000000000000');
    expect(code).toBe(2);
    expect(stderr).toContain('--assume-revision requires --without-account\n');
  });
});
