import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFlightLimit, type Room } from '../../src/delivery/flight-limit.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const unlimited: Room = { calls: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/** A limit, and a way to start calls that end when they are told to. */
function setUp(room: Partial<Room>, slowRoom: Partial<Room> = { calls: 0, bytes: 0 }) {
  const limit = createFlightLimit({
    room: { ...unlimited, ...room },
    slowRoom: { ...unlimited, ...slowRoom },
    slowAfterMs: 1_000,
  });
  const started: string[] = [];
  const start = (name: string, bytes = 1) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const done = limit.run(bytes, () => {
      started.push(name);
      return promise;
    });
    return { done, end: () => resolve(name), fail: () => reject(new Error(name)) };
  };
  /** Lets everything go on that can. */
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { limit, start, started, settle };
}

describe('createFlightLimit', () => {
  test('returns what the work returns', async () => {
    const { limit } = setUp({});

    expect(await limit.run(1, async () => 'result')).toBe('result');
  });

  test('starts no more calls than there is room for, in the order of their coming', async () => {
    const { start, started, settle } = setUp({ calls: 2 });
    const first = start('first');
    start('second');
    start('third');
    start('fourth');
    await settle();
    expect(started).toEqual(['first', 'second']);

    first.end();
    await settle();
    expect(started).toEqual(['first', 'second', 'third']);
  });

  test('starts no more bytes than there is room for', async () => {
    const { start, started, settle } = setUp({ bytes: 10 });
    const first = start('first', 6);
    start('second', 4);
    start('third', 1);
    await settle();
    expect(started).toEqual(['first', 'second']);

    first.end();
    await settle();
    expect(started).toEqual(['first', 'second', 'third']);
  });

  test('lets no small call overtake a large one that waits', async () => {
    const { start, started, settle } = setUp({ bytes: 10 });
    start('first', 6);
    start('large', 5);
    start('small', 1);
    await settle();

    expect(started).toEqual(['first']);
  });

  test('starts what is larger than all the room alone', async () => {
    const { start, started, settle } = setUp({ bytes: 10 });
    const first = start('first', 1);
    const huge = start('huge', 100);
    start('last', 1);
    await settle();
    expect(started).toEqual(['first']);

    first.end();
    await settle();
    expect(started).toEqual(['first', 'huge']);

    huge.end();
    await settle();
    expect(started).toEqual(['first', 'huge', 'last']);
  });

  test('gives the room of a call back that failed', async () => {
    const { start, started, settle } = setUp({ calls: 1 });
    const failing = start('failing');
    start('next');
    failing.fail();

    await expect(failing.done).rejects.toThrow('failing');
    await settle();
    expect(started).toEqual(['failing', 'next']);
  });

  test('gives the room of a call back whose work throws at once', async () => {
    const { limit, start, started, settle } = setUp({ calls: 1 });

    await expect(
      limit.run(1, () => {
        throw new Error('at once');
      }),
    ).rejects.toThrow('at once');
    start('next');
    await settle();
    expect(started).toEqual(['next']);
  });

  test('lets others go past a call that lasts for a second', async () => {
    const { start, started } = setUp({ calls: 1 }, { calls: 1 });
    start('hangs');
    start('second');
    await vi.advanceTimersByTimeAsync(999);
    expect(started).toEqual(['hangs']);

    await vi.advanceTimersByTimeAsync(1);
    expect(started).toEqual(['hangs', 'second']);
  });

  test('bounds the slow calls too, by their number', async () => {
    const { start, started } = setUp({ calls: 1 }, { calls: 2 });
    for (const name of ['first', 'second', 'third', 'fourth']) start(name);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(started).toEqual(['first', 'second', 'third']);
  });

  test('bounds the slow calls too, by their bytes', async () => {
    const { start, started } = setUp({ bytes: 10 }, { bytes: 15 });
    for (const name of ['first', 'second', 'third']) start(name, 10);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(started).toEqual(['first', 'second']);
  });

  test('gives the slow room of a call back that ended', async () => {
    const { start, started } = setUp({ calls: 1 }, { calls: 1 });
    const first = start('first');
    await vi.advanceTimersByTimeAsync(1_000);
    first.end();
    for (const name of ['second', 'third']) start(name);
    await vi.advanceTimersByTimeAsync(1_000);

    expect(started).toEqual(['first', 'second', 'third']);
  });

  test('leaves no timer behind', async () => {
    const { limit } = setUp({});
    await limit.run(1, async () => {});

    expect(vi.getTimerCount()).toBe(0);
  });
});
