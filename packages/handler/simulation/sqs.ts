import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { ExecutionEnvironment } from './environments.ts';
import type { Queue } from './queue.ts';
import { lineageOf } from './recursion.ts';
import type { ServiceCall } from './service-call.ts';
import { serviceError } from './service-error.ts';

type Sent = Pick<
  SendMessageCommandInput,
  'MessageBody' | 'MessageGroupId' | 'DelaySeconds' | 'MessageAttributes'
>;

const BATCH = 10;
const BATCH_BYTES = 1024 * 1024;

/** The queues as the handler in one environment reaches them. */
export function createSqsClient(options: {
  environment: ExecutionEnvironment;
  call: ServiceCall;
  queues: readonly Queue[];
}): Pick<SQSClient, 'send'> {
  const { environment, call, queues } = options;
  const byUrl = new Map(queues.map((queue) => [queue.url, queue]));

  const queueOf = (url = ''): Queue => {
    const queue = byUrl.get(url);
    if (queue === undefined) throw serviceError('QueueDoesNotExist', 400, url);
    return queue;
  };
  const sendOne = (queue: Queue, lineage: number, sent: Sent): string => {
    const { MessageBody = '', MessageGroupId = '', DelaySeconds = 0, MessageAttributes = {} } = sent;
    const attributes = MessageAttributes;
    return queue.send({
      body: MessageBody,
      group: MessageGroupId,
      delaySeconds: DelaySeconds,
      attributes,
      lineage,
    });
  };

  const perform = (command: unknown, lineage: number): object => {
    if (command instanceof SendMessageCommand) {
      return { MessageId: sendOne(queueOf(command.input.QueueUrl), lineage, command.input) };
    }
    if (command instanceof SendMessageBatchCommand) {
      const { QueueUrl, Entries = [] } = command.input;
      const queue = queueOf(QueueUrl);
      const bytes = Entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0);
      if (Entries.length > BATCH) throw serviceError('TooManyEntriesInBatchRequest', 400, 'Ten at the most');
      if (bytes > BATCH_BYTES) throw serviceError('BatchRequestTooLong', 400, '1 MiB at the most');
      const Successful = Entries.map((entry) => ({
        Id: entry.Id ?? '',
        MessageId: sendOne(queue, lineage, entry),
        MD5OfMessageBody: '',
      }));
      return { Successful, Failed: [] };
    }
    if (command instanceof ChangeMessageVisibilityCommand) {
      const { QueueUrl, ReceiptHandle = '', VisibilityTimeout = 0 } = command.input;
      queueOf(QueueUrl).hide(ReceiptHandle, VisibilityTimeout);
      return {};
    }
    if (command instanceof GetQueueAttributesCommand) {
      const { deadLetterArn } = queueOf(command.input.QueueUrl);
      return { Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn }) } };
    }
    throw new Error(`The simulation knows no ${String(Object(command).constructor.name)} of SQS`);
  };

  const send = (command: unknown, sendOptions?: { abortSignal?: AbortSignal }) => {
    const lineage = lineageOf(environment);
    return call({
      service: 'sqs',
      perform: () => perform(command, lineage),
      signal: sendOptions?.abortSignal,
    });
  };
  return { send: send as SQSClient['send'] };
}
