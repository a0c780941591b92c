import { formatProblem, parseRoutes, type Routes } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { revisionOfAccounts } from '../../src/stacks/role-revision.ts';

const ROUTES = `source:
  account: "111111111111"
  region: us-west-2
  permissionsBoundary: boundaries/xacct
tags: { cost-center: "4711" }
routes:
  - stream: orders
    targets: [{ account: "222222222222", function: reader }, { account: "333333333333", function: reader }]
  - stream: events
    targets: [{ account: "333333333333", function: reader }]
`;

function routesOf(text: string): Routes {
  const { routes, problems } = parseRoutes(text);
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return routes;
}

const revisionOf = (text: string, ...accounts: string[]) => revisionOfAccounts(routesOf(text), accounts);

describe('revisionOfAccounts', () => {
  test('is the same whatever changes that no role has, and in whichever order accounts are named', async () => {
    const before = await revisionOf(ROUTES, '222222222222', '333333333333');
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(await revisionOf(ROUTES, '333333333333', '222222222222')).toBe(before);
    const batches = ROUTES.replace('stream: orders', 'stream: orders\n    batchSize: 5');
    expect(await revisionOf(batches, '222222222222', '333333333333')).toBe(before);
  });

  test.each([
    ['a function', '"222222222222", function: reader', '"222222222222", function: writer'],
    ['the boundary', 'boundaries/xacct', 'boundaries/other'],
    ['a tag', '"4711"', '"4712"'],
    [
      'the external id',
      '"222222222222", function: reader',
      '"222222222222", function: reader, externalId: theirs',
    ],
    ['the forwarder', 'stream: orders', 'stream: orders\n    forwarder: second'],
  ])('is another for another value of %s', async (_, what, by) => {
    const before = await revisionOf(ROUTES, '222222222222');
    expect(await revisionOf(ROUTES.replace(what, by), '222222222222')).not.toBe(before);
  });

  test('is of the accounts that are named, and of no other', async () => {
    const before = await revisionOf(ROUTES, '222222222222');
    expect(await revisionOf(ROUTES, '222222222222', '333333333333')).not.toBe(before);
    expect(await revisionOf(ROUTES.replace('stream: events', 'stream: other'), '222222222222')).toBe(before);
  });
});
