import { describe, expect, test } from 'vitest';
import type { Position, Range } from '../../src/records/position.ts';
import { type BatchPlace, createDeliveryMemory } from '../../src/stream/delivery-memory.ts';
import { fakeClock } from '../factories.ts';

const at = (sequenceNumber: number, part = 0): Position => ({
  sequenceNumber: String(sequenceNumber),
  part,
});
const range = (from: number, to: number): Range => ({ from: at(from), to: at(to) });

function place(from: number, to: number, keys: readonly string[] = ['a'], shard = 'shard'): BatchPlace {
  return { shard, first: at(from), last: at(to), orderingKeys: new Set(keys) };
}

function setUp(keys?: number) {
  const clock = fakeClock();
  const memory = createDeliveryMemory({ now: clock.now, ...(keys !== undefined && { keys }) });
  const remember = (batch: BatchPlace, held: Record<string, Range>) =>
    memory.remember(batch, new Map(Object.entries(held)));
  /** The positions from 1 to 20 that a target is known to have, for a batch. */
  const known = (batch: BatchPlace, target = 'target', key = 'a') => {
    const recollection = memory.recall(batch);
    return (
      recollection &&
      Array.from({ length: 20 }, (_, index) => index + 1).filter((position) =>
        recollection.has(target, at(position), key),
      )
    );
  };
  return { clock, memory, remember, known };
}

describe('createDeliveryMemory', () => {
  test('is empty until it remembers a batch, and once that is over', () => {
    const { memory, remember } = setUp();

    expect(memory.isEmpty()).toBe(true);
    remember(place(1, 10), { target: range(1, 3) });
    expect(memory.isEmpty()).toBe(false);
    memory.forget(place(1, 10));
    expect(memory.isEmpty()).toBe(true);
  });

  test('reports which records of a batch each target has', () => {
    const { remember, known } = setUp();
    remember(place(1, 10), { target: range(2, 4), other: range(9, 10) });

    expect(known(place(1, 10))).toEqual([2, 3, 4]);
    expect(known(place(1, 10), 'other')).toEqual([9, 10]);
    expect(known(place(1, 10), 'a third')).toEqual([]);
  });

  test('distinguishes the parts of a record', () => {
    const { memory, remember } = setUp();
    remember(place(5, 6), { target: { from: at(5, 1), to: at(5, 2) } });

    const recollection = memory.recall(place(5, 6));

    expect([0, 1, 2, 3].map((part) => recollection?.has('target', at(5, part), 'a'))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('knows a batch that comes again in part, from its first record on', () => {
    const { remember, known } = setUp();
    remember(place(3, 10), { target: range(4, 8) });

    expect(known(place(3, 6))).toEqual([4, 5, 6, 7, 8]);
    expect(known(place(7, 10))).toEqual([4, 5, 6, 7, 8]);
    expect(known(place(3, 20))).toEqual([4, 5, 6, 7, 8]);
    expect(known(place(2, 10))).toBeUndefined();
  });

  test('knows nothing of another shard', () => {
    const { remember, known } = setUp();
    remember(place(1, 10), { target: range(1, 10) });

    expect(known(place(1, 10, ['a'], 'another shard'))).toBeUndefined();
  });

  describe('with a parallelization factor', () => {
    test('knows a batch by the key of its first record', () => {
      const { remember, known } = setUp();
      remember(place(1, 10, ['a', 'b']), { target: range(1, 10) });

      expect(known(place(2, 9, ['b']))).toBeDefined();
      expect(known(place(2, 9, ['c', 'a']))).toBeUndefined();
      expect(known(place(2, 9, []))).toBeUndefined();
    });

    test('treats no record of another batch as delivered, whose key this one did not have', () => {
      const { remember, known } = setUp();
      remember(place(1, 10, ['a', 'b']), { target: range(1, 10) });

      expect(known(place(1, 10, ['a', 'c']), 'target', 'b')).toHaveLength(10);
      expect(known(place(1, 10, ['a', 'c']), 'target', 'c')).toEqual([]);
    });

    test('remembers batches that overlap side by side', () => {
      const { memory, remember, known } = setUp();
      remember(place(1, 10, ['a']), { target: range(1, 4) });
      remember(place(2, 11, ['b']), { target: range(8, 11) });

      expect(known(place(1, 10, ['a']), 'target', 'a')).toEqual([1, 2, 3, 4]);
      expect(known(place(2, 11, ['b']), 'target', 'b')).toEqual([8, 9, 10, 11]);

      memory.forget(place(1, 10, ['a']));
      expect(known(place(1, 10, ['a']), 'target', 'a')).toBeUndefined();
      expect(known(place(2, 11, ['b']), 'target', 'b')).toEqual([8, 9, 10, 11]);
    });
  });

  describe('when a batch is to come once more', () => {
    test('adds to what it knows of a target', () => {
      const { remember, known } = setUp();
      remember(place(1, 10), { target: range(3, 5) });
      remember(place(1, 10), { target: range(4, 8), other: range(1, 1) });

      expect(known(place(1, 10))).toEqual([3, 4, 5, 6, 7, 8]);
      expect(known(place(1, 10), 'other')).toEqual([1]);
    });

    test('keeps what it knows of a target of which nothing new is noted', () => {
      const { remember, known } = setUp();
      remember(place(1, 10), { target: range(3, 5) });
      remember(place(1, 10), {});

      expect(known(place(1, 10))).toEqual([3, 4, 5]);
    });

    test('keeps one range of a target: the one that was noted last', () => {
      const { remember, known } = setUp();
      remember(place(1, 10), { target: range(7, 9) });
      remember(place(1, 10), { target: range(1, 2) });

      expect(known(place(1, 10))).toEqual([1, 2]);
    });

    test('knows the keys of both times', () => {
      const { remember, known } = setUp();
      remember(place(1, 10, ['a', 'b']), { target: range(1, 10) });
      remember(place(1, 5, ['a', 'c']), { target: range(1, 5) });

      expect(['a', 'b', 'c'].map((key) => known(place(1, 10), 'target', key)?.length)).toEqual([10, 10, 10]);
    });

    test('has nothing that comes before what is still to come', () => {
      const { remember, known } = setUp();
      remember(place(1, 10), { target: range(1, 10) });
      remember(place(4, 10), { target: range(4, 10) });

      expect(known(place(3, 10))).toBeUndefined();
      expect(known(place(4, 10))).toHaveLength(10);
    });
  });

  describe('when a batch comes again in halves', () => {
    test('keeps what it knows of the second half when the first is done', () => {
      const { memory, remember, known } = setUp();
      remember(place(1, 10), { target: range(3, 8) });

      memory.forget(place(1, 5));

      expect(known(place(4, 5))).toBeUndefined();
      expect(known(place(6, 10))).toEqual([3, 4, 5, 6, 7, 8]);
      memory.forget(place(6, 10));
      expect(memory.isEmpty()).toBe(true);
    });

    test('keeps what it knows of the second half when the first fails again', () => {
      const { remember, known } = setUp();
      remember(place(1, 10), { target: range(3, 8) });
      remember(place(1, 5), { target: range(2, 5) });

      expect(known(place(6, 10))).toEqual([2, 3, 4, 5, 6, 7, 8]);
    });

    test('forgets all once the stream is past the last record that a target has', () => {
      const { memory, remember } = setUp();
      remember(place(1, 10), { target: range(1, 3), other: range(2, 5) });

      memory.forget(place(1, 4));
      expect(memory.isEmpty()).toBe(false);
      memory.forget(place(5, 5));
      expect(memory.isEmpty()).toBe(true);
    });
  });

  test('forgets nothing for a batch that it does not know', () => {
    const { memory, remember, known } = setUp();
    remember(place(1, 10), { target: range(1, 10) });

    memory.forget(place(1, 10, ['b']));
    memory.forget(place(1, 10, ['a'], 'another shard'));

    expect(known(place(1, 10))).toHaveLength(10);
  });

  test('recalls a batch for an hour', () => {
    const { clock, remember, known } = setUp();
    remember(place(1, 10), { target: range(1, 10) });

    clock.advance(3_599_999);
    expect(known(place(1, 10))).toHaveLength(10);
    clock.advance(1);
    expect(known(place(1, 10))).toBeUndefined();
  });

  test('is empty again after an hour', () => {
    const { clock, memory, remember } = setUp();
    remember(place(1, 10), { target: range(1, 10) });

    clock.advance(3_599_999);
    expect(memory.isEmpty()).toBe(false);
    clock.advance(1);
    expect(memory.isEmpty()).toBe(true);
  });

  test('counts the hour from the last time that the batch failed', () => {
    const { clock, remember, known } = setUp();
    remember(place(1, 10), { target: range(1, 10) });
    clock.advance(3_000_000);
    remember(place(1, 10), { target: range(1, 2) });

    clock.advance(3_000_000);
    expect(known(place(1, 10))).toHaveLength(10);
  });

  describe('with a bound on keys', () => {
    test('drops first the batches that were noted longest ago', () => {
      const { remember, known } = setUp(4);
      remember(place(1, 10, ['a', 'b']), { target: range(1, 1) });
      remember(place(1, 10, ['c', 'd']), { target: range(1, 2) });
      expect(known(place(1, 10, ['a']))).toBeDefined();

      remember(place(1, 10, ['e']), { target: range(1, 3) });

      expect(['a', 'c', 'e'].map((key) => known(place(1, 10, [key]), 'target', key))).toEqual([
        undefined,
        [1, 2],
        [1, 2, 3],
      ]);
    });

    test('drops as many as have to go', () => {
      const { remember, known } = setUp(3);
      for (const key of ['a', 'b', 'c']) remember(place(1, 10, [key]), { target: range(1, 1) });

      remember(place(1, 10, ['d', 'e']), { target: range(1, 1) });

      expect(['a', 'b', 'c', 'd'].map((key) => known(place(1, 10, [key])) !== undefined)).toEqual([
        false,
        false,
        true,
        true,
      ]);
    });

    test('takes a batch that failed again for noted last', () => {
      const { remember, known } = setUp(2);
      remember(place(1, 10, ['a']), { target: range(1, 1) });
      remember(place(1, 10, ['b']), { target: range(1, 1) });
      remember(place(1, 10, ['a']), { target: range(1, 2) });

      remember(place(1, 10, ['c']), { target: range(1, 1) });

      expect(['a', 'b', 'c'].map((key) => known(place(1, 10, [key])) !== undefined)).toEqual([
        true,
        false,
        true,
      ]);
    });

    test('keeps the last batch, however many keys it has', () => {
      const { remember, known } = setUp(2);
      remember(place(1, 10, ['z']), { target: range(1, 1) });
      remember(place(1, 10, ['a', 'b', 'c']), { target: range(1, 10) });

      expect(known(place(1, 10, ['z']))).toBeUndefined();
      expect(known(place(1, 10))).toHaveLength(10);
    });

    test('holds 100 000 keys by default', () => {
      const { remember, known } = setUp();
      const many = Array.from({ length: 99_999 }, (_, index) => `key ${index}`);
      remember(place(1, 10, ['a']), { target: range(1, 1) });
      remember(place(1, 10, many), { target: range(1, 1) });
      expect(known(place(1, 10))).toBeDefined();

      remember(place(1, 10, ['b']), { target: range(1, 1) });
      expect(known(place(1, 10))).toBeUndefined();
    });
  });
});
