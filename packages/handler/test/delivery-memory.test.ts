import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BatchPlace, createDeliveryMemory } from '../src/delivery-memory.ts';
import { fakeClock } from './factories.ts';

const at = (number: number, part = 0) => ({ sequenceNumber: String(number), part });
const range = (from: number, to: number) => ({ from: at(from), to: at(to) });

/** A batch of one record for each number, all with the same key unless it says otherwise. */
function batch(from: number, to: number, keys: string[] = ['key'], shard = 'shard'): BatchPlace {
  return { shard, first: at(from), last: at(to), orderingKeys: new Set(keys) };
}

describe('createDeliveryMemory', () => {
  test('is empty until it remembers something, and again once the batch is over', () => {
    const memory = createDeliveryMemory();
    expect(memory.isEmpty()).toBe(true);
    memory.remember(batch(8, 12), new Map([['a', range(8, 12)]]));
    expect(memory.isEmpty()).toBe(false);
    memory.forget(batch(8, 12));

    expect(memory.isEmpty()).toBe(true);
  });

  test('knows the range that each target has', () => {
    const memory = createDeliveryMemory();
    memory.remember(
      batch(8, 12),
      new Map([
        ['a', range(8, 12)],
        ['b', range(10, 11)],
      ]),
    );
    const known = memory.recall(batch(8, 12));
    const had = (target: string) =>
      [8, 9, 10, 11, 12].filter((number) => known?.has(target, at(number), 'key'));

    expect([had('a'), had('b'), had('c')]).toEqual([[8, 9, 10, 11, 12], [10, 11], []]);
  });

  test('tells the parts of an aggregated record apart', () => {
    const memory = createDeliveryMemory();
    memory.remember(batch(8, 9), new Map([['a', { from: at(8), to: at(8, 1) }]]));
    const known = memory.recall(batch(8, 9));

    expect([0, 1, 2].map((part) => known?.has('a', at(8, part), 'key'))).toEqual([true, true, false]);
  });

  test('knows nothing of another shard, of other keys, or of what came before', () => {
    const memory = createDeliveryMemory();
    memory.remember(batch(8, 12), new Map([['a', range(8, 12)]]));

    expect(memory.recall(batch(8, 12, ['key'], 'other shard'))).toBeUndefined();
    expect(memory.recall(batch(8, 12, ['other key']))).toBeUndefined();
    expect(memory.recall(batch(7, 12))).toBeUndefined();
  });

  test('keeps what it knows of the second half when the first half fails again', () => {
    const memory = createDeliveryMemory();
    memory.remember(batch(10, 20), new Map([['a', range(10, 20)]]));
    memory.remember(batch(10, 14), new Map([['a', range(10, 14)]]));

    expect(memory.recall(batch(15, 20))?.has('a', at(17), 'key')).toBe(true);
  });

  test('keeps what it knows of the second half once the first half is over', () => {
    const memory = createDeliveryMemory();
    memory.remember(batch(10, 20), new Map([['a', range(10, 20)]]));
    memory.forget(batch(10, 14));

    expect(memory.recall(batch(15, 20))?.has('a', at(15), 'key')).toBe(true);
    expect(memory.recall(batch(10, 14))).toBeUndefined();
  });

  test('forgets a batch that does not come again within an hour', () => {
    const clock = fakeClock();
    const memory = createDeliveryMemory({ now: clock.now });
    memory.remember(batch(8, 12), new Map([['a', range(8, 12)]]));
    clock.advance(3_599_999);
    expect(memory.recall(batch(8, 12))).toBeDefined();
    clock.advance(1);

    expect(memory.recall(batch(8, 12))).toBeUndefined();
  });

  test('forgets the oldest batches when there are too many keys, and never the last one', () => {
    const memory = createDeliveryMemory({ keys: 3 });
    memory.remember(batch(1, 2, ['a', 'b']), new Map([['t', range(1, 2)]]));
    memory.remember(batch(3, 4, ['c', 'd']), new Map([['t', range(3, 4)]]));
    expect(memory.recall(batch(1, 2, ['a', 'b']))).toBeUndefined();
    memory.remember(batch(5, 9, ['e', 'f', 'g', 'h', 'i']), new Map([['t', range(5, 9)]]));

    expect(memory.recall(batch(3, 4, ['c', 'd']))).toBeUndefined();
    expect(memory.recall(batch(5, 9, ['e', 'f', 'g', 'h', 'i']))).toBeDefined();
  });

  test('never takes a record of one lane of a shard for one of another', () => {
    // Lambda puts records with the same key into the same lane, and each lane has one batch under way.
    const anyRecords = fc.array(fc.nat({ max: 7 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(anyRecords, fc.integer({ min: 2, max: 4 }), (keys, lanes) => {
        const memory = createDeliveryMemory();
        const records = keys.map((key, number) => ({ key: String(key), number, lane: key % lanes }));
        const laneOf = (lane: number) => records.filter((record) => record.lane === lane);
        const [mine, other] = [laneOf(0), laneOf(1)];
        const [first, last] = [mine.at(0), mine.at(-1)];
        if (first === undefined || last === undefined) return;
        const place = batch(first.number, last.number, [...new Set(mine.map(({ key }) => key))]);
        memory.remember(place, new Map([['a', range(first.number, last.number)]]));
        for (const record of other) {
          const known = memory.recall(batch(record.number, record.number, [record.key]));
          expect(known?.has('a', at(record.number), record.key) ?? false).toBe(false);
        }
      }),
    );
  });
});
