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
  /** By which a fair queue shares itself out; undefined where the sender set none. */
  groupId: string | undefined;
}

export interface Visit {
  sqs: Pick<SQSClient, 'send'>;
  queueUrl: string;
  /** The most messages to receive. */
  limit: number;
  /** For how long a message is hidden from others, 0–43,200: longer than it takes to visit ten. */
  hiddenSeconds: number;
  /** Ends the visit between two messages. */
  signal: AbortSignal;
}

export interface Visited {
  messages: number;
  /** Whether the queue had nothing more to show; otherwise this is a part of it. */
  complete: boolean;
}

/** Messages that one call may receive or change. */
const CALL_MESSAGES = 10;
/** Longer than 0, so that every server of SQS is asked: else an empty answer does not mean an empty queue. */
const WAIT_SECONDS = 1;

/**
 * Shows each message of a queue once, and hands back at the end those that are still in it. SQS cannot show a message
 * without counting a receive.
 *
 * @param visit returns whether the message has gone
 */
export async function visitMessages(
  { sqs, queueUrl, limit, hiddenSeconds, signal }: Visit,
  visit: (message: QueueMessage) => Promise<boolean>,
): Promise<Visited> {
  /** Receipt handles of what stays, by message id. */
  const kept = new Map<string, string>();
  const visited = { messages: 0, complete: false };
  let again = 0;
  try {
    while (visited.messages < limit && !signal.aborted) {
      const received = await receive(Math.min(CALL_MESSAGES, limit - visited.messages));
      if (received.length === 0) return { ...visited, complete: true };
      // What is not looked at, because of a signal, is handed back too.
      const pending = received.filter(({ id }) => !kept.has(id));
      for (const { id, receiptHandle } of received) kept.set(id, receiptHandle);
      for (const message of pending) {
        if (signal.aborted) break;
        visited.messages += 1;
        if (await visit(message)) kept.delete(message.id);
      }
      // Where a visit lasts longer than messages stay hidden, they come again; once all have, there are no others.
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
