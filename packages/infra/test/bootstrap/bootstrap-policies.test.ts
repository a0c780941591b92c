import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { limits, parseRoutes, type Routes } from '@xacct/core';
import {
  type AllowPolicy,
  type AllowStatement,
  sourceBootstrapPolicies,
  targetBootstrapPolicies,
} from '@xacct/core/bootstrap';
import { evaluate, parseIdentityPolicy, readAssembly } from '@xacct/local/deployed';
import { describe, expect, test } from 'vitest';
import { appOf, routesOf } from '../factories.ts';
import { type Call, callsOf } from './calls.ts';
import { HANDLERS, NO_ACTIONS, ONLY_WITH } from './handler-permissions.ts';
import { intrusions } from './intrusions.ts';

const ENTRIES = `
  - stream: orders
    enhancedFanOut: true
    targets: [{ account: analytics, function: reader }]
  - stream: events
    enhancedFanOut: true
    targets: [{ account: billing, function: reader }]
  - stream: arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000
    targets: [{ account: analytics, function: reader }]
  - stream: payments
    forwarder: isolated
    targets: [${Array.from({ length: 180 }, (_, index) => `{ account: "${200_000_000_000 + index}", function: f }`)}]
`;
/** Two forwarders, of which one has managed policies; without the options that an organization has for all accounts. */
const PLAIN = routesOf(ENTRIES, 'forwarders: { isolated: { reservedConcurrency: 5 } }');
/** Every option that bears on the policies. */
const GUARDED = routesOf(
  ENTRIES,
  `
bootstrap: { qualifier: streams }
rolePath: /teams/streams/
encryption: { kmsKey: 1234abcd-12ab-34cd-56ef-1234567890ab }
forwarders:
  default:
    codeSigning: arn:aws:lambda:us-west-2:111111111111:code-signing-config:csc-0123456789abcdef0
  isolated:
    reservedConcurrency: 5
    vpc: { subnets: [subnet-0abc1234], securityGroups: [sg-0abc1234] }
    codeSigning: arn:aws:lambda:us-west-2:111111111111:code-signing-config:csc-1123456789abcdef0`,
  'us-west-2',
  'o-a1b2c3d4e5',
  { permissionsBoundary: 'boundaries/xacct' },
);

const FIXTURES = fileURLToPath(new URL('../../../core/test/fixtures/valid/', import.meta.url));
const FILES = [
  fileURLToPath(new URL('../../../../routes.yaml', import.meta.url)),
  ...readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => FIXTURES + name),
];

async function needsOf(routes: Routes): Promise<Call[]> {
  const stacks = await readAssembly(appOf(routes).synth().directory);
  return stacks.flatMap(callsOf);
}

function policiesOf(routes: Routes, account: string): AllowPolicy[] {
  const policies =
    account === routes.source.account
      ? sourceBootstrapPolicies(routes)
      : targetBootstrapPolicies(routes, account);
  return policies.map(({ document }) => document);
}

/** The calls that the policies of their account do not allow, a text each. */
function refusedOf(calls: readonly Call[], routes: Routes): string[] {
  return calls.filter((call) => !isAllowed(call, policiesOf(routes, call.account))).map(textOf);
}

function textOf({ action, resource, context }: Call): string {
  return `${action} on ${resource} with ${JSON.stringify(context)}`;
}

function isAllowed({ account, action, resource, context }: Call, documents: readonly AllowPolicy[]): boolean {
  const arn = `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role`;
  const policies = documents.map((document) => parseIdentityPolicy(document, 'bootstrap policy'));
  const principal = { kind: 'role', account, arn, principalArn: arn, policies } as const;
  return evaluate({ principal, action, resource, resourceAccount: account, context }).allowed;
}

describe('the policies for the role of CloudFormation', () => {
  test.each(FILES.map((file) => [basename(file), file]))(
    'allow all that it calls to deploy %s, in every account',
    async (_, file) => {
      const { routes } = parseRoutes(readFileSync(file, 'utf8'));
      if (routes === undefined) throw new Error(`${file} is not valid`);
      const needs = await needsOf(routes);
      expect(needs.length).toBeGreaterThan(100);
      expect(refusedOf(needs, routes)).toEqual([]);
    },
  );

  describe.each([
    ['without options of an organization', PLAIN],
    ['with every option of an organization', GUARDED],
  ])('%s', (_, routes) => {
    test('allow all that it calls, and nothing that an intruder would do', async () => {
      const needs = await needsOf(routes);
      const accounts = [...new Set(needs.map(({ account }) => account))];
      expect(accounts.length).toBeGreaterThan(100);
      expect(refusedOf(needs, routes)).toEqual([]);
      const attempts = ['111111111111', '999999999999'].flatMap((account) => intrusions(routes, account));
      const refused = refusedOf(attempts, routes);
      expect(attempts.map(textOf).filter((attempt) => !refused.includes(attempt))).toEqual([]);
    });

    test.each(['111111111111', '999999999999'])(
      'have no statement, action, resource or condition in %s that could as well be left out',
      async (account) => {
        const needs = (await needsOf(routes)).filter((call) => call.account === account);
        const attempts = intrusions(routes, account);
        const documents = policiesOf(routes, account);
        const idle: string[] = [];
        let removed = 0;
        for (const [index, document] of documents.entries()) {
          for (const { what, left } of variantsOf(document)) {
            removed += 1;
            const changed = documents.with(index, left);
            const isMissed = needs.some((call) => !isAllowed(call, changed));
            if (!isMissed && !attempts.some((call) => isAllowed(call, changed))) idle.push(what);
          }
        }
        expect(removed).toBeGreaterThan(15);
        expect(idle).toEqual([]);
      },
    );
  });

  test('let the source account have targets of its own', async () => {
    const own = routesOf('  - { stream: orders, targets: [{ account: "111111111111", function: reader }] }');
    const needs = await needsOf(own);
    expect(new Set(needs.map(({ account }) => account))).toEqual(new Set(['111111111111']));
    expect(refusedOf(needs, own)).toEqual([]);
  });

  test('fit into the managed policies of one role, whatever the names are', () => {
    const long = routesOf(
      `
  - stream: ${'s'.repeat(128)}
    enhancedFanOut: true
    forwarder: ${'f'.repeat(30)}
    targets: [{ account: analytics, function: reader }, { account: "111111111111", function: reader }]
`,
      `name: ${'n'.repeat(20)}`,
      'ap-southeast-1',
    );
    const policies = policiesOf(long, '111111111111');
    expect(policies.length).toBeLessThanOrEqual(limits.iam.managedPoliciesPerRole);
    for (const policy of policies)
      expect(JSON.stringify(policy).length).toBeLessThanOrEqual(limits.iam.managedPolicyCharacters);
  });

  test('know the failure bucket of a forwarder whose name is cut', async () => {
    const long = routesOf(
      `
  - stream: orders
    forwarder: ${'f'.repeat(30)}
    targets: [{ account: analytics, function: reader }]
`,
      `name: ${'n'.repeat(20)}`,
      'ap-southeast-1',
    );
    const needs = (await needsOf(long)).filter(({ action }) => action === 's3:CreateBucket');
    expect(needs.map((call) => isAllowed(call, policiesOf(long, call.account)))).toEqual([true]);
  });
});

describe('the table of what handlers need', () => {
  test('lists nothing that is needed with a property only, or by no action, that no handler needs', () => {
    const listed = new Map(
      Object.entries(HANDLERS).map(([type, handlers]) => [type, new Set(Object.values(handlers).flat())]),
    );
    const unknown = Object.entries(ONLY_WITH).flatMap(([type, actions]) =>
      Object.keys(actions).filter((action) => !listed.get(type)?.has(action)),
    );
    expect(unknown).toEqual([]);
    const all = [...listed.values()].flatMap((actions) => [...actions]);
    expect([...NO_ACTIONS].filter((action) => !all.includes(action))).toEqual([]);
  });
});

/** A policy without one of its statements, actions, resources or conditions, for each of them. */
function variantsOf(document: AllowPolicy): { what: string; left: AllowPolicy }[] {
  return document.Statement.flatMap((statement, index) => [
    {
      what: statement.Sid,
      left: { ...document, Statement: document.Statement.toSpliced(index, 1) },
    },
    ...partsOf(statement).map(({ what, left }) => ({
      what: `${statement.Sid} ${what}`,
      left: { ...document, Statement: document.Statement.with(index, left) },
    })),
  ]);
}

function partsOf(statement: AllowStatement): { what: string; left: AllowStatement }[] {
  const lists = (['Action', 'Resource'] as const).flatMap((key) => {
    const values = [statement[key]].flat();
    return values.length === 1
      ? []
      : values.map((value, index) => ({
          what: `${key} ${value}`,
          left: { ...statement, [key]: values.toSpliced(index, 1) },
        }));
  });
  const { Condition = {}, ...without } = statement;
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key) => {
      const { [key]: _, ...others } = keys;
      const { [operator]: __, ...operators } = Condition;
      const left = { ...operators, ...(Object.keys(others).length > 0 && { [operator]: others }) };
      return {
        what: `Condition ${operator} ${key}`,
        left: Object.keys(left).length > 0 ? { ...without, Condition: left } : without,
      };
    }),
  );
  return [...lists, ...conditions];
}
