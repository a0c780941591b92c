import { describe, expect, test } from 'vitest';
import { createDeliveryMemory } from '../src/delivery-memory.ts';
import type { ForwardBatch } from '../src/forward-batch.ts';
import { RouteError } from '../src/route-store.ts';
import { createStreamBatchHandler } from '../src/stream-batch.ts';
import { targetKey } from '../src/target-key.ts';
import {
  collectingMetrics,
  fakeClock,
  invocationContext,
  kinesisEvent,
  kinesisRecord,
  kinesisRecords,
  storedRoute,
  target,
} from './factories.ts';

const one = target({ account: '222222222222' });
const other = target({ account: '333333333333' });

/** Targets lack the records with these sequence numbers. */
function setUp(lacks: Record<string, string[]> = {}) {
  const clock = fakeClock();
  const { metrics, flushed } = collectingMetrics();
  const given: Record<string, string[]>[] = [];
  let failuresFlushed = 0;
  let isKnown = true;
  const forward: ForwardBatch = async ({ batch, hadBefore }, to) => {
    const due = batch.items.filter((item) => !(hadBefore?.(targetKey(to), item) ?? false));
    const last = given.at(-1);
    if (last !== undefined) last[to.account] = due.map(({ id }) => id.split(':')[1] ?? '');
    const lacking = new Set(due.filter(({ sequenceNumber }) => lacks[to.account]?.includes(sequenceNumber)));
    return { target: to, lacking, has: (item) => !lacking.has(item) };
  };
  const handle = createStreamBatchHandler({
    routes: {
      get: async () => {
        if (isKnown) return storedRoute({ targets: [one, other] });
        throw new RouteError('no route', { isMissing: true });
      },
    },
    forward,
    memory: createDeliveryMemory({ now: clock.now }),
    metrics,
    failures: { report: () => {}, flush: () => failuresFlushed++ },
    clock,
  });
  const run = async (records = kinesisRecords(5)) => {
    given.push({});
    const { batchItemFailures } = await handle(kinesisEvent(records), invocationContext());
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  const forget = () => {
    isKnown = false;
  };
  return { run, given, lacks, flushed, failuresFlushed: () => failuresFlushed, forget };
}

describe('createStreamBatchHandler', () => {
  test('reports nothing once every target has the batch', async () => {
    const { run, given, flushed, failuresFlushed } = setUp();

    expect(await run()).toEqual([]);
    expect(given).toEqual([
      { '222222222222': ['1', '2', '3', '4', '5'], '333333333333': ['1', '2', '3', '4', '5'] },
    ]);
    expect([flushed.length, failuresFlushed()]).toEqual([1, 1]);
  });

  test('reports only the lowest record that a target lacks', async () => {
    const { run } = setUp({ '222222222222': ['4', '5'], '333333333333': ['3'] });

    expect(await run()).toEqual(['3']);
  });

  test('gives each target only what it lacks when the stream brings the rest again', async () => {
    const { run, given, lacks } = setUp({ '333333333333': ['3', '4', '5'] });
    await run();
    await run(kinesisRecords(5).slice(2));
    expect(given[1]).toEqual({ '222222222222': [], '333333333333': ['3', '4', '5'] });

    lacks['333333333333'] = [];
    expect(await run(kinesisRecords(5).slice(2))).toEqual([]);
    expect(given[2]).toEqual({ '222222222222': [], '333333333333': ['3', '4', '5'] });
  });

  test('remembers nothing once the batch is over', async () => {
    const { run, given, lacks } = setUp({ '333333333333': ['3'] });
    await run();
    lacks['333333333333'] = [];
    await run(kinesisRecords(5).slice(2));
    await run(kinesisRecords(5).slice(2));

    expect(given[2]).toEqual({ '222222222222': ['3', '4', '5'], '333333333333': ['3', '4', '5'] });
  });

  test('remembers halves of a batch as well', async () => {
    const { run, given } = setUp({ '333333333333': ['1', '2', '3', '4', '5', '6'] });
    await run(kinesisRecords(6));
    await run(kinesisRecords(6).slice(0, 3));
    await run(kinesisRecords(6).slice(3));

    expect(given.slice(1).map((targets) => targets['222222222222'])).toEqual([[], []]);
  });

  test('gives new records to a target that has the old ones', async () => {
    const { run, given } = setUp({ '333333333333': ['1', '2', '3'] });
    await run(kinesisRecords(3));
    await run(kinesisRecords(5));

    expect(given[1]?.['222222222222']).toEqual(['4', '5']);
  });

  test('does not take records of another shard for those that a target has', async () => {
    const { run, given } = setUp({ '333333333333': ['1', '2', '3'] });
    await run(kinesisRecords(3));
    const elsewhere = kinesisRecords(3).map((record) => ({
      ...record,
      eventID: record.eventID.replace('shardId-000000000000', 'shardId-000000000001'),
    }));
    await run(elsewhere);

    expect(given[1]?.['222222222222']).toEqual(['1', '2', '3']);
  });

  test('tells lanes of a shard apart by their partition keys', async () => {
    const { run, given } = setUp({ '333333333333': ['1', '2', '3', '4', '5'] });
    const record = (sequenceNumber: string, partitionKey: string) =>
      kinesisRecord({ sequenceNumber, partitionKey });
    await run([record('1', 'a'), record('5', 'a')]);
    await run([record('2', 'b'), record('4', 'b')]);

    expect(given[1]?.['222222222222']).toEqual(['2', '4']);
  });

  test('fails as a whole without a route, and writes what it counted', async () => {
    const { run, forget, flushed } = setUp();
    forget();

    await expect(run()).rejects.toThrow('no route');
    expect(flushed).toHaveLength(1);
  });
});
