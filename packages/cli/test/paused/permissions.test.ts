import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { encodeParkedRecords } from '@xacct/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrokenAws, startBrokenAws } from '../doctor/broken-aws.ts';
import { documentedPolicy, lessThan, type Policy } from '../documented-policy.ts';
import { routesYaml } from '../xacct.ts';

const POLICY = documentedPolicy('What pause and resume need');
const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const ROUTES = routesYaml(`  - stream: orders
    targets: [{ account: analytics, function: reader }]
forwarders: { default: { timeoutSeconds: 10 } }
`);

let broken: BrokenAws;
let s3: S3Client;
beforeAll(async () => {
  broken = await startBrokenAws(ROUTES);
  s3 = new S3Client({ ...broken.aws.clientOf('111111111111'), forcePathStyle: true });
}, 60_000);
afterAll(async () => {
  s3.destroy();
  await broken.stop();
});

async function resumeWith(policy: Policy) {
  const facts = {
    ...{ route: 'orders', streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders', target: READER },
    ...{ shardId: 'shardId-000000000000', firstSequenceNumber: '1', lastSequenceNumber: '1' },
    ...{ failure: 'paused', reason: 'paused', attempts: 0, parkedAt: '2026-11-26T03:00:00.000Z' },
  };
  await s3.send(
    new PutObjectCommand({
      Bucket: 'xacct-failures-default-111111111111-us-west-2',
      Key: `waiting/paused/orders/${READER}/2026-11-26T03:00:00.000Z-shardId-000000000000:1-1-0123456789abcdef.json`,
      Body: encodeParkedRecords(facts, ['{"eventID":"1"}']),
    }),
  );
  const command = await broken.commandAllowed(policy);
  return command('resume', 'orders', 'reader', '--yes', '--json');
}

describe('the policy of resume in docs/operating.md', () => {
  test('allows all that it does', async () => {
    const { code, stdout, stderr } = await resumeWith(POLICY);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(JSON.parse(stdout)).toMatchObject({ sent: { objects: 1 }, complete: true });
  }, 60_000);

  test.each(lessThan(POLICY))('is missed without $what', async ({ policy }) => {
    const { code, stderr } = await resumeWith(policy);
    expect([code, stderr]).toEqual([1, expect.stringContaining('AccessDenied')]);
  });
});
