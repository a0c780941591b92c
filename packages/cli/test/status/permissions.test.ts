import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { queueUrl } from '@xacct/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrokenAws, startBrokenAws } from '../doctor/broken-aws.ts';
import { documentedPolicy, lessThan, type Policy } from '../documented-policy.ts';
import { routesYaml } from '../xacct.ts';

/** A table has no metric of its own; a message that waits has its age and its log asked for. */
const ROUTES = routesYaml(`  - stream: orders
    targets: [{ account: analytics, function: reader }]
  - stream: arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000
    targets: [{ account: billing, function: ledger }]
`);
const POLICY = documentedPolicy('What status needs');

let broken: BrokenAws;
beforeAll(async () => {
  broken = await startBrokenAws(ROUTES);
  const sqs = new SQSClient({ ...broken.aws.clientOf('111111111111'), useQueueUrlAsEndpoint: false });
  const source = { partition: 'aws', region: 'us-west-2', account: '111111111111' };
  const QueueUrl = queueUrl(source, 'xacct-route-orders-dead-letters');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a dead letter' }));
  sqs.destroy();
}, 60_000);
afterAll(() => broken.stop());

async function statusWith(policy: Policy) {
  await broken.deployRole('operator', policy);
  const sts = new STSClient(broken.aws.clientOf('111111111111'));
  const { Credentials = {} } = await sts.send(
    new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111111111111:role/operator', RoleSessionName: 'night' }),
  );
  sts.destroy();
  return broken.commandWith(Credentials)('status', '--json');
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
