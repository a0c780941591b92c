import { createFairGroups } from './fair-groups.ts';
import type { Holding, Holdings } from './holdings.ts';
import type { QueuePlan } from './plan.ts';
import type { Random } from './random.ts';
import { serviceError } from './service-error.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A standard queue, fair between its message groups. */
export interface Queue {
  arn: string;
  url: string;
  /** ARN of its dead-letter queue. */
  deadLetterArn: string | undefined;
  /** Returns the message's id. */
  send(message: NewMessage): string;
  receive(count: number, bytes: number): Received[];
  delete(receiptHandle: string): void;
  hide(receiptHandle: string, seconds: number): void;
  /** Moves a message that was received to the dead-letter queue, whatever its receive count. */
  stop(receiptHandle: string): void;
  /** Called when a message may be received. */
  onVisible(notify: () => void): void;
  visible(): number;
  /** Messages that are not in the dead-letter queue, whatever their state. */
  count(): number;
  stats: QueueStats;
}

export interface QueueStats {
  sent: number;
  mostVisible: number;
  mostDelayed: number;
  mostInFlight: number;
  /** By count of receives, and by recursive loop detection. */
  deadLettered: number;
  stopped: number;
  /** Receives that found as many messages in flight as there may be. */
  refused: number;
}

export interface NewMessage {
  body: string;
  group: string;
  delaySeconds: number;
  /** How often the forwarder is in the chain of what led to this message. */
  lineage: number;
  /** Why a dead letter is one, where it was not received too often. */
  because?: string;
}

export interface Received {
  id: string;
  receiptHandle: string;
  receiveCount: number;
  sentAt: number;
  firstReceivedAt: number;
  isDuplicate: boolean;
  message: NewMessage;
}

interface Message extends NewMessage {
  id: string;
  state: 'delayed' | 'visible' | 'in flight' | 'gone';
  holding: Holding | undefined;
  sentAt: number;
  firstReceivedAt: number;
  receivedAt: number;
  receiveCount: number;
  isDuplicate: boolean;
  /** To the dead-letter queue. */
  isMoved: boolean;
  cancel: () => void;
}

const MESSAGE_BYTES = 1024 * 1024;
const LONGEST_DELAY_SECONDS = 900;
/** From its receive on. */
const LONGEST_HIDDEN_MS = 43_200_000;
const RETENTION_MS = 1_209_600_000;

export function createQueue(options: {
  place: { url: string; arn: string; name: string };
  time: VirtualTime;
  random: Random;
  holdings: Holdings;
  plan: QueuePlan;
  visibilityTimeoutMs: number;
  /** Which of the ledger's places it is. */
  holder: 'queue' | 'dead letters';
  deadLetters?: Queue;
}): Queue {
  const { place, time, random, holdings, plan, visibilityTimeoutMs, holder, deadLetters } = options;
  const messages = new Map<string, Message>();
  const groups = createFairGroups<Message>();
  const stats: QueueStats = {
    sent: 0,
    mostVisible: 0,
    mostDelayed: 0,
    mostInFlight: 0,
    deadLettered: 0,
    stopped: 0,
    refused: 0,
  };
  let notify = () => {};
  let visible = 0;
  let delayed = 0;
  let inFlight = 0;

  const enter = (message: Message, state: Message['state']) => {
    message.cancel();
    const { group } = message;
    if (message.state === 'in flight') inFlight -= 1;
    if (message.state === 'in flight') groups.count(group, -1);
    if (message.state === 'delayed') delayed -= 1;
    if (message.state === 'visible') visible -= 1;
    message.state = state;
    if (state === 'in flight') inFlight += 1;
    if (state === 'in flight') groups.count(group, 1);
    if (state === 'delayed') delayed += 1;
    if (state === 'visible') visible += 1;
    stats.mostVisible = Math.max(stats.mostVisible, visible);
    stats.mostDelayed = Math.max(stats.mostDelayed, delayed);
    stats.mostInFlight = Math.max(stats.mostInFlight, inFlight);
  };
  const show = (message: Message) => {
    enter(message, 'visible');
    groups.push(message);
    notify();
  };
  const showAfter = (message: Message, ms: number) => {
    message.cancel();
    message.cancel = time.after(ms, () => show(message));
  };
  const remove = (message: Message) => {
    enter(message, 'gone');
    messages.delete(message.id);
    message.holding?.ledger.release(holder, message.holding.ordinals);
  };
  const moveToDeadLetters = (message: Message, because?: string) => {
    const { body, group, lineage } = message;
    const why = because === undefined ? {} : { because };
    deadLetters?.send({ body, group, lineage, delaySeconds: 0, ...why });
    message.isMoved = true;
    remove(message);
  };
  /** Undefined when the message was received again since. */
  const find = (receiptHandle: string): Message | undefined => {
    const [id = '', receiveCount] = receiptHandle.split(' ');
    const message = messages.get(id);
    return message?.receiveCount === Number(receiveCount) ? message : undefined;
  };
  /** A server that holds a copy of the message gives it out although it is in flight, or was just deleted. */
  const duplicate = (message: Message) => {
    time.after(random.between(1_000, 30_000), () => {
      if (message.state === 'visible' || message.isMoved) return;
      message.isDuplicate = true;
      if (message.state === 'gone') {
        messages.set(message.id, message);
        message.holding?.ledger.hold(holder, message.holding.ordinals, message.holding.failure);
      }
      show(message);
    });
  };

  const receiveOne = (): Message | undefined => {
    for (let message = groups.peek(); message !== undefined; message = groups.peek()) {
      if (message.state === 'visible' && time.now() - message.sentAt > RETENTION_MS) remove(message);
      else if (
        message.state === 'visible' &&
        deadLetters !== undefined &&
        message.receiveCount >= plan.maxReceiveCount
      ) {
        stats.deadLettered += 1;
        moveToDeadLetters(message);
      } else if (message.state === 'visible') return message;
      groups.shift(message.group);
    }
    return undefined;
  };

  return {
    ...place,
    deadLetterArn: deadLetters?.arn,
    stats,
    send(sent) {
      const { body, delaySeconds, because } = sent;
      if (delaySeconds > LONGEST_DELAY_SECONDS || Buffer.byteLength(body) > MESSAGE_BYTES) {
        throw serviceError(
          'InvalidParameterValue',
          400,
          'The message is too long, or is to wait for too long',
        );
      }
      const message: Message = {
        ...sent,
        id: `${place.name}-${stats.sent++}`,
        state: 'gone',
        holding: holdings.read(body),
        sentAt: time.now(),
        firstReceivedAt: 0,
        receivedAt: 0,
        receiveCount: 0,
        isDuplicate: false,
        isMoved: false,
        cancel: () => {},
      };
      messages.set(message.id, message);
      if (message.holding !== undefined) {
        const { ledger, ordinals, failure } = message.holding;
        ledger.hold(holder, ordinals, because === undefined ? failure : `${failure} (${because})`);
      }
      if (delaySeconds === 0) show(message);
      else {
        enter(message, 'delayed');
        showAfter(message, delaySeconds * 1000);
      }
      return message.id;
    },
    receive(count, bytes) {
      const received: Received[] = [];
      let room = bytes;
      while (received.length < count) {
        if (inFlight >= plan.inFlight) {
          stats.refused += 1;
          break;
        }
        const message = receiveOne();
        if (message === undefined || message.body.length > room) break;
        groups.shift(message.group);
        room -= message.body.length;
        message.receiveCount += 1;
        message.receivedAt = time.now();
        message.firstReceivedAt ||= time.now();
        enter(message, 'in flight');
        showAfter(message, visibilityTimeoutMs);
        const { id, receiveCount, sentAt, firstReceivedAt, isDuplicate } = message;
        const receiptHandle = `${id} ${receiveCount}`;
        received.push({ id, receiptHandle, receiveCount, sentAt, firstReceivedAt, isDuplicate, message });
        if (random.chance(plan.duplicates)) duplicate(message);
      }
      return received;
    },
    delete(receiptHandle) {
      const message = find(receiptHandle);
      if (message !== undefined) remove(message);
    },
    hide(receiptHandle, seconds) {
      const message = find(receiptHandle);
      if (message?.state !== 'in flight') {
        throw serviceError('MessageNotInflight', 400, 'The message is not in flight');
      }
      if (time.now() + seconds * 1000 - message.receivedAt > LONGEST_HIDDEN_MS) {
        throw serviceError('InvalidParameterValue', 400, 'A message is hidden for 12 hours at the most');
      }
      showAfter(message, seconds * 1000);
    },
    stop(receiptHandle) {
      const message = find(receiptHandle);
      if (message === undefined) return;
      stats.stopped += 1;
      moveToDeadLetters(message, 'stopped as a loop');
    },
    onVisible(callback) {
      notify = callback;
    },
    visible: () => visible,
    count: () => messages.size,
  };
}
