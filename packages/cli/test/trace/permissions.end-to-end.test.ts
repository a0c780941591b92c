import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { encodeParkedRecords, encodeParkedReference, queueUrl } from '@xacct/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrokenAws, startBrokenAws } from '../doctor/broken-aws.ts';
import { documentedPolicy, lessThan, type Policy } from '../documented-policy.ts';
import { routesYaml } from '../xacct.ts';

const POLICY = documentedPolicy('What trace needs');
const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const DEAD = 'xacct-route-orders-dead-letters';
const TABLE = 'arn:aws:dynamodb:us-west-2:111111111111:table/items/stream/2026-01-01T00:00:00.000';
const ROUTES = routesYaml(`  - stream: orders
    targets: [{ account: analytics, function: reader }]
  - stream: ${TABLE}
    name: items
    targets: [{ account: analytics, function: reader }]
`);

let broken: BrokenAws;
let number: string;
/** Event ID of the change of an item. */
let change: string;
/** A record on the stream, and a dead letter that refers to an object with it. */
beforeAll(async () => {
  broken = await startBrokenAws(ROUTES);
  const config = broken.aws.clientOf('111111111111');
  const kinesis = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() });
  const put = { StreamName: 'orders', PartitionKey: 'a', Data: Buffer.from('{}') };
  const { SequenceNumber = '', ShardId: shardId = '' } = await kinesis.send(new PutRecordCommand(put));
  number = SequenceNumber;
  const facts = {
    ...{ route: 'orders', streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders', target: READER },
    ...{ shardId, firstSequenceNumber: number, lastSequenceNumber: number, failure: 'denied', reason: 'no' },
    ...{ attempts: 1, parkedAt: new Date().toISOString() },
  };
  const record = JSON.stringify({ kinesis: { sequenceNumber: number } });
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const Bucket = 'xacct-failures-default-111111111111-us-west-2';
  const Key = 'waiting/orders/a.json';
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: encodeParkedRecords(facts, [record]) }));
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  const source = { partition: 'aws', region: 'us-west-2', account: '111111111111' };
  const MessageBody = encodeParkedReference(facts, 1, Key);
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(source, DEAD), MessageBody }));
  change =
    broken.aws.putItemChanges(TABLE, [{ Keys: { id: { S: 'a' } }, NewImage: { id: { S: 'a' } } }])[0]
      ?.eventID ?? '';
  for (const client of [kinesis, s3, sqs]) client.destroy();
}, 60_000);
afterAll(() => broken.stop());

const depth = () => broken.aws.queues.find(({ name }) => name === DEAD)?.depth();

/** What it prints, and whether it has handed the dead letter back. */
async function traceWith(policy: Policy): Promise<string[]> {
  const command = await broken.commandAllowed(policy);
  const ofStream = await command('trace', 'orders', '--sequence-number', number, '--json');
  const isBack = depth()?.visible === 1;
  const ofTable = await command('trace', 'items', '--event-id', change, '--json');
  return [
    ofStream.stdout,
    ofTable.stdout,
    `${ofStream.stderr}${ofTable.stderr}${isBack ? '' : ' AccessDenied: the dead letter is not handed back'}`,
  ];
}

describe('the policy of trace in docs/operating.md', () => {
  test('allows all that it does', async () => {
    const [ofStream = '', ofTable = '', errors] = await traceWith(POLICY);
    expect(`${ofStream}${ofTable}${errors}`).not.toContain('AccessDenied');
    expect(JSON.parse(ofTable).record).toMatchObject({ partitionKey: 'a' });
    expect(JSON.parse(ofStream).targets).toEqual([
      expect.objectContaining({ outcome: 'dead-letter', isKnown: true }),
    ]);
  });

  // The last leaves the dead letter hidden.
  test.each(
    lessThan(POLICY).toSorted((one, other) => Number(isHiding(one.what)) - Number(isHiding(other.what))),
  )('is missed without $what', async ({ policy }) => {
    expect((await traceWith(policy)).join('')).toContain('AccessDenied');
  });
});

function isHiding(what: string): boolean {
  return what.endsWith('ChangeMessageVisibility');
}
