import {
  decodeParkedRecords,
  encodeParkedReference,
  pausedPrefix,
  routeCache,
  type Target,
} from '@xacct/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kinesisRecord, storedRoute, target } from '../factories.ts';
import { dataOf, smallWorld } from './small-world.ts';

type World = ReturnType<typeof smallWorld>;

/** What `xacct resume` sends for the objects of a target. */
function bringBack(world: World, { functionArn }: Target, route = 'orders'): string[] {
  const keys = [...world.objects.keys()].filter((key) => key.startsWith(pausedPrefix(route, functionArn)));
  for (const key of keys.sort()) {
    const parked = decodeParkedRecords(world.objects.get(key) ?? '');
    if (parked === undefined) throw new Error(`${key} holds no parked records`);
    const { records: _, object: __, count, dueAt: ___, ...facts } = parked;
    const parkedAt = new Date(world.time.now()).toISOString();
    const copy = key.replace('paused/', 'resumed/');
    world.objects.set(copy, world.objects.get(key) ?? '');
    world.push(encodeParkedReference({ ...facts, parkedAt, hops: 0 }, count, copy));
    world.objects.delete(key);
  }
  return keys;
}

/** Longer than an environment uses a route that it has read. */
const LATER_MS = 2 * routeCache.lifetimeMs;
const seconds = (world: World) => world.time.now() / 1000;
const records = (world: World, first: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const record = kinesisRecord({ sequenceNumber: String(first + index), data: `data of ${first + index}` });
    return { ...record, kinesis: { ...record.kinesis, approximateArrivalTimestamp: seconds(world) } };
  });
const got = (world: World, { functionArn }: Target) =>
  world.calls(functionArn).flatMap((call) => call.records.map((record) => Number(dataOf(record).slice(8))));

const reader = target({ account: '222222222222', invocation: 'request-response', onFailure: 'park' });
const neighbour = target({ account: '333333333333', invocation: 'request-response', onFailure: 'park' });
const paused = (one: Target): Target => ({ ...one, paused: true });

describe('a target that is paused', () => {
  test('gets nothing, and then all in the order of arrival; its neighbour gets all at once', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [paused(reader), neighbour] }) });
    const handler = world.environment();
    for (let batch = 0; batch < 3; batch++) {
      expect(await world.send(handler, records(world, batch * 2, 2))).toEqual({ batchItemFailures: [] });
      await world.wait(1_000);
    }

    expect([got(world, reader), got(world, neighbour)]).toEqual([[], [0, 1, 2, 3, 4, 5]]);
    expect([world.objects.size, world.held('retry')]).toEqual([3, []]);

    world.deploy(storedRoute({ targets: [reader, neighbour] }));
    await world.wait(LATER_MS);
    bringBack(world, reader);
    await world.drain(handler, 1);

    expect(got(world, reader)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(got(world, neighbour)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(world.objects.size).toBe(0);
  });

  test('does not hold the stream up where it otherwise would', async () => {
    const blocks = paused({ ...reader, onFailure: 'block' });
    const world = smallWorld({ route: storedRoute({ targets: [blocks, neighbour] }) });

    expect(await world.send(world.environment(), records(world, 0, 2))).toEqual({ batchItemFailures: [] });
    expect([got(world, reader), got(world, neighbour), world.objects.size]).toEqual([[], [0, 1], 1]);
  });

  test('keeps what waited for it already, which burns no receives and does not expire', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [reader] }) });
    const handler = world.environment();
    world.answer(reader.functionArn, () => ({
      error: Object.assign(new Error('no'), { name: 'AccessDeniedException' }),
    }));
    await world.send(handler, records(world, 0, 3));
    expect(world.held('retry')).toHaveLength(1);
    world.deploy(storedRoute({ targets: [paused(reader)] }));
    await world.wait(LATER_MS);
    const calls = world.calls(reader.functionArn).length;
    await world.drain(handler, 72);

    expect(world.calls(reader.functionArn)).toHaveLength(calls);
    expect([world.held('retry'), world.held('dead-letters'), world.objects.size]).toEqual([[], [], 1]);
  });

  test('waits in the queue while the bucket takes nothing, and goes to the bucket from there', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [paused(reader)] }) });
    const handler = world.environment();
    world.faults.s3Put = true;
    await world.send(handler, records(world, 0, 3));
    expect([world.objects.size, world.held('retry').map(({ failure }) => failure)]).toEqual([0, ['paused']]);

    world.faults.s3Put = false;
    await world.drain(handler, 1);
    expect([world.objects.size, world.held('retry')]).toEqual([1, []]);
  });

  test('is paused still for an environment that does not know better yet: what is brought back to it is kept again', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [paused(reader)] }) });
    const handler = world.environment();
    await world.send(handler, records(world, 0, 3));
    const keys = bringBack(world, reader);
    await world.drain(handler, 1);

    expect([[...world.objects.keys()], world.held('retry')]).toEqual([keys, []]);
  });

  test('shows in the metrics as paused, and in no log as a failure', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [paused(reader)] }) });
    await world.send(world.environment(), records(world, 0, 3));
    const documents = world.lines.map((line): Record<string, unknown> => JSON.parse(line));

    expect(documents).toContainEqual(expect.objectContaining({ RecordsIn: 3, Paused: 3 }));
    for (const document of documents) expect(document).not.toHaveProperty('Parked');
    for (const document of documents) expect(document).not.toHaveProperty('level');
  });
});

/** A step of a night: who is paused from then on, whether the bucket works, and how long it lasts. */
const anyStep = fc.record({
  paused: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  s3Put: fc.boolean(),
  isDown: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  batches: fc.integer({ min: 0, max: 4 }),
  waitSeconds: fc.integer({ min: 0, max: 1_000 }),
});
const anyTarget = fc.record({
  invocation: fc.constantFrom('event', 'request-response'),
  onFailure: fc.constantFrom('park', 'block'),
});

describe('targets that are paused and resumed under load, while others and the bucket fail', () => {
  test('get every record once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(anyTarget, anyTarget, anyTarget),
        fc.array(anyStep, { minLength: 1, maxLength: 6 }),
        async (options, steps) => {
          const targets = options.map((option, index) =>
            target({ ...option, account: `22222222222${index}` }),
          );
          const world = smallWorld({ route: storedRoute({ targets }) });
          const environments = [world.environment(), world.environment()];
          let put = 0;
          let pausedBefore = [false, false, false];
          const deploy = (isPaused: readonly boolean[]) => {
            world.deploy(
              storedRoute({ targets: targets.map((one, index) => (isPaused[index] ? paused(one) : one)) }),
            );
          };
          for (const step of steps) {
            deploy(step.paused);
            world.faults.s3Put = !step.s3Put;
            await world.wait(LATER_MS);
            for (const [index, one] of targets.entries()) {
              if (pausedBefore[index] && !step.paused[index]) bringBack(world, one);
              const error = Object.assign(new Error('no'), { name: 'ResourceNotFoundException' });
              world.answer(one.functionArn, () => (step.isDown[index] ? { error } : {}));
            }
            pausedBefore = [...step.paused];
            for (let batch = 0; batch < step.batches; batch++) {
              let rest = records(world, put, 3);
              put += rest.length;
              for (let round = 0; rest.length > 0; round++) {
                // A target with `block` may be down; the step is over then, and it takes its records.
                if (round === 3) for (const { functionArn } of targets) world.answer(functionArn, () => ({}));
                const response = await world.send(environments[0] as never, rest);
                const from = response?.batchItemFailures[0]?.itemIdentifier;
                rest =
                  from === undefined
                    ? []
                    : rest.slice(Number(from) - Number(rest[0]?.kinesis.sequenceNumber));
              }
            }
            await world.drain(environments[1] as never, step.waitSeconds / 3_600);
          }
          world.faults.s3Put = false;
          deploy([false, false, false]);
          await world.wait(LATER_MS);
          for (const one of targets) world.answer(one.functionArn, () => ({}));
          for (const one of targets) bringBack(world, one);
          await world.drain(environments[1] as never, 20);

          expect([world.held('retry'), world.held('dead-letters'), world.objects.size]).toEqual([[], [], 0]);
          const all = Array.from({ length: put }, (_, index) => index);
          for (const one of targets) {
            const failed = steps.some(({ isDown }) => isDown[targets.indexOf(one)]);
            const there = got(world, one);
            expect((failed ? [...new Set(there)] : there).sort((a, b) => a - b)).toEqual(all);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
