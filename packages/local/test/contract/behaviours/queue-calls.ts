import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import type { Aws, CallBehaviour } from '../aws.ts';
import { queueArnOf, queueUrlOf } from '../names.ts';

const BATCH = 10;

const clientOf = (aws: Aws) => new SQSClient({ ...aws.config('source'), useQueueUrlAsEndpoint: false });

export const queueCallBehaviours: CallBehaviour[] = [
  {
    name: 'GetQueueAttributes names the dead-letter queue of a queue in RedrivePolicy',
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html',
    async check(aws) {
      const sqs = clientOf(aws);
      const attributesOf = async (name: 'work' | 'idle') => {
        const QueueUrl = queueUrlOf(aws.world, name);
        const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] });
        return (await sqs.send(command)).Attributes ?? {};
      };
      expect(JSON.parse((await attributesOf('work')).RedrivePolicy ?? '{}')).toEqual({
        deadLetterTargetArn: queueArnOf(aws.world, 'dead'),
        maxReceiveCount: 2,
      });
      expect(await attributesOf('idle')).toEqual({});
      sqs.destroy();
    },
  },
  {
    name: 'With 120,000 messages in flight a receive is an OverLimit, and one that waits brings nothing',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html',
    localOnly: '120,000 messages would have to be sent',
    async check(aws) {
      const sqs = clientOf(aws);
      const QueueUrl = queueUrlOf(aws.world, 'idle');
      const receive = async (WaitTimeSeconds: number) => {
        const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: BATCH, WaitTimeSeconds });
        return (await sqs.send(command)).Messages ?? [];
      };
      for (let sent = 0; sent <= aws.messagesInFlight; sent += BATCH) {
        const Entries = Array.from({ length: BATCH }, (_, index) => ({
          Id: String(index),
          MessageBody: String(sent + index),
        }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      }
      const received: Message[] = [];
      while (received.length < aws.messagesInFlight) received.push(...(await receive(0)));
      expect(received).toHaveLength(aws.messagesInFlight);
      await expect(receive(0)).rejects.toMatchObject({ name: 'OverLimit' });
      expect(await receive(1)).toEqual([]);
      const ReceiptHandle = received[0]?.ReceiptHandle;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      expect(await receive(0)).toHaveLength(1);
      sqs.destroy();
    },
  },
];
