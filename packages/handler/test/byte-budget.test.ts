import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createByteBudget } from '../src/byte-budget.ts';

const limitBytes = 100;
/** Some larger than the whole budget, some that fail. */
const anyPieces = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 150 }), fails: fc.boolean() }), {
  maxLength: 30,
});

/** Work that is under way until told otherwise. */
function openWork() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let started = false;
  const work = () => {
    started = true;
    return promise;
  };
  return { work, isStarted: () => started, finish: resolve, fail: reject };
}

/** Lets everything run that waits for nothing but its turn. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('createByteBudget', () => {
  test('never has more than the limit in flight, runs oversized pieces alone, and starts all in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), anyPieces, async (scheduler, pieces) => {
        const budget = createByteBudget(limitBytes);
        const underWay: number[] = [];
        const started: number[] = [];
        const runs = pieces.map(({ bytes, fails }, index) =>
          budget(bytes, async () => {
            started.push(index);
            underWay.push(bytes);
            const inFlight = underWay.reduce((sum, each) => sum + each, 0);
            expect(inFlight <= limitBytes || underWay.length === 1).toBe(true);
            await scheduler.schedule(Promise.resolve());
            underWay.splice(underWay.indexOf(bytes), 1);
            if (fails) throw new Error('work failed');
            return index;
          }),
        );

        const outcomes = await scheduler.waitFor(Promise.allSettled(runs));

        expect(started).toEqual(pieces.map((_, index) => index));
        expect(outcomes).toEqual(
          pieces.map(({ fails }, index) =>
            fails
              ? { status: 'rejected', reason: new Error('work failed') }
              : { status: 'fulfilled', value: index },
          ),
        );
      }),
    );
  });

  test('runs side by side what fits together', async () => {
    const budget = createByteBudget(limitBytes);
    const [first, second] = [openWork(), openWork()];
    const runs = [budget(50, first.work), budget(50, second.work)];
    await settle();

    expect([first.isStarted(), second.isStarted()]).toEqual([true, true]);
    first.finish();
    second.finish();
    await Promise.all(runs);
  });

  test('lets nothing pass a piece that waits', async () => {
    const budget = createByteBudget(limitBytes);
    const [first, large, small] = [openWork(), openWork(), openWork()];
    const runs = [budget(60, first.work), budget(50, large.work), budget(1, small.work)];
    await settle();
    expect([large.isStarted(), small.isStarted()]).toEqual([false, false]);

    first.finish();
    await settle();
    expect([large.isStarted(), small.isStarted()]).toEqual([true, true]);
    large.finish();
    small.finish();
    await Promise.all(runs);
  });

  test('gives the bytes of a failing piece back', async () => {
    const budget = createByteBudget(limitBytes);
    const failing = openWork();
    const rejected = expect(budget(limitBytes, failing.work)).rejects.toThrow('no connection');
    const next = budget(limitBytes, async () => 'ran');

    failing.fail(new Error('no connection'));
    await rejected;
    expect(await next).toBe('ran');
  });

  test('gives the bytes of a piece that throws at once back', async () => {
    const budget = createByteBudget(limitBytes);
    const throwing = budget(limitBytes, () => {
      throw new Error('at once');
    });

    await expect(throwing).rejects.toThrow('at once');
    expect(await budget(limitBytes, async () => 'ran')).toBe('ran');
  });

  test('counts once what many send at once, so that one who hangs holds up nobody who sends the same', async () => {
    const budget = createByteBudget(limitBytes);
    const [hanging, healthy, other] = [openWork(), openWork(), openWork()];
    const chunk = {};
    const runs = [
      budget(80, hanging.work, chunk),
      budget(80, healthy.work, chunk),
      budget(80, other.work, {}),
    ];
    await settle();
    expect([hanging, healthy, other].map(({ isStarted }) => isStarted())).toEqual([true, true, false]);

    healthy.finish();
    await settle();
    expect(other.isStarted()).toBe(false);
    hanging.finish();
    await settle();
    expect(other.isStarted()).toBe(true);
    other.finish();
    await Promise.all(runs);
  });
});
