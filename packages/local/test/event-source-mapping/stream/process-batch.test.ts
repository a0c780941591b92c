import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventRecord } from '../../../src/event-source-mapping/stream/event-record.ts';
import {
  type AttemptResult,
  type BatchDependencies,
  type FailureCondition,
  processBatch,
} from '../../../src/event-source-mapping/stream/process-batch.ts';
import { eventRecord, eventRecords, instantClock, NOON_MS, sequenceNumbers } from '../../factories.ts';

const SUCCESS: AttemptResult = { outcome: 'success' };
const ERROR: AttemptResult = { outcome: 'error', error: 'no' };
const THROTTLED: AttemptResult = { outcome: 'throttled' };
const partial = (failedFrom: number): AttemptResult => ({ outcome: 'partial', failedFrom });

interface Run {
  records?: EventRecord[];
  /** Of one invocation after another; success from then on. */
  results?: AttemptResult[];
  /** Instead of `results`: by what is invoked. */
  answer?: (records: readonly EventRecord[]) => AttemptResult;
  retentionSeconds?: number;
  mapping?: Partial<BatchDependencies['mapping']>;
  clock?: ReturnType<typeof instantClock>;
  signal?: AbortSignal;
}

/** Processes a batch; returns each invocation by its sequence numbers, and the records given up. */
async function run({
  records = eventRecords(4),
  results = [],
  answer = () => results.shift() ?? SUCCESS,
  mapping = {},
  retentionSeconds,
  clock = instantClock(),
  signal = new AbortController().signal,
}: Run) {
  const invoked: string[] = [];
  const givenUp: [records: string, condition: FailureCondition, attempts: number][] = [];
  const done = processBatch(records, {
    mapping: {
      maximumRetryAttempts: -1,
      maximumRecordAgeSeconds: -1,
      bisectBatchOnFunctionError: false,
      ...mapping,
    },
    retentionSeconds,
    async invoke(batch) {
      invoked.push(sequenceNumbers(batch).join(' '));
      return answer(batch);
    },
    async giveUp(batch, condition, attempts) {
      givenUp.push([sequenceNumbers(batch).join(' '), condition, attempts]);
    },
    clock,
    signal,
  });
  await done;
  return { invoked, givenUp, slept: clock.slept };
}

const failsOn = (poison: string) => (records: readonly EventRecord[]) =>
  sequenceNumbers(records).includes(poison) ? ERROR : SUCCESS;

describe('processBatch', () => {
  test('ends with a batch that the function takes', async () => {
    expect(await run({})).toEqual({ invoked: ['1 2 3 4'], givenUp: [], slept: [] });
  });

  test('tries a batch again unchanged after an error, and waits longer each time, up to ten seconds', async () => {
    const results = Array.from({ length: 8 }, () => ERROR);
    const { invoked, slept } = await run({ results });
    expect(invoked).toEqual(Array.from({ length: 9 }, () => '1 2 3 4'));
    expect(slept).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  });

  test('tries again from the lowest reported record on, successes included', async () => {
    const { invoked, givenUp } = await run({ results: [partial(1), partial(2), SUCCESS] });
    expect(invoked).toEqual(['1 2 3 4', '2 3 4', '4']);
    expect(givenUp).toEqual([]);
  });

  test('gives up the complete remaining batch when its retries run out', async () => {
    const { invoked, givenUp } = await run({
      results: [partial(1), partial(0), partial(1), SUCCESS],
      mapping: { maximumRetryAttempts: 2 },
    });
    expect(invoked).toEqual(['1 2 3 4', '2 3 4', '2 3 4']);
    expect(givenUp).toEqual([['3 4', 'RetryAttemptsExhausted', 3]]);
  });

  test('gives up after the first failure when it has no retries', async () => {
    const { invoked, givenUp, slept } = await run({
      results: [ERROR],
      mapping: { maximumRetryAttempts: 0 },
    });
    expect(invoked).toEqual(['1 2 3 4']);
    expect(givenUp).toEqual([['1 2 3 4', 'RetryAttemptsExhausted', 1]]);
    expect(slept).toEqual([]);
  });

  test('never runs out of retries or of time when both are -1', async () => {
    const old = eventRecord({ arrivalSeconds: NOON_MS / 1000 - 30 * 86_400 });
    const results = Array.from({ length: 200 }, () => ERROR);
    const { invoked, givenUp } = await run({ records: [old], results });
    expect(invoked).toHaveLength(201);
    expect(givenUp).toEqual([]);
  });

  test('halves a batch on an error, and goes on with the first half', async () => {
    const { invoked, slept } = await run({
      answer: failsOn('3'),
      records: eventRecords(5),
      mapping: { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 },
    });
    expect(invoked).toEqual(['1 2 3 4 5', '1 2 3', '1 2', '3', '4 5']);
    expect(slept).toEqual([]);
  });

  test('does not count a split as a retry', async () => {
    const { invoked, givenUp } = await run({
      answer: failsOn('2'),
      mapping: { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 },
    });
    expect(invoked).toEqual(['1 2 3 4', '1 2', '1', '2', '2', '3 4']);
    expect(givenUp).toEqual([['2', 'RetryAttemptsExhausted', 2]]);
  });

  test('splits at the reported record instead of halving, and not before the first', async () => {
    const { invoked, givenUp } = await run({
      results: [partial(1), partial(0), partial(0), SUCCESS],
      mapping: { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 },
    });
    expect(invoked).toEqual(['1 2 3 4', '2 3 4', '2 3 4']);
    expect(givenUp).toEqual([['2 3 4', 'RetryAttemptsExhausted', 2]]);
  });

  test('gives up records that are too old before it invokes, and continues with the others in order', async () => {
    const now = NOON_MS / 1000;
    const arrivals = [now - 61, now - 60, now - 90, now];
    const records = arrivals.map((arrivalSeconds, index) =>
      eventRecord({ sequenceNumber: String(index + 1), arrivalSeconds }),
    );
    const { invoked, givenUp } = await run({ records, mapping: { maximumRecordAgeSeconds: 60 } });
    expect(givenUp).toEqual([['1 3', 'RecordAgeExceeded', 0]]);
    expect(invoked).toEqual(['2 4']);
  });

  test('gives up records that grow too old while they are retried', async () => {
    const { invoked, givenUp, slept } = await run({
      answer: () => ERROR,
      mapping: { maximumRecordAgeSeconds: 1 },
    });
    expect(slept).toEqual([200, 400, 800]);
    expect(invoked).toHaveLength(3);
    expect(givenUp).toEqual([['1 2 3 4', 'RecordAgeExceeded', 3]]);
  });

  test('asks a throttled function again as long as the records are young, and counts no retry', async () => {
    const young = await run({
      results: [THROTTLED, THROTTLED, ERROR, THROTTLED, SUCCESS],
      mapping: { maximumRetryAttempts: 1 },
    });
    expect(young.invoked).toHaveLength(5);
    expect(young.givenUp).toEqual([]);

    const old = await run({ answer: () => THROTTLED, mapping: { maximumRecordAgeSeconds: 60 } });
    expect(old.invoked).toHaveLength(301);
    expect(old.givenUp).toEqual([['1 2 3 4', 'RecordAgeExceeded', 0]]);
  });

  test('gives up records that the stream no longer keeps, whatever the mapping allows', async () => {
    for (const maximumRecordAgeSeconds of [-1, 120]) {
      const mapping = { maximumRecordAgeSeconds };
      const { givenUp, slept } = await run({ answer: () => ERROR, mapping, retentionSeconds: 60 });
      expect(givenUp).toEqual([['1 2 3 4', 'RecordAgeExceeded', expect.any(Number)]]);
      expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(75_000);
    }
  });

  test('passes on the error of a function that failed, and none where it reported records', async () => {
    const thrown: AttemptResult = { outcome: 'error', error: 'no', functionError: 'Unhandled' };
    const errors: unknown[] = [];
    for (const result of [thrown, ERROR, partial(1)]) {
      await processBatch(eventRecords(2), {
        mapping: { maximumRetryAttempts: 0, maximumRecordAgeSeconds: -1, bisectBatchOnFunctionError: false },
        invoke: async () => result,
        giveUp: async (_records, _condition, _attempts, functionError) => void errors.push(functionError),
        clock: instantClock(),
        signal: new AbortController().signal,
      });
    }
    expect(errors).toEqual(['Unhandled', undefined, undefined]);
  });

  test('ends at once when it is stopped while it waits', async () => {
    const stopped = new AbortController();
    const answer = () => {
      stopped.abort(new Error('stopped'));
      return ERROR;
    };
    await expect(run({ answer, signal: stopped.signal })).rejects.toThrow('stopped');
  });

  test('takes or gives up every record once and in order, whatever fails', async () => {
    const outcome = fc.oneof(
      fc.constant({ kind: 'success' as const }),
      fc.constant({ kind: 'error' as const }),
      fc.record({ kind: fc.constant('partial' as const), at: fc.nat({ max: 20 }) }),
    );
    const world = fc.record({
      count: fc.integer({ min: 1, max: 20 }),
      outcomes: fc.array(outcome, { maxLength: 40 }),
      maximumRetryAttempts: fc.integer({ min: -1, max: 3 }),
      maximumRecordAgeSeconds: fc.constantFrom(-1, 60),
      bisectBatchOnFunctionError: fc.boolean(),
      ageSeconds: fc.integer({ min: 0, max: 70 }),
    });
    await fc.assert(
      fc.asyncProperty(world, async ({ count, outcomes, ageSeconds, ...mapping }) => {
        const clock = instantClock();
        const records = Array.from({ length: count }, (_, index) => {
          // Later records are younger, as they are in a shard.
          const arrivalSeconds = NOON_MS / 1000 - Math.max(0, ageSeconds - index);
          return eventRecord({ sequenceNumber: String(index + 1), arrivalSeconds });
        });
        /** The end of each record, as it comes. */
        const ended: string[] = [];
        const conditions = new Set<FailureCondition>();
        await processBatch(records, {
          mapping,
          async invoke(batch) {
            const numbers = sequenceNumbers(batch);
            // What is invoked is the next in line, with nothing left out.
            expect(numbers).toEqual(
              sequenceNumbers(records).slice(ended.length, ended.length + numbers.length),
            );
            const next = outcomes.shift() ?? { kind: 'success' };
            if (next.kind === 'error') return ERROR;
            const failedFrom = next.kind === 'success' ? numbers.length : next.at % numbers.length;
            ended.push(...numbers.slice(0, failedFrom));
            return next.kind === 'success' ? SUCCESS : partial(failedFrom);
          },
          async giveUp(batch, condition, attempts) {
            ended.push(...sequenceNumbers(batch));
            conditions.add(condition);
            if (condition === 'RetryAttemptsExhausted')
              expect(attempts).toBe(mapping.maximumRetryAttempts + 1);
          },
          clock,
          signal: new AbortController().signal,
        });
        expect(ended).toEqual(sequenceNumbers(records));
        if (mapping.maximumRetryAttempts === -1) expect(conditions).not.toContain('RetryAttemptsExhausted');
        if (mapping.maximumRecordAgeSeconds === -1) expect(conditions).not.toContain('RecordAgeExceeded');
      }),
    );
  });
});
