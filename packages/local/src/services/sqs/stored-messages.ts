import type { Clock } from '../../shared/clock.ts';
import type { Message } from './message.ts';

/** A message with its state in one queue. */
export interface StoredMessage {
  message: Message;
  /** Epoch ms. */
  visibleAt: number;
  /** How often it was received from this queue. */
  receives: number;
  /** The last receipt from this queue; `at` is in epoch ms. */
  receipt: { handle: string; at: number } | undefined;
}

/** How many messages a queue holds, by their state. */
export interface QueueDepth {
  /** Can be received. */
  visible: number;
  /** Received, and neither deleted nor visible again. */
  inFlight: number;
  /** Not visible yet for the first time. */
  delayed: number;
}

/**
 * The messages of one queue, in the order in which they came, without those that are too old.
 *
 * @param retentionMs asked for each time, since an update may change it
 * @param mostInFlight maximum number of messages in flight
 */
export function createStoredMessages(clock: Clock, retentionMs: () => number, mostInFlight: number) {
  const stored = new Map<string, StoredMessage>();
  /** Messages that are kept still. What is too old is dropped when somebody looks. */
  const kept = () => {
    const oldest = clock.now() - retentionMs();
    for (const [id, { message }] of stored) if (message.sentAt <= oldest) stored.delete(id);
    return [...stored.values()];
  };
  const isInFlight = ({ visibleAt, receipt }: StoredMessage) =>
    visibleAt > clock.now() && receipt !== undefined;

  const isFull = () => {
    // Without looking at each of the few messages that most queues hold.
    if (stored.size < mostInFlight) return false;
    return [...stored.values()].filter(isInFlight).length >= mostInFlight;
  };

  return {
    add: (message: Message, visibleAt: number) =>
      void stored.set(message.id, { message, visibleAt, receives: 0, receipt: undefined }),
    find(id: string) {
      kept();
      return stored.get(id);
    },
    delete: (id: string) => void stored.delete(id),
    clear: () => stored.clear(),
    /** Messages that can be received, the longest visible first. */
    visible: () =>
      kept()
        .filter(({ visibleAt }) => visibleAt <= clock.now())
        .sort((a, b) => a.visibleAt - b.visibleAt),
    inFlight: () => kept().filter(isInFlight),
    /** Whether the maximum number of messages is in flight. */
    isFull,
    depth(): QueueDepth {
      const depth = { visible: 0, inFlight: 0, delayed: 0 };
      for (const one of kept()) {
        if (one.visibleAt <= clock.now()) depth.visible += 1;
        else if (isInFlight(one)) depth.inFlight += 1;
        else depth.delayed += 1;
      }
      return depth;
    },
    /** Epoch ms of the sending of the oldest message; undefined for an empty queue. */
    oldestSentAt: () =>
      kept().reduce<number | undefined>(
        (oldest, { message: { sentAt } }) => Math.min(oldest ?? sentAt, sentAt),
        undefined,
      ),
    all: () => kept().map(({ message }) => message),
    /** Epoch ms of the moment when the next message can be received; infinite if there is none. */
    nextVisibleAt() {
      const all = kept();
      // With too many messages in flight, one of them has to come back first.
      const awaited = isFull() ? all.filter(isInFlight) : all;
      return awaited.reduce((next, { visibleAt }) => Math.min(next, visibleAt), Number.POSITIVE_INFINITY);
    },
  };
}
