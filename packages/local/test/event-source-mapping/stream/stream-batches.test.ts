import { describe, expect, test } from 'vitest';
import {
  createStreamBatches,
  type StreamBatches,
} from '../../../src/event-source-mapping/stream/stream-batches.ts';
import { eventRecord, eventRecords, sequenceNumbers, steppedClock } from '../../factories.ts';

const SIX_MB = 6 * 1024 * 1024;

function lane(settings: Partial<Parameters<typeof createStreamBatches>[0]> = {}) {
  const clock = steppedClock();
  const stopped = new AbortController();
  const created = createStreamBatches(
    { batchSize: 3, batchWindowSeconds: 0, ...settings },
    clock,
    stopped.signal,
  );
  return { lane: created, clock, stopped };
}

/** The sequence numbers of the next batch. */
async function nextOf(from: StreamBatches): Promise<string[] | undefined> {
  const batch = await from.nextBatch();
  return batch === undefined ? undefined : sequenceNumbers(batch);
}

/** Whether a promise has settled by the time that all work at hand is done. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  await new Promise(setImmediate);
  return settled;
}

/** One record whose JSON has this many bytes. */
function recordOf(bytes: number, sequenceNumber: string) {
  const empty = Buffer.byteLength(JSON.stringify(eventRecord({ sequenceNumber, data: '' })));
  return eventRecord({ sequenceNumber, data: 'A'.repeat(bytes - empty) });
}

describe('createStreamBatches', () => {
  test('cuts batches of the batch size, in order', async () => {
    const { lane: records } = lane();
    for (const record of eventRecords(5)) await records.push(record);
    expect(await nextOf(records)).toEqual(['1', '2', '3']);
    expect(await nextOf(records)).toEqual(['4', '5']);
  });

  test('without a window gives what is there at once, and waits while there is nothing', async () => {
    const { lane: records } = lane();
    const next = nextOf(records);
    expect(await isSettled(next)).toBe(false);
    await records.push(eventRecord());
    expect(await next).toEqual(['1']);
  });

  test('waits for a full batch until the window ends', async () => {
    const { lane: records, clock } = lane({ batchWindowSeconds: 5 });
    const [first, second] = eventRecords(2);
    if (first === undefined || second === undefined) throw new Error('No records');
    await records.push(first);
    const next = nextOf(records);
    clock.advance(4_999);
    await records.push(second);
    expect(await isSettled(next)).toBe(false);
    clock.advance(1);
    expect(await next).toEqual(['1', '2']);
  });

  test('starts the window with the first record of a batch', async () => {
    const { lane: records, clock } = lane({ batchWindowSeconds: 5 });
    const next = nextOf(records);
    clock.advance(60_000);
    await records.push(eventRecord());
    expect(await isSettled(next)).toBe(false);
    clock.advance(5_000);
    expect(await next).toEqual(['1']);
  });

  test('gives a full batch before the window ends', async () => {
    const { lane: records } = lane({ batchWindowSeconds: 300 });
    const next = nextOf(records);
    for (const record of eventRecords(3)) await records.push(record);
    expect(await next).toEqual(['1', '2', '3']);
  });

  test('fills a batch up to 6 MB of payload, and to no byte more', async () => {
    for (const [over, expected] of [
      [0, ['1', '2']],
      [1, ['1']],
    ] as const) {
      const { lane: records } = lane();
      const half = SIX_MB / 2;
      // Beside the records, the payload is {"Records":[ , ]}
      await records.push(recordOf(half, '1'));
      await records.push(recordOf(half - '{"Records":[,]}'.length + over, '2'));
      const batch = (await records.nextBatch()) ?? [];
      expect(sequenceNumbers(batch)).toEqual(expected);
      expect(Buffer.byteLength(JSON.stringify({ Records: batch }))).toBeLessThanOrEqual(SIX_MB);
    }
  });

  test('gives a batch before the window ends once the payload is full', async () => {
    const { lane: records } = lane({ batchWindowSeconds: 300 });
    const next = nextOf(records);
    for (const number of ['1', '2', '3']) await records.push(recordOf(SIX_MB * 0.45, number));
    expect(await next).toEqual(['1', '2']);
  });

  test('gives a record that is too large by itself a batch of its own', async () => {
    const { lane: records } = lane();
    await records.push(recordOf(SIX_MB + 1, '1'));
    await records.push(eventRecord({ sequenceNumber: '2' }));
    expect(await nextOf(records)).toEqual(['1']);
    expect(await nextOf(records)).toEqual(['2']);
  });

  test('gives the remaining records once it is closed, and then no more', async () => {
    const { lane: records } = lane({ batchWindowSeconds: 300 });
    await records.push(eventRecord());
    const next = nextOf(records);
    expect(await isSettled(next)).toBe(false);
    records.close();
    expect(await next).toEqual(['1']);
    expect(await records.nextBatch()).toBeUndefined();
  });

  test('ends a wait for records when it is closed', async () => {
    const { lane: records } = lane();
    const next = records.nextBatch();
    records.close();
    expect(await next).toBeUndefined();
  });

  test('takes no more than two batches ahead', async () => {
    const { lane: records } = lane();
    for (const record of eventRecords(6)) await records.push(record);
    const seventh = records.push(eventRecord({ sequenceNumber: '7' }));
    expect(await isSettled(seventh)).toBe(false);
    await records.nextBatch();
    await seventh;
    expect(await nextOf(records)).toEqual(['4', '5', '6']);
    expect(await nextOf(records)).toEqual(['7']);
  });

  test('ends all waits when it is stopped', async () => {
    const { lane: records, stopped } = lane({ batchWindowSeconds: 300 });
    const forRecords = records.nextBatch();
    stopped.abort(new Error('stopped'));
    await expect(forRecords).rejects.toThrow('stopped');

    const waiting = lane({ batchWindowSeconds: 300 });
    await waiting.lane.push(eventRecord());
    const forWindow = waiting.lane.nextBatch();
    waiting.stopped.abort(new Error('stopped'));
    await expect(forWindow).rejects.toThrow('stopped');

    const full = lane({ batchSize: 1 });
    for (const record of eventRecords(2)) await full.lane.push(record);
    const forRoom = full.lane.push(eventRecord());
    full.stopped.abort(new Error('stopped'));
    await expect(forRoom).rejects.toThrow('stopped');
  });
});
