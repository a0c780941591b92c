import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queueUrl } from '@xacct/core';
import { routesYaml } from '../xacct.ts';
import { type BrokenAws, startBrokenAws } from './broken-aws.ts';

/**
 * A local AWS in which a command has to read everything: a Kinesis stream and a table, which has no metric of its own, targets
 * in two accounts, and a dead letter, whose queue is asked for its age.
 */
export async function startDeadLetterAws(): Promise<BrokenAws> {
  const broken = await startBrokenAws(ROUTES);
  const sqs = new SQSClient({ ...broken.aws.clientOf('111111111111'), useQueueUrlAsEndpoint: false });
  const source = { partition: 'aws', region: 'us-west-2', account: '111111111111' };
  const QueueUrl = queueUrl(source, 'xacct-route-orders-dead-letters');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a dead letter' }));
  sqs.destroy();
  return broken;
}

const ROUTES = routesYaml(`  - stream: orders
    targets: [{ account: analytics, function: reader }]
  - stream: arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000
    targets: [{ account: billing, function: ledger }]
`);
