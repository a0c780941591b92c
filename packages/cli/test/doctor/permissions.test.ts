import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { queueUrl } from '@xacct/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedPolicy, lessThan, type Policy } from '../documented-policy.ts';
import { routesYaml } from '../xacct.ts';
import { type BrokenAws, startBrokenAws } from './broken-aws.ts';

/** A Kinesis stream and a table, targets in two accounts, and something in each queue that is asked for its age. */
const ROUTES = routesYaml(`  - stream: orders
    targets: [{ account: analytics, function: reader }]
  - stream: arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000
    targets: [{ account: billing, function: ledger }]
`);
const POLICY = documentedPolicy('What doctor needs');

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

/** What doctor finds with these permissions, each as its check and its fix. */
async function findingsWith(policy: Policy): Promise<string[]> {
  await broken.deployRole('operator', policy);
  const sts = new STSClient(broken.aws.clientOf('111111111111'));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111111111111:role/operator', RoleSessionName: 'night' }),
  );
  sts.destroy();
  const { stdout, stderr } = await broken.doctorWith(Credentials ?? {})('--json');
  if (stdout === '') return [stderr];
  const { findings } = JSON.parse(stdout) as { findings: { check: string; fix: string }[] };
  return findings.map(({ check, fix }) => `${check}: ${fix}`);
}

const WITH_ALL = ['dead-letters: xacct parked orders shows for whom and why; then xacct redrive orders'];

describe('the policy of doctor in docs/operating.md', () => {
  test('allows all that it does', async () => {
    expect(await findingsWith(POLICY)).toEqual(WITH_ALL);
  });

  test.each(lessThan(POLICY))('is missed without $what', async ({ policy }) => {
    const findings = await findingsWith(policy);
    expect(findings).not.toEqual(WITH_ALL);
    expect(findings.join()).toMatch(/docs\/operating\.md, "What doctor needs"|bootstrap/);
  });
});
