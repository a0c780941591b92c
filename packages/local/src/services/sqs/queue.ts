import { randomUUID } from 'node:crypto';
import { limits } from '@xacct/core';
import type { DeployedQueue } from '../../assembly/deployed-queue.ts';
import type { Clock } from '../../shared/clock.ts';
import { createWakeup } from '../../shared/wakeup.ts';
import { invalidParameter, invalidValue, sqsError } from './errors.ts';
import { fairOrder } from './fair-order.ts';
import { type Message, messageBytes, type NewMessage, type ReceivedMessage } from './message.ts';
import { createReceiptHandle, messageIdOf } from './receipt-handle.ts';
import { createStoredMessages, type QueueDepth, type StoredMessage } from './stored-messages.ts';

/** A message stays hidden for at most 12 hours after its receipt. */
export const LONGEST_VISIBILITY_TIMEOUT_SECONDS = 43_200;
const PURGE_PAUSE_MS = 60_000;

/** A standard queue. All time is that of its clock: an event that is due takes effect when the queue is next asked. */
export interface Queue {
  deployed: DeployedQueue;
  /** Epoch ms. */
  readonly createdAt: number;
  /** @throws {AwsError} when the message is larger than the queue takes */
  send(sent: NewMessage): Message;
  /** Takes a message that another queue moves here: visible at once, whatever this queue's delay. */
  moveHere(message: Message): void;
  /**
   * Receives the messages that are visible now. A message that was received too often moves to the dead-letter queue.
   *
   * @throws {AwsError} OverLimit when as many messages are in flight as may be
   */
  receive(max: number, visibilityTimeoutSeconds?: number): ReceivedMessage[];
  /**
   * As `receive`, waiting up to `waitMs` for the first message (long polling). Rejects when the signal aborts. With too
   * many messages in flight it waits until there are fewer, too.
   *
   * @throws {AwsError} OverLimit, without a wait
   */
  receiveWithin(
    waitMs: number,
    max: number,
    visibilityTimeoutSeconds: number | undefined,
    signal: AbortSignal,
  ): Promise<ReceivedMessage[]>;
  /** Deletes a message by the handle of its last receipt. An older handle deletes nothing, and is no error. */
  delete(receiptHandle: string): void;
  /** @throws {AwsError} when the message is not in flight by this handle, or would stay hidden for too long */
  changeVisibility(receiptHandle: string, timeoutSeconds: number): void;
  /** @throws {AwsError} PurgeQueueInProgress within a minute of the last time */
  purge(): void;
  depth(): QueueDepth;
  /** Epoch ms of the sending of the oldest message; undefined for an empty queue. */
  oldestSentAt(): number | undefined;
  /** All messages, whatever their state. Does not count as a receive. */
  messages(): Message[];
}

export interface QueueOptions {
  clock: Clock;
  /** Takes the messages that the queue's redrive policy moves away. Default: they are lost. */
  onDeadLetter?: (message: Message) => void;
  /** Whether a copy of a deleted message stays, to be received once more. */
  keepsCopy?: (queue: DeployedQueue) => boolean;
  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
  messagesInFlight?: number | undefined;
}

export function createQueue(deployed: DeployedQueue, options: QueueOptions): Queue {
  const { clock, onDeadLetter, keepsCopy, messagesInFlight = limits.sqs.messagesInFlight } = options;
  const retentionMs = () => queue.deployed.retentionSeconds * 1000;
  const messages = createStoredMessages(clock, retentionMs, messagesInFlight);
  const wakeup = createWakeup(clock);
  let purgedAt = Number.NEGATIVE_INFINITY;

  const add = (message: Message, visibleAt: number) => {
    messages.add(message, visibleAt);
    wakeup.notify();
  };
  /** The message of a receipt; undefined if it was received again since. */
  const findBy = (handle: string) => {
    const stored = messages.find(messageIdOf(handle, queue.deployed.arn));
    return stored?.receipt?.handle === handle ? { stored, receipt: stored.receipt } : undefined;
  };
  const take = (stored: StoredMessage, visibilityTimeoutSeconds: number): ReceivedMessage => {
    const { message } = stored;
    const now = clock.now();
    const receiptHandle = createReceiptHandle(queue.deployed.arn, message.id);
    const firstReceivedAt = message.firstReceivedAt ?? now;
    stored.message = { ...message, firstReceivedAt, receiveCount: message.receiveCount + 1 };
    stored.receives += 1;
    stored.receipt = { handle: receiptHandle, at: now };
    stored.visibleAt = now + visibilityTimeoutSeconds * 1000;
    return { ...stored.message, firstReceivedAt, receiptHandle };
  };

  const queue: Queue = {
    deployed,
    createdAt: clock.now(),
    send(sent) {
      const { delaySeconds, maximumMessageBytes } = queue.deployed;
      if (messageBytes(sent) > maximumMessageBytes) {
        throw invalidParameter(
          `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageBytes} bytes.`,
        );
      }
      const sentAt = clock.now();
      const fresh = { receiveCount: 0, firstReceivedAt: undefined, deadLetterSourceArn: undefined };
      const message: Message = { ...sent, id: randomUUID(), sentAt, ...fresh };
      add(message, sentAt + (sent.delaySeconds ?? delaySeconds) * 1000);
      return message;
    },
    moveHere: (message) => add(message, clock.now()),
    receive(max, visibilityTimeoutSeconds = queue.deployed.visibilityTimeoutSeconds) {
      const inFlight = messages.inFlight();
      const most = Math.min(max, messagesInFlight - inFlight.length);
      if (most <= 0) throw sqsError('OverLimit', `Too many messages in flight: ${inFlight.length}`);
      const byGroup = new Map<string, number>();
      const count = ({ groupId }: Message) => {
        if (groupId !== undefined) byGroup.set(groupId, (byGroup.get(groupId) ?? 0) + 1);
      };
      for (const { message } of inFlight) count(message);

      const { redrive, arn } = queue.deployed;
      const received: ReceivedMessage[] = [];
      for (const stored of fairOrder(messages.visible(), ({ message }) => message.groupId, byGroup)) {
        if (received.length === most) break;
        const { message } = stored;
        if (redrive !== undefined && stored.receives >= redrive.maxReceiveCount) {
          messages.delete(message.id);
          onDeadLetter?.({ ...message, deadLetterSourceArn: arn });
          continue;
        }
        count(message);
        received.push(take(stored, visibilityTimeoutSeconds));
      }
      return received;
    },
    async receiveWithin(waitMs, max, visibilityTimeoutSeconds, signal) {
      if (waitMs <= 0) return queue.receive(max, visibilityTimeoutSeconds);
      const until = clock.now() + waitMs;
      for (;;) {
        const received = messages.isFull() ? [] : queue.receive(max, visibilityTimeoutSeconds);
        if (received.length > 0 || until <= clock.now()) return received;
        for (;;) {
          signal.throwIfAborted();
          const leftMs = Math.min(until, messages.nextVisibleAt()) - clock.now();
          if (leftMs <= 0) break;
          await wakeup.wait(leftMs, signal);
        }
      }
    },
    delete(receiptHandle) {
      const { stored } = findBy(receiptHandle) ?? {};
      if (stored === undefined) return;
      const wasFull = messages.isFull();
      // A server that stores a copy may have been away when the message was deleted.
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
      if (keepsCopy?.(queue.deployed)) {
        stored.receipt = undefined;
        stored.visibleAt = clock.now();
        wakeup.notify();
      } else {
        messages.delete(stored.message.id);
        if (wasFull) wakeup.notify();
      }
    },
    changeVisibility(receiptHandle, timeoutSeconds) {
      const now = clock.now();
      const { stored, receipt } = findBy(receiptHandle) ?? {};
      if (stored === undefined || receipt === undefined) {
        throw invalidValue(
          receiptHandle,
          'ReceiptHandle',
          'Message does not exist or is not available for visibility timeout change.',
        );
      }
      if (stored.visibleAt <= now) throw sqsError('MessageNotInflight', 'The message is not in flight.');
      const visibleAt = now + timeoutSeconds * 1000;
      if (visibleAt > receipt.at + LONGEST_VISIBILITY_TIMEOUT_SECONDS * 1000) {
        throw invalidValue(
          timeoutSeconds,
          'VisibilityTimeout',
          `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY_TIMEOUT_SECONDS} seconds].`,
        );
      }
      stored.visibleAt = visibleAt;
      wakeup.notify();
    },
    purge() {
      if (clock.now() < purgedAt + PURGE_PAUSE_MS) {
        throw sqsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.deployed.name} is allowed every 60 seconds.`,
        );
      }
      purgedAt = clock.now();
      messages.clear();
      wakeup.notify();
    },
    depth: messages.depth,
    oldestSentAt: messages.oldestSentAt,
    messages: messages.all,
  };
  return queue;
}
