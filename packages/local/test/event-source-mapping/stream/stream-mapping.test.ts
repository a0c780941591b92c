import { type _Record, KinesisClient } from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { DeployedMapping } from '../../../src/assembly/deployed.ts';
import type { KinesisEventRecord as EventRecord } from '../../../src/event-source-mapping/stream/kinesis-event.ts';
import { kinesisSource } from '../../../src/event-source-mapping/stream/kinesis-source.ts';
import { createStreamMapping } from '../../../src/event-source-mapping/stream/stream-mapping.ts';
import type {
  FailedBatch,
  Positions,
} from '../../../src/event-source-mapping/stream/stream-mapping-options.ts';
import type { Invocation, InvocationResult } from '../../../src/services/lambda/invocation.ts';
import { AwsError } from '../../../src/shared/aws-error.ts';
import { deployedMapping, mappingMonitor, sequenceNumbers, steppedClock } from '../../factories.ts';

interface StreamShard {
  ShardId: string;
  ParentShardId?: string;
  AdjacentParentShardId?: string;
  /** Given for a closed shard. */
  SequenceNumberRange?: { StartingSequenceNumber: string; EndingSequenceNumber: string };
  records: _Record[];
  /** An open shard has no end. */
  open?: boolean;
}

const STREAM = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';

/** A stream in memory, behind a real client; records each call. */
function streamOf(...shards: StreamShard[]) {
  const calls: string[] = [];
  const kinesis = new KinesisClient({ region: 'us-west-2' });
  const answer = (input: object) => {
    if ('ShardIteratorType' in input && 'ShardId' in input) {
      calls.push(`${input.ShardId} ${input.ShardIteratorType}`);
      return { ShardIterator: `${input.ShardId} 0` };
    }
    if (!('ShardIterator' in input)) return { Shards: shards.map(({ records: _, ...shard }) => shard) };
    const [shardId, start] = String(input.ShardIterator).split(' ');
    const shard = shards.find(({ ShardId }) => ShardId === shardId);
    const Records = shard?.records.slice(Number(start)) ?? [];
    const next = Number(start) + Records.length;
    return { Records, ...(shard?.open && { NextShardIterator: `${shardId} ${next}` }) };
  };
  kinesis.middlewareStack.add(
    () =>
      async ({ input }) => ({ response: {}, output: { $metadata: {}, ...answer(input) } }),
    { step: 'initialize' },
  );
  return { kinesis, calls };
}

function record(sequenceNumber: number, PartitionKey = 'a', data = 'x'): _Record {
  return {
    SequenceNumber: String(sequenceNumber),
    PartitionKey,
    Data: Buffer.from(data),
    ApproximateArrivalTimestamp: new Date('2026-01-15T12:00:00Z'),
  };
}

const running: ReturnType<typeof createStreamMapping>[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((mapping) => mapping.stop()));
});

interface Parts {
  mapping?: Partial<DeployedMapping>;
  positions?: Positions;
  invoke?: (invocation: Invocation) => Promise<InvocationResult>;
}

function run(
  { kinesis }: Pick<ReturnType<typeof streamOf>, 'kinesis'>,
  { mapping = {}, positions, invoke = async () => ({ payload: 'null' }) }: Parts = {},
) {
  const clock = steppedClock();
  const invoked: string[][] = [];
  const kept: FailedBatch[] = [];
  const filtered: string[] = [];
  const failed: string[] = [];
  const settled: string[] = [];
  const problems: string[] = [];
  const runner = createStreamMapping({
    mapping: deployedMapping(mapping),
    source: kinesisSource({
      kinesis,
      streamArn: STREAM,
      eventSourceArn: STREAM,
      region: 'us-west-2',
      invokeIdentityArn: 'arn:aws:iam::111111111111:role/forwarder',
    }),
    invoke(invocation) {
      const { Records } = invocation.event as { Records: EventRecord[] };
      invoked.push(sequenceNumbers(Records));
      return invoke(invocation);
    },
    keep: async (batch) => void kept.push(batch),
    clock,
    onFiltered: (eventIds) => filtered.push(...eventIds),
    onSettled: (eventIds) => settled.push(...eventIds),
    onFailedBatch: (reason) => failed.push(reason),
    onProblem: (message) => problems.push(message),
    monitor: mappingMonitor(deployedMapping(mapping)),
    ...(positions && { positions }),
  });
  running.push(runner);
  return { runner, clock, invoked, kept, filtered, settled, failed, problems };
}

describe('createStreamMapping', () => {
  test('invokes the function with batches of the records of a shard, and waits for each', async () => {
    const stream = streamOf({ ShardId: 's', records: [1, 2, 3].map((number) => record(number)) });
    const gates: (() => void)[] = [];
    const invoke = () =>
      new Promise<InvocationResult>((resolve) => gates.push(() => resolve({ payload: 'null' })));
    const { runner, invoked, problems } = run(stream, { mapping: { batchSize: 2 }, invoke });
    await runner.start();
    await vi.waitFor(() => expect(gates).toHaveLength(1));
    expect(invoked).toHaveLength(1);
    gates[0]?.();
    await vi.waitFor(() => expect(gates).toHaveLength(2));
    expect(invoked.flat()).toEqual(['1', '2', '3']);
    expect(problems).toEqual([]);
  });

  test('hands over the event as a synchronous invocation of the function', async () => {
    const stream = streamOf({ ShardId: 's', records: [record(1)] });
    const invocations: Invocation[] = [];
    const { runner } = run(stream, {
      invoke: async (invocation) => {
        invocations.push(invocation);
        return { payload: 'null' };
      },
    });
    await runner.start();
    await vi.waitFor(() => expect(invocations).toHaveLength(1));
    expect(invocations[0]).toMatchObject({
      invokedArn: deployedMapping().functionArn,
      invocationType: 'RequestResponse',
      event: { Records: [{ eventID: 's:1', eventSourceARN: STREAM }] },
    });
  });

  test.each([
    ['that is throttled', new AwsError('TooManyRequestsException', 'Rate Exceeded', 429), 200, []],
    ['that Lambda cannot run', new AwsError('ServiceException', 'no', 500), 200, []],
    [
      'that it may not invoke',
      new AwsError('AccessDeniedException', 'no', 403),
      1_000,
      Array(3).fill(`${deployedMapping().functionArn} cannot be invoked: AccessDeniedException: no`),
    ],
  ])('invokes a function %s again without counting that as a retry', async (_, error, waitMs, reported) => {
    const stream = streamOf({ ShardId: 's', records: [record(1)] });
    let failures = 3;
    const { runner, clock, invoked, kept, settled, problems } = run(stream, {
      mapping: { maximumRetryAttempts: 0 },
      async invoke() {
        if (failures > 0) {
          failures -= 1;
          throw error;
        }
        return { payload: 'null' };
      },
    });
    await runner.start();
    await vi.waitFor(() => {
      clock.advance(waitMs);
      expect(invoked).toHaveLength(4);
    });
    await vi.waitFor(() => expect(settled).toEqual(['s:1']));
    expect(kept).toEqual([]);
    expect(problems).toEqual(reported);
  });

  test('drops records that match no filter before they count for a batch, and reports them', async () => {
    const data = ['{"a":1}', '{"a":2}', 'text', '{"b":3}', '{"a":1,"b":4}', '{}', '{"a":1}'];
    const records = data.map((text, index) => record(index + 1, 'a', text));
    const { runner, invoked, filtered, problems } = run(streamOf({ ShardId: 's', records }), {
      mapping: { batchSize: 2, batchWindowSeconds: 1, filters: [{ data: { a: [1] } }, { data: { b: [3] } }] },
    });
    await runner.start();
    await vi.waitFor(() => expect(invoked.flat()).toHaveLength(4));
    expect(invoked).toEqual([
      ['1', '4'],
      ['5', '7'],
    ]);
    expect(filtered).toEqual(['s:2', 's:3', 's:6']);
    expect(problems).toEqual([]);
  });

  test('moves past records that match no filter, so that a shard of them ends and its child is read', async () => {
    const parent = { ShardId: 'parent', records: [record(1), record(2)] };
    const child = { ShardId: 'child', ParentShardId: 'parent', records: [record(3, 'a', '{"a":1}')] };
    const { runner, clock, invoked, filtered } = run(streamOf(parent, child), {
      mapping: { filters: [{ data: { a: [1] } }] },
    });
    await runner.start();
    await vi.waitFor(() => {
      clock.advance(2_000);
      expect(invoked).toEqual([['3']]);
    });
    expect(filtered).toEqual(['parent:1', 'parent:2']);
  });

  test('gives failed batches to the destination, with their shard and the number of attempts', async () => {
    const stream = streamOf({ ShardId: 's', records: [record(1), record(2)] });
    const { runner, kept } = run(stream, {
      mapping: { batchSize: 2, batchWindowSeconds: 1, maximumRetryAttempts: 0 },
      invoke: async () => ({ payload: '{"batchItemFailures":[{"itemIdentifier":"2"}]}' }),
    });
    await runner.start();
    await vi.waitFor(() => expect(kept).toHaveLength(1));
    expect(kept[0]).toMatchObject({ shardId: 's', condition: 'RetryAttemptsExhausted', attempts: 1 });
    expect(kept[0]?.functionError).toBeUndefined();
    expect(sequenceNumbers(kept[0]?.records ?? [])).toEqual(['2']);
  });

  test('runs partition keys side by side, each in its order', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const records = Array.from({ length: 64 }, (_, index) => record(index + 1, keys[index % keys.length]));
    const stream = streamOf({ ShardId: 's', records });
    let atWork = 0;
    let mostAtWork = 0;
    const byKey = new Map<string, number[]>();
    const { runner, invoked } = run(stream, {
      mapping: { batchSize: 4, parallelizationFactor: 3 },
      async invoke({ event }) {
        atWork += 1;
        mostAtWork = Math.max(mostAtWork, atWork);
        await new Promise(setImmediate);
        for (const { kinesis } of (event as { Records: EventRecord[] }).Records) {
          const numbers = byKey.get(kinesis.partitionKey) ?? [];
          byKey.set(kinesis.partitionKey, [...numbers, Number(kinesis.sequenceNumber)]);
        }
        atWork -= 1;
        return { payload: 'null' };
      },
    });
    await runner.start();
    await vi.waitFor(() => expect([...byKey.values()].flat()).toHaveLength(64));
    expect(mostAtWork).toBe(3);
    for (const numbers of byKey.values()) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(invoked.flat()).size).toBe(64);
  });

  test('reads a child shard from its start, and only after its parent ended', async () => {
    const parent: StreamShard = { ShardId: 'parent', records: [record(1)], open: true };
    const child = { ShardId: 'child', ParentShardId: 'parent', records: [record(2)] };
    const stream = streamOf(parent, child);
    const { runner, clock, invoked } = run(stream, { mapping: { startingPosition: 'LATEST' } });
    await runner.start();
    await vi.waitFor(() => expect(invoked).toEqual([['1']]));
    clock.advance(2_000);
    await new Promise(setImmediate);
    expect(stream.calls).toEqual(['parent LATEST']);
    parent.open = false;
    await vi.waitFor(() => {
      clock.advance(2_000);
      expect(invoked).toEqual([['1'], ['2']]);
    });
    expect(stream.calls).toEqual(['parent LATEST', 'child TRIM_HORIZON']);
  });

  test('reads the child of a merge only after both of its parents ended', async () => {
    const left: StreamShard = { ShardId: 'left', records: [record(1)], open: true };
    const right: StreamShard = { ShardId: 'right', records: [record(2)], open: true };
    const child = {
      ShardId: 'child',
      ParentShardId: 'left',
      AdjacentParentShardId: 'right',
      records: [record(3)],
    };
    const { runner, clock, invoked } = run(streamOf(left, right, child));
    await runner.start();
    left.open = false;
    await vi.waitFor(() => {
      clock.advance(2_000);
      expect(invoked).toHaveLength(2);
    });
    await new Promise(setImmediate);
    expect(invoked.toSorted()).toEqual([['1'], ['2']]);
    right.open = false;
    await vi.waitFor(() => {
      clock.advance(2_000);
      expect(invoked.at(-1)).toEqual(['3']);
    });
  });

  test('skips shards that were closed before it, where it starts at the latest record', async () => {
    const range = { StartingSequenceNumber: '1', EndingSequenceNumber: '2' };
    const parent = { ShardId: 'parent', records: [record(1)], SequenceNumberRange: range };
    const child = { ShardId: 'child', ParentShardId: 'parent', records: [], open: true };
    const stream = streamOf(parent, child);
    const { runner } = run(stream, { mapping: { startingPosition: 'LATEST' } });
    await runner.start();
    expect(stream.calls).toEqual(['child LATEST']);
  });

  test('starts at a time: with the records that came then or later', async () => {
    const at = (number: number, time: string) => ({
      ...record(number),
      ApproximateArrivalTimestamp: new Date(time),
    });
    const records = [
      at(1, '2026-01-15T11:59:59Z'),
      at(2, '2026-01-15T12:00:00Z'),
      at(3, '2026-01-15T12:00:01Z'),
    ];
    const { runner, invoked, filtered } = run(streamOf({ ShardId: 's', records }), {
      mapping: {
        startingPosition: 'AT_TIMESTAMP',
        startingTimestamp: Date.parse('2026-01-15T12:00:00Z') / 1000,
      },
    });
    await runner.start();
    await vi.waitFor(() => expect(invoked.flat()).toEqual(['2', '3']));
    expect(filtered).toEqual([]);
  });

  test('reports a shard that stops on an error, once', async () => {
    const stream = streamOf({ ShardId: 's', records: [record(1)] });
    const { runner, problems } = run(stream, {
      invoke: async () => {
        throw new TypeError('the local AWS is broken');
      },
    });
    await runner.start();
    await vi.waitFor(() => expect(problems).toHaveLength(1));
    expect(problems[0]).toBe('Shard s stopped: TypeError: the local AWS is broken');
  });

  test('stops while the function is at work, reporting nothing', async () => {
    const stream = streamOf({ ShardId: 's', records: [record(1)] });
    const { runner, invoked, kept, problems } = run(stream, { invoke: () => new Promise(() => {}) });
    await runner.start();
    await vi.waitFor(() => expect(invoked).toHaveLength(1));
    await runner.stop();
    expect(kept).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('waits for the function when it is drained, and returns where to go on', async () => {
    const stream = streamOf({ ShardId: 's', records: [1, 2, 3].map((number) => record(number)), open: true });
    const gates: (() => void)[] = [];
    const { runner, invoked, problems } = run(stream, {
      mapping: { batchSize: 2 },
      invoke: () => new Promise((resolve) => gates.push(() => resolve({ payload: 'null' }))),
    });
    await runner.start();
    await vi.waitFor(() => expect(invoked).toHaveLength(1));
    const drained = runner.drain();
    gates[0]?.();
    const positions = await drained;
    const last = invoked[0]?.at(-1);
    expect(positions).toEqual(new Map([['s', { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last }]]));
    expect(invoked).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  test('reports why the function failed with a batch', async () => {
    const payloads = ['{"errorType":"RouteError","errorMessage":"no route"}', 'killed'];
    const stream = streamOf({ ShardId: 's', records: [record(1)] });
    const { runner, clock, failed, settled } = run(stream, {
      invoke: async () => {
        const payload = payloads.shift();
        return payload === undefined ? { payload: 'null' } : { payload, functionError: 'Unhandled' };
      },
    });
    await runner.start();
    await vi.waitFor(() => {
      clock.advance(1_000);
      expect(settled).toHaveLength(1);
    });
    expect(failed).toEqual(['RouteError: no route', 'killed']);
  });

  test('reads a batch again that was to be retried when it was drained', async () => {
    const stream = streamOf({ ShardId: 's', records: [record(1)], open: true });
    const { runner, invoked } = run(stream, {
      invoke: async () => ({ payload: '{}', functionError: 'Unhandled' }),
    });
    await runner.start();
    await vi.waitFor(() => expect(invoked).toHaveLength(1));
    expect(await runner.drain()).toEqual(new Map([['s', { type: 'TRIM_HORIZON' }]]));
  });

  test('continues where another mapping stopped, and reads newer shards from their start', async () => {
    const known = { ShardId: 'known', records: [], open: true };
    const split = { ShardId: 'new', records: [record(7)], open: true };
    const stream = streamOf(known, split);
    const positions: Positions = new Map([['known', { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '5' }]]);
    const { runner, invoked } = run(stream, { mapping: { startingPosition: 'LATEST' }, positions });
    await runner.start();
    await vi.waitFor(() => expect(invoked).toEqual([['7']]));
    expect(stream.calls).toEqual(['known AFTER_SEQUENCE_NUMBER', 'new TRIM_HORIZON']);
  });

  test('reads with LATEST all children of the shards that another mapping read, and no older shard', async () => {
    const closed = { SequenceNumberRange: { StartingSequenceNumber: '0', EndingSequenceNumber: '9' } };
    const stream = streamOf(
      { ShardId: 'older', records: [record(1)], ...closed },
      { ShardId: 'known', records: [], ...closed },
      { ShardId: 'child', ParentShardId: 'known', records: [record(7)], ...closed },
      { ShardId: 'grandchild', ParentShardId: 'child', records: [record(8)], ...closed },
      { ShardId: 'open', ParentShardId: 'grandchild', records: [record(9)], open: true },
    );
    const positions: Positions = new Map([['known', { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '5' }]]);
    const { runner, clock, invoked } = run(stream, { mapping: { startingPosition: 'LATEST' }, positions });
    await runner.start();
    await vi.waitFor(() => {
      // Each generation is found after the one before it has ended.
      clock.advance(2_000);
      expect(invoked).toEqual([['7'], ['8'], ['9']]);
    });
  });
});
