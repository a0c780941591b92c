import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appOf, routesOf } from './factories.ts';

/**
 * What is deployed, before and after edits of a routes file: the whole assembly is compared, byte by byte, since
 * CloudFormation goes by what is in a template and not by what it means.
 */

const TABLE = 'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
const ORDERS = `
  - stream: orders
    targets:
      - { account: analytics, function: reader }
      - { account: billing, function: ledger }
`;
const PAYMENTS = `
  - stream: payments
    targets: [{ group: everyone, function: ledger }]
`;
const ITEMS = `
  - stream: ${TABLE}
    targets: [{ account: billing, function: ledger }]
`;
const INVOICES = `
  - stream: invoices
    targets: [{ account: analytics, function: reader }]
`;
const GROUPS = 'groups: { everyone: [analytics, billing] }';
const ALL = [ORDERS, PAYMENTS, ITEMS];

/** The files of an assembly, by name; the handler's asset is the same for all. */
function assemblyOf(entries: string[], top = GROUPS, change = (text: string) => text): Map<string, string> {
  const { directory } = appOf(routesOf(change(entries.join('')), change(top))).synth();
  return new Map(
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(directory, name), 'utf8')]),
  );
}

/** The stacks whose templates an edit adds, changes and removes. */
function edited(before: Map<string, string>, after: Map<string, string>) {
  const stacks = (names: Iterable<string>) =>
    [...names]
      .filter((name) => name.endsWith('.template.json'))
      .map((name) => name.slice(0, -'.template.json'.length))
      .sort();
  const names = [...before.keys()];
  return {
    added: stacks([...after.keys()].filter((name) => !before.has(name))),
    changed: stacks(names.filter((name) => after.has(name) && after.get(name) !== before.get(name))),
    removed: stacks(names.filter((name) => !after.has(name))),
  };
}

const NOTHING = { added: [], changed: [], removed: [] };
const BASE = assemblyOf(ALL);

describe('an edit of the routes file that', () => {
  test('changes nothing but the order of routes, targets or groups leaves every file as it is', () => {
    for (const order of [
      [PAYMENTS, ITEMS, ORDERS],
      [ITEMS, ORDERS, PAYMENTS],
    ])
      expect(assemblyOf(order)).toEqual(BASE);
    const [head = '', stream = '', targets = '', one = '', other = ''] = ORDERS.split('\n');
    expect(assemblyOf([[head, stream, targets, other, one, ''].join('\n'), PAYMENTS, ITEMS])).toEqual(BASE);
    expect(assemblyOf(ALL, 'groups: { everyone: [billing, analytics] }')).toEqual(BASE);
  });

  test('writes an account by its number instead of its name leaves every file as it is', () => {
    const byNumber = (text: string) => text.replace(/\bbilling\b/g, '"222222222222"');
    expect(assemblyOf(ALL, GROUPS, byNumber)).toEqual(BASE);
  });

  test('adds a route makes its stack, and changes only its accounts and its forwarder', () => {
    expect(edited(BASE, assemblyOf([...ALL, INVOICES]))).toEqual({
      added: ['xacct-route-invoices'],
      changed: ['xacct-forwarder-default', 'xacct-target-999999999999'],
      removed: [],
    });
  });

  test('adds a route changes nothing of the forwarder but its policy and the dashboard', () => {
    const resources = (assembly: Map<string, string>) =>
      JSON.parse(assembly.get('xacct-forwarder-default.template.json') ?? '').Resources;
    const [before, after] = [resources(BASE), resources(assemblyOf([...ALL, INVOICES]))];
    const changed = Object.keys(after).filter(
      (id) => JSON.stringify(after[id]) !== JSON.stringify(before[id]),
    );
    expect(changed.map((id) => after[id].Type).sort()).toEqual([
      'AWS::CloudWatch::Dashboard',
      'AWS::IAM::Policy',
    ]);
  });

  test('adds a route with a forwarder of its own touches no stack that is there', () => {
    expect(edited(BASE, assemblyOf([...ALL, `${INVOICES}    forwarder: isolated\n`]))).toEqual({
      added: ['xacct-forwarder-isolated', 'xacct-route-invoices', 'xacct-target-999999999999-isolated'],
      changed: [],
      removed: [],
    });
  });

  test('removes a route touches no stack of another', () => {
    expect(edited(BASE, assemblyOf([ORDERS, ITEMS]))).toEqual({
      added: [],
      changed: ['xacct-forwarder-default', 'xacct-target-222222222222', 'xacct-target-999999999999'],
      removed: ['xacct-route-payments'],
    });
  });

  test('removes the last route to an account removes its stack', () => {
    const before = assemblyOf([INVOICES, ITEMS], '');
    expect(edited(before, assemblyOf([ITEMS], '')).removed).toEqual([
      'xacct-route-invoices',
      'xacct-target-999999999999',
    ]);
  });

  test('adds a target to a route changes the route, the account and the policy', () => {
    const more = `${ORDERS}      - { account: "333333333333", function: reader }\n`;
    expect(edited(BASE, assemblyOf([more, PAYMENTS, ITEMS]))).toEqual({
      added: ['xacct-target-333333333333'],
      changed: ['xacct-forwarder-default', 'xacct-route-orders'],
      removed: [],
    });
  });

  test('adds a function in the same account leaves the forwarder as it is', () => {
    const more = `${ORDERS}      - { account: analytics, function: archive }\n`;
    expect(edited(BASE, assemblyOf([more, PAYMENTS, ITEMS]))).toEqual({
      ...NOTHING,
      changed: ['xacct-route-orders', 'xacct-target-999999999999'],
    });
  });

  test('adds an account to a group changes only the routes of the group', () => {
    const grown = 'groups: { everyone: [analytics, billing, "333333333333"] }';
    expect(edited(BASE, assemblyOf(ALL, grown))).toEqual({
      added: ['xacct-target-333333333333'],
      changed: ['xacct-forwarder-default', 'xacct-route-payments'],
      removed: [],
    });
  });

  test('adds a group that no route names changes nothing', () => {
    const further = 'groups: { everyone: [analytics, billing], few: [analytics] }';
    expect(edited(BASE, assemblyOf(ALL, further))).toEqual(NOTHING);
  });

  test.each([
    'batchSize: 7',
    'enabled: false',
    'maximumRecordAgeSeconds: 3600',
    'invocation: request-response',
    'onFailure: block',
    'timeoutSeconds: 20',
    'retryForSeconds: 3600',
    'retryConcurrency: 20',
  ])('sets %s changes only the stack of that route', (option) => {
    const changed = ORDERS.replace('orders\n', `orders\n    ${option}\n`);
    expect(edited(BASE, assemblyOf([changed, PAYMENTS, ITEMS]))).toEqual({
      ...NOTHING,
      changed: ['xacct-route-orders'],
    });
  });

  test('declares that functions have a failure destination leaves every file as it is', () => {
    const changed = ORDERS.replace('orders\n', 'orders\n    hasFailureDestination: true\n');
    expect(assemblyOf([changed, PAYMENTS, ITEMS])).toEqual(BASE);
  });

  test('sets an external ID changes the route and the trust of its role', () => {
    const changed = ORDERS.replace('function: ledger', 'function: ledger, externalId: theirs');
    expect(edited(BASE, assemblyOf([changed, PAYMENTS, ITEMS]))).toEqual({
      ...NOTHING,
      changed: ['xacct-route-orders', 'xacct-target-222222222222'],
    });
  });

  test.each(['memoryMB: 1024', 'metrics: route', 'logLevel: warn'])(
    'gives a forwarder %s changes that forwarder and no other',
    (setting) => {
      const top = `${GROUPS}\nforwarders: { default: { ${setting} } }`;
      expect(edited(BASE, assemblyOf(ALL, top))).toEqual({
        ...NOTHING,
        changed: ['xacct-forwarder-default'],
      });
    },
  );

  test('moves a route to another forwarder makes its roles anew, under names that are free', () => {
    const moved = assemblyOf([`${ORDERS}    forwarder: isolated\n`, PAYMENTS, ITEMS]);
    expect(edited(BASE, moved)).toEqual({
      added: [
        'xacct-forwarder-isolated',
        'xacct-target-222222222222-isolated',
        'xacct-target-999999999999-isolated',
      ],
      changed: [
        'xacct-forwarder-default',
        'xacct-route-orders',
        'xacct-target-222222222222',
        'xacct-target-999999999999',
      ],
      removed: [],
    });
    const before = [...BASE.values()].join();
    const names = [
      ...(moved.get('xacct-target-999999999999-isolated.template.json') ?? '').matchAll(
        /"RoleName": "(.+)"/g,
      ),
    ];
    expect(names.map(([, name]) => name)).toEqual(['xacct-route-orders@isolated']);
    expect(before).not.toContain('xacct-route-orders@isolated');
  });
});

describe('any two routes files', () => {
  const POOL = [
    ORDERS,
    PAYMENTS,
    ITEMS,
    INVOICES,
    `${INVOICES.replace('invoices', 'refunds')}    enhancedFanOut: true\n`,
    `${INVOICES.replace('invoices', 'shipments')}    forwarder: isolated\n`,
  ];
  const anyFile = fc.shuffledSubarray(POOL, { minLength: 1 });

  test('that hold the same entries are deployed as the same files, whatever their order', () => {
    const inTwoOrders = anyFile.chain((entries) =>
      fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
    );
    fc.assert(
      fc.property(inTwoOrders, ([one, other]) => {
        expect(assemblyOf(other)).toEqual(assemblyOf(one));
      }),
      { numRuns: 20 },
    );
  });

  test('have the same stack for every route that both hold', () => {
    fc.assert(
      fc.property(anyFile, anyFile, (before, after) => {
        const [one, other] = [assemblyOf(before), assemblyOf(after)];
        const both = before.filter((entry) => after.includes(entry));
        const shared = [...one.keys()].filter(
          (name) => /^xacct-route-.*template/.test(name) && other.has(name),
        );
        expect(shared).toHaveLength(both.length);
        for (const name of shared) expect(other.get(name)).toBe(one.get(name));
      }),
      { numRuns: 20 },
    );
  });
});
