import { randomUUID } from 'node:crypto';
import { limits } from '@xacct/core';
import type { DeployedQueue } from '../../assembly/deployed-queue.ts';
import type { Clock } from '../../clock.ts';
import { invalidParameter, invalidValue, sqsError } from './errors.ts';
import { fairOrder } from './fair-order.ts';
import { type Message, messageBytes, type NewMessage, type ReceivedMessage } from './message.ts';
import { createReceiptHandle, messageIdOf } from './receipt-handle.ts';
import { Wakeup } from './wakeup.ts';

/** How many messages a queue holds, by their state. */
export interface QueueDepth {
  /** Can be received. */
  visible: number;
  /** Received, and neither deleted nor visible again. */
  inFlight: number;
  /** Not visible yet for the first time. */
  delayed: number;
}

interface Stored {
  message: Message;
  /** Epoch ms. */
  visibleAt: number;
  /** How often it was received from this queue. */
  receives: number;
  /** Of the last receipt from this queue. */
  receipt: { handle: string; at: number } | undefined;
}

/** A message stays hidden for 12 hours after its receipt at the most. */
export const LONGEST_VISIBILITY_TIMEOUT_SECONDS = 43_200;
const PURGE_PAUSE_MS = 60_000;

/** A standard queue. All time is its clock's: what falls due is seen when the queue is next asked. */
export class Queue {
  deployed: DeployedQueue;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly #clock: Clock;
  readonly #onDeadLetter: (message: Message) => void;
  readonly #keepsCopy: () => boolean;
  readonly #messagesInFlight: number;
  /** By message id, in the order in which they came. */
  readonly #stored = new Map<string, Stored>();
  #purgedAt = Number.NEGATIVE_INFINITY;
  readonly #wakeup: Wakeup;

  /**
   * @param onDeadLetter takes what the queue's redrive policy moves away
   * @param keepsCopy whether a copy of a deleted message stays, to be received once more
   * @param messagesInFlight at the most: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
   */
  constructor(
    deployed: DeployedQueue,
    clock: Clock,
    onDeadLetter: (message: Message) => void,
    keepsCopy: () => boolean = () => false,
    messagesInFlight: number = limits.sqs.messagesInFlight,
  ) {
    this.deployed = deployed;
    this.createdAt = clock.now();
    this.#clock = clock;
    this.#wakeup = new Wakeup(clock);
    this.#onDeadLetter = onDeadLetter;
    this.#keepsCopy = keepsCopy;
    this.#messagesInFlight = messagesInFlight;
  }

  /** @throws {AwsError} when the message is larger than the queue takes */
  send(sent: NewMessage): Message {
    const { delaySeconds, maximumMessageBytes } = this.deployed;
    if (messageBytes(sent) > maximumMessageBytes) {
      throw invalidParameter(
        `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageBytes} bytes.`,
      );
    }
    const sentAt = this.#clock.now();
    const message: Message = {
      ...sent,
      id: randomUUID(),
      sentAt,
      receiveCount: 0,
      firstReceivedAt: undefined,
      deadLetterSourceArn: undefined,
    };
    this.#store(message, sentAt + (sent.delaySeconds ?? delaySeconds) * 1000);
    return message;
  }

  /** Takes what another queue moves here: visible at once, whatever this queue's delay. */
  moveHere(message: Message): void {
    this.#store(message, this.#clock.now());
  }

  /**
   * What can be received now. What was received too often moves to the dead-letter queue instead.
   *
   * @throws {AwsError} OverLimit when as many messages are in flight as may be
   */
  receive(max: number, visibilityTimeoutSeconds = this.deployed.visibilityTimeoutSeconds): ReceivedMessage[] {
    const now = this.#clock.now();
    this.#expire(now);
    const inFlight = this.#inFlight(now);
    const most = Math.min(max, this.#messagesInFlight - inFlight.length);
    if (most <= 0) throw sqsError('OverLimit', `Too many messages in flight: ${inFlight.length}`);
    const byGroup = new Map<string, number>();
    const count = ({ groupId }: Message) => {
      if (groupId !== undefined) byGroup.set(groupId, (byGroup.get(groupId) ?? 0) + 1);
    };
    for (const { message } of inFlight) count(message);

    const waiting = [...this.#stored.values()]
      .filter(({ visibleAt }) => visibleAt <= now)
      .sort((a, b) => a.visibleAt - b.visibleAt);
    const maxReceiveCount = this.deployed.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY;
    const received: ReceivedMessage[] = [];
    for (const stored of fairOrder(waiting, ({ message }) => message.groupId, byGroup)) {
      if (received.length === most) break;
      const { message } = stored;
      if (stored.receives >= maxReceiveCount) {
        this.#stored.delete(message.id);
        this.#onDeadLetter({ ...message, deadLetterSourceArn: this.deployed.arn });
        continue;
      }
      const receiptHandle = createReceiptHandle(this.deployed.arn, message.id);
      const firstReceivedAt = message.firstReceivedAt ?? now;
      stored.message = { ...message, firstReceivedAt, receiveCount: message.receiveCount + 1 };
      stored.receives += 1;
      stored.receipt = { handle: receiptHandle, at: now };
      stored.visibleAt = now + visibilityTimeoutSeconds * 1000;
      count(message);
      received.push({ ...stored.message, firstReceivedAt, receiptHandle });
    }
    return received;
  }

  /**
   * As `receive`, waiting up to `waitMs` for the first message. Rejects when the signal aborts. Who waits (long polling)
   * meets no error when too many messages are in flight: it gets none until there are fewer.
   *
   * @throws {AwsError} OverLimit, without a wait
   */
  async receiveWithin(
    waitMs: number,
    max: number,
    visibilityTimeoutSeconds: number | undefined,
    signal: AbortSignal,
  ): Promise<ReceivedMessage[]> {
    if (waitMs <= 0) return this.receive(max, visibilityTimeoutSeconds);
    const until = this.#clock.now() + waitMs;
    for (;;) {
      const received = this.#isFull() ? [] : this.receive(max, visibilityTimeoutSeconds);
      const leftMs = until - this.#clock.now();
      if (received.length > 0 || leftMs <= 0) return received;
      await this.#waitForMessage(leftMs, signal);
    }
  }

  /** Deletes a message by the handle of its last receipt. An older handle deletes nothing, and is no error. */
  delete(receiptHandle: string): void {
    const stored = this.#stored.get(messageIdOf(receiptHandle, this.deployed.arn));
    if (stored?.receipt?.handle !== receiptHandle) return;
    // A server that stores a copy, and was away when the message was deleted.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
    const isFull = this.#isFull();
    if (this.#keepsCopy()) {
      stored.receipt = undefined;
      stored.visibleAt = this.#clock.now();
      this.#wakeup.notify();
    } else {
      this.#stored.delete(stored.message.id);
      if (isFull) this.#wakeup.notify();
    }
  }

  /** @throws {AwsError} when the message is not in flight by this handle, or would stay hidden for too long */
  changeVisibility(receiptHandle: string, timeoutSeconds: number): void {
    const now = this.#clock.now();
    this.#expire(now);
    const stored = this.#stored.get(messageIdOf(receiptHandle, this.deployed.arn));
    if (stored?.receipt?.handle !== receiptHandle) {
      throw invalidValue(
        receiptHandle,
        'ReceiptHandle',
        'Message does not exist or is not available for visibility timeout change.',
      );
    }
    if (stored.visibleAt <= now) throw sqsError('MessageNotInflight', 'The message is not in flight.');
    const longest = stored.receipt.at + LONGEST_VISIBILITY_TIMEOUT_SECONDS * 1000;
    if (now + timeoutSeconds * 1000 > longest) {
      throw invalidValue(
        timeoutSeconds,
        'VisibilityTimeout',
        `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY_TIMEOUT_SECONDS} seconds].`,
      );
    }
    stored.visibleAt = now + timeoutSeconds * 1000;
    this.#wakeup.notify();
  }

  /** @throws {AwsError} PurgeQueueInProgress within a minute of the last time */
  purge(): void {
    const now = this.#clock.now();
    if (now < this.#purgedAt + PURGE_PAUSE_MS) {
      throw sqsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${this.deployed.name} is allowed every 60 seconds.`,
      );
    }
    this.#purgedAt = now;
    this.#stored.clear();
    this.#wakeup.notify();
  }

  depth(): QueueDepth {
    const now = this.#clock.now();
    this.#expire(now);
    const depth = { visible: 0, inFlight: 0, delayed: 0 };
    for (const { visibleAt, receipt } of this.#stored.values()) {
      if (visibleAt <= now) depth.visible += 1;
      else if (receipt === undefined) depth.delayed += 1;
      else depth.inFlight += 1;
    }
    return depth;
  }

  /** Resolves once there is a message to receive, or after `waitMs`; rejects when the signal aborts. */
  async #waitForMessage(waitMs: number, signal: AbortSignal): Promise<void> {
    const until = this.#clock.now() + waitMs;
    for (;;) {
      signal.throwIfAborted();
      const now = this.#clock.now();
      this.#expire(now);
      // With too many messages in flight, one of them has to come back first.
      const awaited = this.#isFull() ? this.#inFlight(now) : this.#stored.values();
      let wakeAt = until;
      for (const { visibleAt } of awaited) wakeAt = Math.min(wakeAt, visibleAt);
      if (wakeAt <= now) return;
      await this.#wakeup.wait(wakeAt - now, signal);
    }
  }

  /** Of all messages that it holds, whatever their state: looking counts for no receive. */
  bodies(): string[] {
    this.#expire(this.#clock.now());
    return Array.from(this.#stored.values(), ({ message }) => message.body);
  }

  #inFlight(now: number): Stored[] {
    return [...this.#stored.values()].filter(
      ({ visibleAt, receipt }) => visibleAt > now && receipt !== undefined,
    );
  }

  #isFull(): boolean {
    // Without looking at each of the few that most queues hold.
    if (this.#stored.size < this.#messagesInFlight) return false;
    return this.#inFlight(this.#clock.now()).length >= this.#messagesInFlight;
  }

  #store(message: Message, visibleAt: number): void {
    this.#stored.set(message.id, { message, visibleAt, receives: 0, receipt: undefined });
    this.#wakeup.notify();
  }

  #expire(now: number): void {
    const oldest = now - this.deployed.retentionSeconds * 1000;
    for (const [id, { message }] of this.#stored) if (message.sentAt <= oldest) this.#stored.delete(id);
  }
}
