import { deaggregate } from '../records/deaggregate.ts';
import { createShipment, type Item, type Shipment, toItems } from '../records/pack.ts';
import { orderingKeyOf, type Position, positionOf, type Range } from '../records/position.ts';
import { type StreamRecord, sequenceNumberOf, shardIdOf } from '../records/stream-event.ts';
import type { BatchPlace } from './delivery-memory.ts';

/** A batch of one shard, as targets get it. */
export interface ShardBatch {
  streamArn: string;
  shardId: string;
  items: readonly Item[];
  /** All items, shared by the targets that get them all. */
  shipment: Shipment;
  positionOf(item: Item): Position;
  /** What keeps an item in order with others of the shard. */
  orderingKeyOf(item: Item): string;
  /** Where the items from this one on are. */
  placeFrom(index: number): BatchPlace;
  /** The batch without this item and those after it. */
  upTo(index: number): ShardBatch;
}

/** @param options.deaggregate whether records of the Kinesis Producer Library are taken apart */
export function createShardBatch(
  records: readonly StreamRecord[],
  options: { streamArn: string; deaggregate: boolean },
): ShardBatch {
  const { streamArn } = options;
  const items = toItems(options.deaggregate ? deaggregate(records) : records);
  const [first] = records;
  const shardId = first === undefined ? '' : shardIdOf(first);
  // The parts of an aggregated record have partition keys of their own, by which Lambda does not order them.
  let keys: Map<string, string> | undefined;
  const keyOf = ({ sequenceNumber }: Item) => {
    keys ??= new Map(records.map((record) => [sequenceNumberOf(record), orderingKeyOf(record)]));
    return keys.get(sequenceNumber) ?? '';
  };

  const batchOf = (some: readonly Item[]): ShardBatch => {
    const whole: ShardBatch = {
      streamArn,
      shardId,
      items: some,
      shipment: createShipment(some, true),
      positionOf,
      orderingKeyOf: keyOf,
      placeFrom(index) {
        const rest = some.slice(index);
        const [from, to] = [rest.at(0), rest.at(-1)];
        const nowhere = { sequenceNumber: '', part: 0 };
        return {
          // Parts are counted otherwise where records are not taken apart.
          shard: `${streamArn} ${shardId} ${options.deaggregate}`,
          first: from === undefined ? nowhere : positionOf(from),
          last: to === undefined ? nowhere : positionOf(to),
          orderingKeys: new Set(rest.map(keyOf)),
        };
      },
      upTo: (index) => (index === some.length ? whole : batchOf(some.slice(0, index))),
    };
    return whole;
  };
  return batchOf(items);
}

/** The longest run of items of which a target has each; undefined when it has none. */
export function longestRun(items: readonly Item[], has: (item: Item) => boolean): Range | undefined {
  let longest: Item[] = [];
  let run: Item[] = [];
  for (const item of items) {
    if (has(item)) run.push(item);
    else run = [];
    if (run.length > longest.length) longest = run;
  }
  const [from, to] = [longest.at(0), longest.at(-1)];
  return from && to && { from: positionOf(from), to: positionOf(to) };
}
