import { createHash } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { decodeParkedRecords, encodeParkedRecords, limits, pausedPrefix, readPausedKey } from '@xacct/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bringAllBack } from '../../src/paused/bring-all-back.ts';

const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const ROUTE = {
  name: 'orders',
  retryQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/xacct-route-orders-retry',
};
const NOW = Date.parse('2026-11-26T03:00:00.000Z');
const QUIET_AT = NOW + 120_000;
const facts = (number: number, parkedAt: number, hops: number) => ({
  ...{ route: 'orders', streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders', target: READER },
  ...{ shardId: 'shardId-000000000000', failure: 'paused', reason: 'paused', attempts: 0, hops },
  firstSequenceNumber: String(number),
  lastSequenceNumber: String(number),
  parkedAt: new Date(parkedAt).toISOString(),
});
const keyOf = (number: number) => {
  const arrivedAt = new Date(NOW - 3_600_000 + number * 1000).toISOString();
  return `${pausedPrefix('orders', READER)}${arrivedAt}-shardId-000000000000:${number}-1-0123456789abcdef.json`;
};
const objectOf = (number: number, parkedAt = NOW - 3_600_000, hops = 0) =>
  encodeParkedRecords(facts(number, parkedAt, hops), [JSON.stringify({ eventID: String(number) })]);
const tagOf = (text: string) => createHash('md5').update(text).digest('hex');

/** A bucket and a queue, and a forwarder that has read the route before it was changed, and after. */
function world(numbers: readonly number[]) {
  const objects = new Map(numbers.map((number) => [keyOf(number), objectOf(number)]));
  const messages: { body: string; groupId: string | undefined }[] = [];
  const delivered: number[] = [];
  const state = { now: NOW, calls: 0, dieAt: Number.POSITIVE_INFINITY, isPaused: false };
  const call = () => {
    state.calls += 1;
    state.now += 1;
    if (state.calls >= state.dieAt) throw new Error('killed');
  };
  /** What a forwarder does with the next message: keep it again while it does not know better, or deliver it. */
  const handle = (knows: boolean) => {
    const parked = decodeParkedRecords(messages.shift()?.body ?? '');
    const key = parked?.object ?? '';
    const copy = decodeParkedRecords(objects.get(key) ?? '');
    if (parked === undefined || copy === undefined) return;
    const number = Number(copy.firstSequenceNumber);
    if (knows || state.now >= QUIET_AT) delivered.push(number);
    else objects.set(keyOf(number), objectOf(number, Date.parse(parked.parkedAt), (parked.hops ?? 0) + 1));
    objects.delete(key);
  };
  const bucket = {
    async *keys(prefix: string) {
      yield* [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
    async readVersion(key: string) {
      call();
      const text = objects.get(key);
      return text === undefined ? undefined : { text, etag: tagOf(text) };
    },
    async putWaiting(route: string, text: string) {
      call();
      const key = `waiting/${route}/resume-${state.calls}.json`;
      objects.set(key, text);
      return key;
    },
    async deleteVersion(key: string, etag: string) {
      call();
      const text = objects.get(key);
      if (text !== undefined && tagOf(text) !== etag) return false;
      objects.delete(key);
      return true;
    },
  };
  const sqs = {
    async send({ input }: { input: { MessageBody: string; MessageGroupId?: string } }) {
      call();
      messages.push({ body: input.MessageBody, groupId: input.MessageGroupId });
    },
  } as unknown as Pick<SQSClient, 'send'>;
  const run = (more: { onWait?: () => void; signal?: AbortSignal; targets?: string[] } = {}) =>
    bringAllBack({
      ...{ route: ROUTE, targets: more.targets ?? [READER], bucket, sqs, rate: 1_000_000, quietAt: QUIET_AT },
      signal: more.signal ?? new AbortController().signal,
      isPaused: async () => state.isPaused,
      during: (_, work) => work(() => {}),
      now: () => state.now,
      async wait(ms) {
        more.onWait?.();
        state.now += ms;
      },
    });
  return { objects, messages, delivered, state, bucket, handle, run };
}

describe('bringAllBack', () => {
  test('sends a message for each object in the order of arrival, with a new budget, to the group of the target', async () => {
    const { run, messages, objects, state } = world([2, 0, 1]);
    expect(await run()).toEqual({ objects: 3, records: 3, foreign: 0, complete: true });
    const parked = messages.map(({ body }) => decodeParkedRecords(body));
    expect(parked.map((one) => one?.firstSequenceNumber)).toEqual(['0', '1', '2']);
    for (const one of parked) {
      expect(one).toMatchObject({ count: 1, hops: 0, records: [] });
      expect(Date.parse(one?.parkedAt ?? '')).toBeGreaterThanOrEqual(NOW);
      expect(decodeParkedRecords(objects.get(one?.object ?? '') ?? '')?.count).toBe(1);
    }
    expect(messages.map(({ groupId }) => groupId)).toEqual([READER, READER, READER]);
    expect([...objects.keys()].every((key) => readPausedKey(key) === undefined)).toBe(true);
    expect(state.now).toBeGreaterThanOrEqual(QUIET_AT);
  });

  test('looks again once no forwarder keeps records any more', async () => {
    const { run, objects, messages } = world([0]);
    const onWait = () => objects.set(keyOf(1), objectOf(1));
    expect(await run({ onWait })).toMatchObject({ records: 2, complete: true });
    expect(messages).toHaveLength(2);
  });

  test('leaves what is of another target, and what holds no records', async () => {
    const { run, objects, messages } = world([0]);
    const key = `${pausedPrefix('orders', READER)}other.json`;
    objects.set(key, 'no records');
    expect(await run({ targets: [`${READER}-other`] })).toMatchObject({ objects: 0, complete: true });
    expect(await run()).toMatchObject({ objects: 1, foreign: 1, complete: true });
    expect([messages.length, objects.has(key)]).toEqual([1, true]);
  });

  test('shortens a message group that SQS would refuse', async () => {
    const { run, objects, messages } = world([]);
    const long = `${READER}${'x'.repeat(60)}:${'y'.repeat(60)}`;
    objects.set(keyOf(0).replace(READER, long), objectOf(0));
    await run({ targets: [long] });
    expect(messages[0]?.groupId).toHaveLength(limits.sqs.messageGroupIdLength);
  });

  test('ends where the target is paused again', async () => {
    const { run, objects, state } = world([]);
    const onWait = () => {
      objects.set(keyOf(1), objectOf(1));
      state.isPaused = true;
    };
    await expect(run({ onWait })).rejects.toThrow('The target was paused again meanwhile');
  });

  test('ends between two objects at a signal', async () => {
    const { run, objects } = world([0, 1]);
    expect(await run({ signal: AbortSignal.abort() })).toMatchObject({ objects: 0, complete: false });
    expect(objects.size).toBe(2);
  });

  test('loses no record and sends at most one twice, whenever it is killed and whatever forwarders do meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.constantFrom('nothing', 'keeps', 'delivers'), { maxLength: 60 }),
        async (count, dieAt, planned) => {
          const steps = [...planned];
          const numbers = Array.from({ length: count }, (_, index) => index);
          const here = world(numbers);
          const { bucket, state, handle, delivered, messages, objects } = here;
          // Between any two calls, a forwarder may handle a message.
          const { readVersion, deleteVersion } = bucket;
          const act = () => {
            const step = steps.shift();
            if (step === 'keeps' || step === 'delivers') handle(step === 'delivers');
          };
          bucket.readVersion = (key) => {
            act();
            return readVersion(key);
          };
          bucket.deleteVersion = (key, etag) => {
            act();
            return deleteVersion(key, etag);
          };
          state.dieAt = dieAt;
          await here.run().catch((error: Error) => expect(error.message).toContain('killed'));
          state.dieAt = Number.POSITIVE_INFINITY;
          for (let runs = 0; runs < 2; runs += 1) {
            expect((await here.run()).complete).toBe(true);
            while (messages.length > 0) handle(true);
          }

          expect([...new Set(delivered)].sort()).toEqual(numbers);
          expect(delivered.length - numbers.length).toBeLessThanOrEqual(1);
          expect([...objects.keys()].filter(readPausedKey)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
