import { comparePositions, isWithin, joined, type Position, type Range } from '../records/position.ts';

/**
 * Remembers, in this environment, which records a target has of a batch that the stream is about to bring again: one
 * range of records for each target.
 */
export interface DeliveryMemory {
  /** Whether nothing at all is remembered, which is the common case. */
  isEmpty(): boolean;
  /** What is known of a batch that came before, in full or in part; undefined for any other. */
  recall(batch: BatchPlace): Recollection | undefined;
  /** Notes which records each target has of a batch that comes again. */
  remember(batch: BatchPlace, held: ReadonlyMap<string, Range>): void;
  /** The stream goes on after these records. */
  forget(batch: BatchPlace): void;
}

/** Records of one shard, in order. */
export interface BatchPlace {
  /** The stream, and the shard where its records name it. */
  shard: string;
  first: Position;
  last: Position;
  /** The key of each record that keeps it in order with others; the first record's key comes first. */
  orderingKeys: ReadonlySet<string>;
}

export interface Recollection {
  /** @param orderingKey of the record at that position */
  has(target: string, position: Position, orderingKey: string): boolean;
}

interface Entry {
  shard: string;
  at: number;
  /** Nothing before this is still to come. */
  from: Position;
  orderingKeys: ReadonlySet<string>;
  held: ReadonlyMap<string, Range>;
}

/** Keys of all batches: some 10 MB. */
const KEYS = 100_000;
/** A batch that has not come again by then went to another environment. */
const KEPT_MS = 3_600_000;

/**
 * Best effort: a retry may run in another environment, and then the target gets the records a second time.
 *
 * With a parallelization factor above 1, batches of one shard overlap in sequence numbers. Records with the same ordering
 * key are never in two of them, so a record within a range whose key the batch had was in that batch.
 */
export function createDeliveryMemory(options: { now?: () => number; keys?: number } = {}): DeliveryMemory {
  const { now = Date.now, keys = KEYS } = options;
  /** The one that was noted last is at the end. */
  let entries: Entry[] = [];

  const find = ({ shard, first, orderingKeys }: BatchPlace): Entry | undefined => {
    const [key = ''] = orderingKeys;
    return entries.find(
      (entry) =>
        entry.shard === shard &&
        entry.orderingKeys.has(key) &&
        comparePositions(entry.from, first) <= 0 &&
        now() - entry.at < KEPT_MS,
    );
  };

  return {
    isEmpty() {
      entries = entries.filter(({ at }) => now() - at < KEPT_MS);
      return entries.length === 0;
    },
    recall(batch) {
      const entry = find(batch);
      return (
        entry && {
          has(target, position, orderingKey) {
            const range = entry.held.get(target);
            return range !== undefined && entry.orderingKeys.has(orderingKey) && isWithin(position, range);
          },
        }
      );
    },
    remember(batch, held) {
      const before = find(batch);
      // A batch may come again in halves: what one range can say of both is kept.
      const joinedHeld = new Map(before?.held);
      for (const [target, range] of held) joinedHeld.set(target, joined(joinedHeld.get(target), range));
      const orderingKeys = new Set([...batch.orderingKeys, ...(before?.orderingKeys ?? [])]);
      const entry = { shard: batch.shard, at: now(), from: batch.first, orderingKeys, held: joinedHeld };
      entries = [...entries.filter((other) => other !== before), entry];
      let count = entries.reduce((sum, other) => sum + other.orderingKeys.size, 0);
      while (count > keys && entries.length > 1) count -= entries.shift()?.orderingKeys.size ?? 0;
    },
    forget(batch) {
      const entry = find(batch);
      if (entry === undefined) return;
      const isOver = [...entry.held.values()].every(({ to }) => comparePositions(to, batch.last) <= 0);
      if (isOver) entries = entries.filter((other) => other !== entry);
      else entry.from = batch.last;
    },
  };
}
