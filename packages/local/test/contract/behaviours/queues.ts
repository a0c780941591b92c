import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, vi } from 'vitest';
import type { Aws, CallBehaviour, Seen, TestRecord } from '../aws.ts';
import { HIDDEN_SECONDS, queueArnOf, queueUrlOf } from '../names.ts';
import { QueueLog } from '../queue-log.ts';

const GUIDE = 'https://docs.aws.amazon.com/lambda/latest/dg';

async function send(aws: Aws, ...records: TestRecord[]): Promise<void> {
  const sqs = new SQSClient({ ...aws.config('source'), useQueueUrlAsEndpoint: false });
  for (const record of records)
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrlOf(aws.world, 'work'),
        MessageBody: JSON.stringify(record),
      }),
    );
  sqs.destroy();
}

/** The invocations with a message, in order. */
async function invocationsWith(aws: Aws, seen: QueueLog<Seen>, id: string): Promise<Seen[]> {
  const source = queueArnOf(aws.world, 'work');
  const all = (await seen.read()).filter((one) => one.source === source && one.ids.includes(id));
  return all.sort((a, b) => a.at - b.at);
}

const eventually = (aws: Aws, check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: aws.patienceMs, interval: 100 });

export const queueBehaviours: CallBehaviour[] = [
  {
    name: 'A function gets the messages of a queue in the documented shape',
    source: `${GUIDE}/with-sqs.html`,
    async check(aws, seen) {
      await send(aws, { id: 'shape' });
      await eventually(aws, async () => expect(await invocationsWith(aws, seen, 'shape')).toHaveLength(1));
      const [invocation] = await invocationsWith(aws, seen, 'shape');
      expect(invocation?.first).toEqual({
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: '{"id":"shape"}',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {},
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventSource: 'aws:sqs',
        eventSourceARN: queueArnOf(aws.world, 'work'),
        awsRegion: aws.world.region,
      });
    },
  },
  {
    name: 'Only the reported messages of a batch come again, and end in the dead-letter queue',
    source: `${GUIDE}/services-sqs-errorhandling.html`,
    async check(aws, seen) {
      const dead = new QueueLog<TestRecord>(aws.config('source'), queueUrlOf(aws.world, 'dead'));
      await send(aws, { id: 'good' }, { id: 'bad', report: 9 });
      await eventually(aws, async () => {
        expect(await invocationsWith(aws, seen, 'good')).toHaveLength(1);
        expect(await invocationsWith(aws, seen, 'bad')).toHaveLength(1);
      });
      aws.advance?.(HIDDEN_SECONDS * 1000);
      await eventually(aws, async () => expect(await invocationsWith(aws, seen, 'bad')).toHaveLength(2));
      aws.advance?.(HIDDEN_SECONDS * 1000);
      await eventually(aws, async () => expect((await dead.read()).map(({ id }) => id)).toEqual(['bad']));
      expect(await invocationsWith(aws, seen, 'good')).toHaveLength(1);
      expect(await invocationsWith(aws, seen, 'bad')).toHaveLength(2);
    },
  },
];
