import { describe, expect, test } from 'vitest';
import { targetTemplates } from '../src/target-templates.ts';
import { routesOf, templateOf } from './factories.ts';

const routes = routesOf(`
  - stream: orders
    targets:
      - { account: analytics, function: reader }
      - { account: billing, function: reader, role: "arn:aws:iam::222222222222:role/theirs" }
  - stream: payments
    targets: [{ account: analytics, function: ledger, externalId: "their-own" }]
`);

describe('targetTemplates', () => {
  test('holds the resources of the synthesized stack, by the same logical IDs', async () => {
    const [template] = await targetTemplates(routes, ['999999999999']);
    const { Resources } = templateOf(routes, 'xacct-target-999999999999').toJSON();
    expect(template).toMatchObject({
      account: '999999999999',
      description: 'xacct: what account 111111111111 may invoke here',
    });
    expect(template?.roles.size).toBe(2);
    expect(
      Array.from(template?.roles ?? [], ([id, Properties]) => [id, { Type: 'AWS::IAM::Role', Properties }]),
    ).toEqual(Object.entries(Resources));
  });

  test('holds no role where none is made, and keeps the order of the accounts', async () => {
    const templates = await targetTemplates(routes, ['999999999999', '222222222222', '333333333333']);
    expect(templates.map(({ account, roles }) => [account, roles.size])).toEqual([
      ['999999999999', 2],
      ['222222222222', 0],
      ['333333333333', 0],
    ]);
  });
});
