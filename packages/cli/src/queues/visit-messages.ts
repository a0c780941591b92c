import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export interface QueueMessage {
  id: string;
  body: string;
  receiptHandle: string;
  /** The message group, by which a fair queue shares its capacity; undefined if the sender set none. */
  groupId: string | undefined;
}

export interface Visit {
  sqs: Pick<SQSClient, 'send'>;
  queueUrl: string;
  /** How many messages to receive at most. */
  limit: number;
  /** How long a message is hidden from other receivers, 0–43,200: longer than ten visits take. */
  hiddenSeconds: number;
  /** Ends the visit between two messages. */
  signal: AbortSignal;
}

export interface Visited {
  messages: number;
  /** Whether the queue had no more messages; if not, only some were visited. */
  complete: boolean;
}

/** Messages that one call may receive or change. */
const CALL_MESSAGES = 10;
/** Above 0, so that SQS asks all of its servers: with 0, an empty answer does not mean an empty queue. */
const WAIT_SECONDS = 1;

/**
 * Visits each message of a queue once, and makes those that remain visible again at the end. SQS cannot show a message
 * without counting a receive.
 *
 * @param visit returns whether the message has gone
 */
export async function visitMessages(
  { sqs, queueUrl, limit, hiddenSeconds, signal }: Visit,
  visit: (message: QueueMessage) => Promise<boolean>,
): Promise<Visited> {
  /** Receipt handles of the messages that stay, by message ID. */
  const kept = new Map<string, string>();
  const visited = { messages: 0, complete: false };
  let again = 0;
  try {
    while (visited.messages < limit && !signal.aborted) {
      const received = await receive(Math.min(CALL_MESSAGES, limit - visited.messages));
      if (received.length === 0) return { ...visited, complete: true };
      // Messages that were not visited, because of a signal, are made visible again too.
      const pending = received.filter(({ id }) => !kept.has(id));
      for (const { id, receiptHandle } of received) kept.set(id, receiptHandle);
      for (const message of pending) {
        if (signal.aborted) break;
        visited.messages += 1;
        if (await visit(message)) kept.delete(message.id);
      }
      // If the visit lasts longer than messages stay hidden, they come again; once all have come again, there are no others.
      again = pending.length === 0 ? again + received.length : 0;
      if (pending.length === 0 && again >= kept.size) return { ...visited, complete: true };
    }
    return visited;
  } finally {
    await handBack([...kept.values()]);
  }

  async function receive(most: number): Promise<QueueMessage[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: most,
      VisibilityTimeout: hiddenSeconds,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['MessageGroupId'],
    });
    const { Messages = [] } = await sqs.send(command);
    return Messages.map(toMessage);
  }

  /** A message that cannot be handed back becomes visible again once its visibility timeout ends. */
  async function handBack(receiptHandles: string[]): Promise<void> {
    for (let first = 0; first < receiptHandles.length; first += CALL_MESSAGES) {
      const Entries = receiptHandles
        .slice(first, first + CALL_MESSAGES)
        .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
      await sqs
        .send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }))
        .catch(() => undefined);
    }
  }
}

function toMessage({ MessageId = '', Body = '', ReceiptHandle = '', Attributes }: Message): QueueMessage {
  return { id: MessageId, body: Body, receiptHandle: ReceiptHandle, groupId: Attributes?.MessageGroupId };
}
