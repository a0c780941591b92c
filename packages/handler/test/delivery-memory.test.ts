import { describe, expect, test } from 'vitest';
import { createDeliveryMemory } from '../src/delivery-memory.ts';

const ids = (count: number, start = 0) => Array.from({ length: count }, (_, index) => `id ${start + index}`);

describe('createDeliveryMemory', () => {
  test('tells which of the records a target has, once', () => {
    const memory = createDeliveryMemory();
    memory.remember('target', ['1', '3']);

    expect(memory.take('target', ['1', '2', '3'])).toEqual(new Set(['1', '3']));
    expect(memory.take('target', ['1', '2', '3'])).toEqual(new Set());
  });

  test('keeps what was not asked for', () => {
    const memory = createDeliveryMemory();
    memory.remember('target', ['1', '2']);

    memory.take('target', ['1']);

    expect(memory.take('target', ['2'])).toEqual(new Set(['2']));
  });

  test('knows nothing of other targets', () => {
    const memory = createDeliveryMemory();
    memory.remember('target', ['1']);

    expect(memory.take('other', ['1'])).toEqual(new Set());
  });

  test('adds to what it knows of a target', () => {
    const memory = createDeliveryMemory();
    memory.remember('target', ['1']);
    memory.remember('target', ['1', '2']);
    memory.remember('target', []);

    expect(memory.take('target', ['1', '2'])).toEqual(new Set(['1', '2']));
  });

  test('forgets first what was remembered longest ago, past its bound', () => {
    const memory = createDeliveryMemory(10);
    memory.remember('first', ids(5));
    memory.remember('second', ids(5));
    memory.remember('first', ['again']);

    expect(memory.take('second', ids(5)).size).toBe(0);
    expect(memory.take('first', [...ids(5), 'again']).size).toBe(6);
  });

  test('does not take what holds nothing for something that was remembered', () => {
    const memory = createDeliveryMemory(10);
    memory.remember('first', ids(5));
    memory.remember('second', ids(5));
    memory.remember('first', []);
    memory.remember('third', ids(1));

    expect(memory.take('first', ids(5)).size).toBe(0);
    expect(memory.take('second', ids(5)).size).toBe(5);
  });

  test('gives the room of what was taken to others', () => {
    const memory = createDeliveryMemory(10);
    memory.remember('first', ids(10));
    memory.take('first', ids(9));
    memory.remember('second', ids(9));

    expect(memory.take('first', ids(10)).size).toBe(1);
    expect(memory.take('second', ids(9)).size).toBe(9);
  });

  test('never holds more than its bound', () => {
    const memory = createDeliveryMemory(10);
    memory.remember('target', ids(11));

    expect(memory.take('target', ids(11)).size).toBe(0);
  });
});
