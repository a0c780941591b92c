import { describe, expect, test } from 'vitest';
import { accountIds } from '../../src/index.ts';

const FILE = `source: { account: "111111111111", region: us-west-2 }
accounts: { analytics: "999999999999", billing: "222222222222" }
groups: { both: [analytics, billing], everyone: [both, "333333333333"] }
routes:
  - stream: orders
    targets: [{ group: everyone, function: f }]
`;

describe('accountIds', () => {
  test.each([
    ['a name of an account', 'billing', { kind: 'account', ids: ['222222222222'] }],
    ['12 digits', '444444444444', { kind: 'account', ids: ['444444444444'] }],
    [
      'a group, with the groups in it',
      'everyone',
      { kind: 'group', ids: ['999999999999', '222222222222', '333333333333'] },
    ],
    ['a name that the file has not', 'biling', undefined],
    ['a name of every object', 'constructor', undefined],
  ])('reads %s', (_, name, expected) => {
    expect(accountIds(FILE, name)).toEqual(expected);
  });
});
