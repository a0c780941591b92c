import { decodeParkedRecords, pausedPrefix } from '@xacct/core';
import type { KinesisStreamRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import type { Letter } from '../../src/retry-queue/letter.ts';
import { deadline, kinesisRecords } from '../factories.ts';
import { letterOf, parkedBody, reader, referenceOf, retryPath, route } from '../retry-path.ts';

const target = { ...reader, paused: true as const };
const object = 'waiting/orders/a.json';
const otherShard = { shardId: 'shardId-000000000001' };

function setUp() {
  const path = retryPath({ route: { ...route, targets: [target] } });
  const pause = (letters: readonly Letter[], time = deadline()) =>
    path.resend({ route, target, letters, deadline: time, requestId: 'request-1' });
  /** What is kept for the paused target, in the order of the keys. */
  const kept = () =>
    [...path.stored.entries()]
      .filter(([key]) => key.startsWith(pausedPrefix('orders', reader.functionArn)))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, body]) => {
        const { records = [], ...facts } = decodeParkedRecords(body) ?? {};
        return {
          ...facts,
          numbers: records.map((record) => (record as KinesisStreamRecord).kinesis.sequenceNumber),
        };
      });
  return { ...path, pause, kept };
}

describe('createPauseLetters', () => {
  test('keeps the records of letters in the bucket, whatever they wait for, and calls nobody', async () => {
    const { pause, kept, sent, delivered, targets } = setUp();
    const early = { ...letterOf(), dueAt: Number.POSITIVE_INFINITY };

    expect(await pause([early])).toEqual(new Set());
    expect([sent, delivered]).toEqual([[], []]);
    expect(kept()).toEqual([
      expect.objectContaining({
        target: reader.functionArn,
        failure: 'paused',
        reason: 'The target is paused in the routes file',
        parkedAt: '2026-01-01T00:00:00.000Z',
        hops: 1,
        numbers: ['1', '2'],
      }),
    ]);
    expect(targets).toEqual([
      {
        route: 'orders',
        target: reader.functionArn,
        recordsIn: 2,
        delivered: 0,
        filtered: 0,
        parked: 0,
        paused: 2,
        failed: 0,
        invokeLatency: [],
      },
    ]);
  });

  test('keeps those of each shard by themselves, and each record once', async () => {
    const { pause, kept } = setUp();
    await pause([letterOf(), letterOf({}, kinesisRecords(3)), letterOf(otherShard)]);

    const byShard = kept().map(({ shardId = '', numbers }) => [shardId, numbers] as const);
    expect(byShard.sort(([one], [other]) => one.localeCompare(other))).toEqual([
      ['shardId-000000000000', ['1', '2', '3']],
      ['shardId-000000000001', ['1', '2']],
    ]);
  });

  test('does not end records whose time for retries is over', async () => {
    const { pause, kept, sent } = setUp();
    await pause([letterOf({ parkedAt: '2025-12-01T00:00:00.000Z', attempts: 4, failure: 'function-error' })]);

    expect(sent).toEqual([]);
    expect(kept()).toMatchObject([{ parkedAt: '2025-12-01T00:00:00.000Z', attempts: 4, failure: 'paused' }]);
  });

  test('takes the records of a letter out of the object that has them, which is deleted', async () => {
    const { pause, kept, stored } = setUp();
    stored.set(object, parkedBody());

    expect(await pause([referenceOf(object, 2)])).toEqual(new Set());
    expect(kept()).toMatchObject([{ numbers: ['1', '2'] }]);
    expect(stored.has(object)).toBe(false);
  });

  test('reads an object later that cannot be read now', async () => {
    const { pause, kept, letters, fails } = setUp();
    fails.get = true;

    expect(await pause([referenceOf(object, 2)])).toEqual(new Set());
    expect(kept()).toEqual([]);
    expect(letters()).toMatchObject([{ queue: 'retry', delaySeconds: 60, object }]);
  });

  test('leaves records in the queue while the bucket takes none', async () => {
    const { pause, kept, letters, fails, targets } = setUp();
    fails.put = true;

    expect(await pause([letterOf()])).toEqual(new Set());
    expect(kept()).toEqual([]);
    expect(letters()).toMatchObject([
      { queue: 'retry', delaySeconds: 900, failure: 'paused', numbers: ['1', '2'] },
    ]);
    expect(targets).toMatchObject([{ paused: 2, failed: 0 }]);
  });

  test('returns letters whose records are kept nowhere else, with their object', async () => {
    const { pause, fails, stored, targets } = setUp();
    stored.set(object, parkedBody());
    fails.put = true;
    fails.queue = true;
    const letters = [letterOf(otherShard), referenceOf(object, 2)];

    expect(await pause(letters)).toEqual(new Set(letters));
    expect([...stored.keys()]).toEqual([object]);
    expect(targets).toMatchObject([{ recordsIn: 4, paused: 0, failed: 4 }]);
  });

  test('returns letters that can neither be read nor sent again', async () => {
    const { pause, fails } = setUp();
    fails.get = true;
    fails.queue = true;
    const letter = referenceOf(object, 2);

    expect(await pause([letter])).toEqual(new Set([letter]));
  });
});
