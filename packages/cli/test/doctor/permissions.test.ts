import { readFileSync } from 'node:fs';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { queueUrl } from '@xacct/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routesYaml } from '../xacct.ts';
import { type BrokenAws, startBrokenAws } from './broken-aws.ts';

interface Statement {
  Sid: string;
  Action: string | string[];
  Resource: string | string[];
}

interface Policy {
  Statement: Statement[];
}

/** A Kinesis stream and a table, targets in two accounts, and something in each queue that is asked for its age. */
const ROUTES = routesYaml(`  - stream: orders
    targets: [{ account: analytics, function: reader }]
  - stream: arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000
    targets: [{ account: billing, function: ledger }]
`);
const [, DOCUMENTED = ''] =
  /### What doctor needs\n[\s\S]*?```json\n([\s\S]*?)```/.exec(
    readFileSync(new URL('../../../../docs/operating.md', import.meta.url), 'utf8'),
  ) ?? [];
const POLICY: Policy = JSON.parse(DOCUMENTED);

/** The policy without one statement, one action or one resource each. */
const LESS = POLICY.Statement.flatMap((statement, index) => [
  { what: statement.Sid, policy: withStatement(index) },
  ...(['Action', 'Resource'] as const).flatMap((key) => {
    const { [key]: all } = statement;
    return Array.isArray(all)
      ? all.map((item) => ({
          what: `${statement.Sid} ${item}`,
          policy: withStatement(index, { ...statement, [key]: all.filter((other) => other !== item) }),
        }))
      : [];
  }),
]);

function withStatement(index: number, ...statements: Statement[]): Policy {
  return { ...POLICY, Statement: POLICY.Statement.toSpliced(index, 1, ...statements) };
}

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

  test.each(LESS)('is missed without $what', async ({ policy }) => {
    const findings = await findingsWith(policy);
    expect(findings).not.toEqual(WITH_ALL);
    expect(findings.join()).toMatch(/docs\/operating\.md, "What doctor needs"|bootstrap/);
  });
});
