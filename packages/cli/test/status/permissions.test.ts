import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrokenAws } from '../doctor/broken-aws.ts';
import { startDeadLetterAws } from '../doctor/dead-letter-aws.ts';
import { documentedPolicy, lessThan, type Policy } from '../documented-policy.ts';

const POLICY = documentedPolicy('What status needs');

let broken: BrokenAws;
beforeAll(async () => {
  broken = await startDeadLetterAws();
}, 60_000);
afterAll(() => broken.stop());

async function statusWith(policy: Policy) {
  const command = await broken.commandAllowed(policy);
  return command('status', '--json');
}

describe('the policy of status in docs/operating.md', () => {
  test('allows all that it does', async () => {
    const { code, stdout, stderr } = await statusWith(POLICY);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).routes).toMatchObject([
      { route: 'orders', states: ['dead'], dead: { messages: 1 } },
      { route: 'Items', states: ['quiet'], incoming: null },
    ]);
  });

  test.each(lessThan(POLICY))('is missed without $what', async ({ policy }) => {
    const { code, stderr } = await statusWith(policy);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /cannot be read: AccessDenied.* Allow \w+:\w+: docs\/operating\.md, "What status needs"/,
    );
  });
});

describe('a status of which a part cannot be read', () => {
  test('shows the rest, and says which', async () => {
    const { Statement } = POLICY;
    const without = Statement.filter(({ Sid }) => Sid !== 'CountMessages');
    const { code, stdout, stderr } = await statusWith({ ...POLICY, Statement: without });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).routes).toMatchObject([
      { states: ['unknown'], waiting: null, dead: null },
      { states: ['unknown'], waiting: null, dead: null },
    ]);
    expect(stderr).toContain('queue xacct-route-orders-dead-letters cannot be read: ');
  });
});
