import { describe, expect, test } from 'vitest';
import { findTarget } from '../../src/paused/find-target.ts';
import { routesYaml } from '../xacct.ts';

const text = routesYaml(`  - stream: orders
    targets:
      - { account: analytics, function: reader }
      - { account: analytics, function: reader, region: eu-west-1 }
      - { account: billing, function: reader }
      - { account: analytics, function: "reader:live" }
      - { group: everyone, function: "ledger:live" }
      - { account: billing, function: "only:blue" }
`);
const find = (wanted: string, place?: string) => {
  const { entry, account, label, targets } = findTarget(text, { route: 'orders', wanted, place });
  return [entry, account, label, targets.map((target) => target.account)];
};
const [ANALYTICS, BILLING] = ['999999999999', '222222222222'];
const arn = (account: string, name: string, region = 'us-west-2') =>
  `arn:aws:lambda:${region}:${account}:function:${name}`;

describe('findTarget', () => {
  test.each<[string, string | undefined, unknown[]]>([
    ['reader:live', undefined, [3, undefined, 'analytics/reader:live', [ANALYTICS]]],
    ['reader', 'billing', [2, undefined, 'billing/reader', [BILLING]]],
    ['billing/reader', undefined, [2, undefined, 'billing/reader', [BILLING]]],
    ['reader', BILLING, [2, undefined, 'billing/reader', [BILLING]]],
    [arn(ANALYTICS, 'reader', 'eu-west-1'), undefined, [1, undefined, 'analytics/reader', [ANALYTICS]]],
    ['only', undefined, [5, undefined, 'billing/only:blue', [BILLING]]],
    ['ledger', undefined, [4, undefined, 'everyone/ledger:live', [ANALYTICS, BILLING]]],
    ['ledger', 'everyone', [4, undefined, 'everyone/ledger:live', [ANALYTICS, BILLING]]],
    ['ledger:live', 'billing', [4, BILLING, 'billing/ledger:live', [BILLING]]],
    [arn(BILLING, 'ledger:live'), undefined, [4, BILLING, `${BILLING}/ledger:live`, [BILLING]]],
  ])('finds %s in %s', (wanted, place, expected) => {
    expect(find(wanted, place)).toEqual(expected);
  });

  test.each<[string, string | undefined, string]>([
    [
      'reader',
      undefined,
      'Route "orders" has 3 targets "reader": analytics/reader (us-west-2), analytics/reader (eu-west-1), billing/reader (us-west-2). Name one by --account',
    ],
    [
      'reader',
      'analytics',
      'Route "orders" has 2 targets "reader": analytics/reader (us-west-2), analytics/reader (eu-west-1). Name one by the ARN of its function',
    ],
    [
      'writer',
      undefined,
      'Route "orders" has no target "writer", expected one of analytics/reader, analytics/reader, billing/reader, analytics/reader:live, everyone/ledger:live, billing/only:blue',
    ],
    ['only', 'analytics', 'Route "orders" has no target "only" in "analytics", expected one of '],
    [arn(BILLING, 'writer'), undefined, `Route "orders" has no target "${arn(BILLING, 'writer')}", expected`],
  ])('refuses %s in %s, with what is there', (wanted, place, message) => {
    expect(() => find(wanted, place)).toThrow(message);
  });
});
