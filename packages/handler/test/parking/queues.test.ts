import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCallSqs } from '../../src/aws/call-sqs.ts';
import { createSendSigned } from '../../src/aws/send-signed.ts';
import { createQueues } from '../../src/parking/queues.ts';
import { fakeClock } from '../factories.ts';
import { result, serviceError, startAws } from '../servers.ts';

const queueUrl = 'https://sqs.us-west-2.amazonaws.com/111111111111/xacct-route-orders-retry';
const target = 'arn:aws:lambda:us-west-2:222222222222:function:reader';
const { signal } = new AbortController();

async function setUp() {
  const aws = await startAws();
  onTestFinished(aws.close);
  const requestHandler = new NodeHttpHandler();
  onTestFinished(() => requestHandler.destroy());
  const sendSigned = createSendSigned({
    region: 'us-west-2',
    credentials: async () => ({ accessKeyId: 'AKIAFORWARDER', secretAccessKey: 'secret of the forwarder' }),
    requestHandler,
    clock: fakeClock({ skipUpToMs: 1_000 }),
  });
  const callSqs = createCallSqs({ endpoint: aws.url, sendSigned, trace: () => undefined });
  return { aws, queues: createQueues(callSqs) };
}

describe('createQueues', () => {
  test('sends a message in the group of its target', async () => {
    const { aws, queues } = await setUp();

    await queues.send({ queueUrl, body: 'ключ 🔑', target, delaySeconds: 30 }, signal);

    expect(aws.messages).toEqual([{ queueUrl, body: 'ключ 🔑', group: target, delaySeconds: 30 }]);
  });

  test('sends a message without a delay unless one is given', async () => {
    const { aws, queues } = await setUp();

    await queues.send({ queueUrl, body: 'body', target }, signal);

    expect(aws.messages).toMatchObject([{ delaySeconds: 0 }]);
  });

  test('shortens the name of a group to what SQS takes, a different one for each target', async () => {
    const { aws, queues } = await setUp();
    const long = `${target}:${'a'.repeat(127)}`;
    const fits = target.padEnd(128, 'x');

    await queues.send({ queueUrl, body: 'body', target: `${long}1` }, signal);
    await queues.send({ queueUrl, body: 'body', target: `${long}2` }, signal);
    await queues.send({ queueUrl, body: 'body', target: fits }, signal);

    const [first = '', second = '', third] = aws.messages.map(({ group }) => group);
    expect([first.length, second.length]).toEqual([128, 128]);
    expect(first).not.toBe(second);
    expect(first).toMatch(/-[0-9a-f]{16}$/);
    expect(first.startsWith(long.slice(0, 111))).toBe(true);
    expect(third).toBe(fits);
  });

  test('finds the dead-letter queue of a queue, and asks once', async () => {
    const { aws, queues } = await setUp();
    const arn = 'arn:aws:sqs:us-west-2:111111111111:xacct-route-orders-dead-letters';
    aws.deadLetterQueues.set(queueUrl, arn);

    expect(await queues.deadLetterQueueOf(queueUrl, signal)).toBe(arn);
    expect(await queues.deadLetterQueueOf(queueUrl, signal)).toBe(arn);
    expect(aws.questions).toHaveLength(1);
  });

  test('rejects for a queue that has none', async () => {
    const { queues } = await setUp();

    await expect(queues.deadLetterQueueOf(queueUrl, signal)).rejects.toThrow(
      `${queueUrl} has no dead-letter queue`,
    );
  });

  test('tries again when SQS fails once, and rejects when it fails on', async () => {
    const { aws, queues } = await setUp();
    const replies = [serviceError(500, 'InternalError')];
    aws.sqs = () => replies.pop();
    await queues.send({ queueUrl, body: 'body', target }, signal);
    expect(aws.messages).toHaveLength(1);

    aws.sqs = () => serviceError(400, 'QueueDoesNotExist');
    await expect(queues.send({ queueUrl, body: 'body', target }, signal)).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });

  test('rejects when what SQS received is not what was sent', async () => {
    const { aws, queues } = await setUp();
    aws.sqs = () => result({ MessageId: '1', MD5OfMessageBody: '0'.repeat(32) });

    await expect(queues.send({ queueUrl, body: 'body', target }, signal)).rejects.toThrow(
      `${queueUrl} received a message that is not as it was sent`,
    );
  });

  test('gives up a call when its signal aborts', async () => {
    const { aws, queues } = await setUp();
    const aborting = new AbortController();
    aws.sqs = () => {
      aborting.abort();
      return new Promise(() => {});
    };

    await expect(queues.send({ queueUrl, body: 'body', target }, aborting.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  test('gives up a query when its signal aborts', async () => {
    const { aws, queues } = await setUp();
    const aborting = new AbortController();
    aws.sqs = () => {
      aborting.abort();
      return new Promise(() => {});
    };

    await expect(queues.deadLetterQueueOf(queueUrl, aborting.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
