import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { routesOf, templatesOf } from './factories.ts';

/** Every option that adds to a policy, several routes and accounts. */
const TEMPLATES = templatesOf(
  routesOf(
    `
  - stream: orders
    enhancedFanOut: true
    kmsKey: 1234abcd-12ab-34cd-56ef-1234567890ab
    targets:
      - { account: analytics, function: reader }
      - { account: billing, function: "ledger:live", externalId: their-own }
  - stream: arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000
    kmsKey: 2234abcd-12ab-34cd-56ef-1234567890ab
    targets:
      - { account: analytics, function: reader, role: "arn:aws:iam::999999999999:role/theirs" }
  - stream: payments
    forwarder: isolated
    targets: [${Array.from({ length: 80 }, (_, index) => `{ account: billing, function: ledger-${index} }`)}]
`,
    `
encryption: { kmsKey: 3234abcd-12ab-34cd-56ef-1234567890ab }
forwarders:
  default: { tracing: true, vpc: { subnets: [subnet-0abc1234], securityGroups: [sg-0abc1234] } }
  isolated: { assumeRoles: organization }`,
    'us-west-2',
    'o-a1b2c3d4e5',
  ),
);

interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Principal?: unknown;
  Resource?: unknown;
}

/** Every statement of every template, wherever it stands: trust, identity and resource policies. */
const STATEMENTS = [...TEMPLATES.values()].flatMap((template) => statementsIn(template.toJSON()));
const ALLOWED = STATEMENTS.filter(({ Effect }) => Effect === 'Allow');

function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'Statement' ? inner : statementsIn(inner)));
}

function sidsOf(statements: Statement[]) {
  return [...new Set(statements.map(({ Sid }) => Sid))].sort();
}

/** The rows of the table of what each role may do: the statements that each names, and its whole text. */
const DOCUMENTED = readFileSync(new URL('../../../docs/deploying.md', import.meta.url), 'utf8')
  .split('## What each role may do')
  .slice(1)
  .flatMap((section) => section.split('\n'))
  .filter((line) => line.startsWith('|'))
  .map((text) => ({
    text,
    sids: [...(text.split(' | ')[1] ?? '').matchAll(/`([A-Za-z]+)`/g)].map(([, sid]) => sid),
  }));

describe('the policies of all stacks', () => {
  test('allow what docs/deploying.md lists, and it lists nothing else', () => {
    const toActOn = ALLOWED.filter(({ Resource }) => Resource !== undefined);
    expect(sidsOf(toActOn)).toEqual(DOCUMENTED.flatMap(({ sids }) => sids).sort());
  });

  test('allow on every resource only what docs/deploying.md says is on `*`', () => {
    const everywhere = sidsOf(ALLOWED.filter(({ Resource }) => [Resource].flat().includes('*')));
    expect(everywhere).toEqual(['ListNetworkInterfaces', 'ListTableStreams', 'WriteTraces']);
    for (const sid of everywhere)
      expect(DOCUMENTED.find(({ sids }) => sids.includes(sid))?.text).toContain('is on `*`');
  });

  test('end a resource in a wildcard only for consumers, roles of an organization, network interfaces, objects of the failure bucket and streams of the log group', () => {
    const wild = ALLOWED.flatMap(({ Sid, Resource }) =>
      [Resource].flat().map((resource) => `${Sid}: ${JSON.stringify(resource)}`),
    ).filter((resource) => resource.includes('*') && !resource.endsWith(': "*"'));
    expect([...new Set(wild)].sort()).toEqual([
      'AssumeRolesOfOrganization: "arn:aws:iam::*:role/xacct-route-*"',
      'KeepFailedBatches: "arn:aws:s3:::xacct-failures-default-111111111111-us-west-2/*"',
      'KeepFailedBatches: "arn:aws:s3:::xacct-failures-isolated-111111111111-us-west-2/*"',
      'ManageNetworkInterfaces: "arn:aws:ec2:us-west-2:111111111111:*/*"',
      'SendAgainFromBucket: "arn:aws:s3:::xacct-failures-default-111111111111-us-west-2/waiting/*"',
      'SendAgainFromBucket: "arn:aws:s3:::xacct-failures-isolated-111111111111-us-west-2/waiting/*"',
      'SubscribeAsConsumer: "arn:aws:kinesis:us-west-2:111111111111:stream/orders/consumer/*"',
      'WriteLogs: "arn:aws:logs:us-west-2:111111111111:log-group:/aws/lambda/xacct-forwarder-default:*"',
      'WriteLogs: "arn:aws:logs:us-west-2:111111111111:log-group:/aws/lambda/xacct-forwarder-isolated:*"',
    ]);
  });

  test('allow neither a wildcard of actions nor anything to everybody', () => {
    for (const { Action, Principal } of ALLOWED) {
      expect(JSON.stringify(Action)).not.toContain('*');
      expect(JSON.stringify(Principal ?? '')).not.toContain('*');
    }
  });

  test('say what they mean and not what they do not mean', () => {
    for (const statement of STATEMENTS)
      expect(Object.keys(statement).filter((key) => key.startsWith('Not'))).toEqual([]);
  });
});
