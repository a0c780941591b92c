import { describe, expect, test } from 'vitest';
import type { Environments, Outcome } from '../../simulation/environments.ts';
import type { MappingPlan } from '../../simulation/plan.ts';
import { createRandom } from '../../simulation/random.ts';
import { createRecords, placeOfSequenceNumber, sequenceNumberOf } from '../../simulation/records.ts';
import { createShardReader } from '../../simulation/shard-reader.ts';
import { createVirtualTime } from '../../simulation/virtual-time.ts';

const HOUR = 3_600_000;

/** A shard of records that are all there at once, and what a function gets that answers as `answer` says. */
async function read(options: {
  count: number;
  plan?: Partial<MappingPlan>;
  answer: (ordinals: number[], call: number) => Outcome;
}) {
  const { count, plan, answer } = options;
  const time = createVirtualTime(0);
  const records = createRecords(0, 'orders');
  const batches: number[][] = [];
  const left: Record<'done' | 'givenUp', number[]> = { done: [], givenUp: [] };
  const environments: Pick<Environments, 'invoke'> = {
    invoke({ event }, done) {
      const { Records } = event as { Records: { kinesis: { sequenceNumber: string } }[] };
      const ordinals = Records.map(({ kinesis }) => placeOfSequenceNumber(kinesis.sequenceNumber).ordinal);
      batches.push(ordinals);
      const outcome = answer(ordinals, batches.length - 1);
      time.after(10, () => done(outcome));
    },
  };
  const reader = createShardReader({
    records,
    environments: environments as Environments,
    time,
    random: createRandom(1, 'shard'),
    plan: {
      batchSize: 4,
      windowMs: 1_000,
      parallelizationFactor: 1,
      maximumRetryAttempts: 2,
      maximumRecordAgeSeconds: -1,
      bisects: true,
      ...plan,
    },
    leave: (ordinals, to) => left[to].push(...ordinals),
  });
  reader.add(Array.from({ length: count }, (_, index) => records.put(0, index)));
  await time.runUntil(HOUR);
  return { batches, left };
}

const done: Outcome = { status: 'done', response: { batchItemFailures: [] } };
const failed: Outcome = { status: 'failed', reason: 'It threw' };
const reports = (ordinal: number): Outcome => ({
  status: 'done',
  response: { batchItemFailures: [{ itemIdentifier: sequenceNumberOf(0, ordinal) }] },
});

describe('createShardReader', () => {
  test('reads every record once, in order, in batches of the size', async () => {
    const { batches, left } = await read({ count: 10, answer: () => done });

    expect(batches).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(left).toEqual({ done: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], givenUp: [] });
  });

  test('reads again from the record that is reported', async () => {
    const { batches, left } = await read({
      count: 5,
      answer: (_, call) => (call === 0 ? reports(2) : done),
    });

    expect(batches).toEqual([[0, 1, 2, 3], [2, 3], [4]]);
    expect(left.done).toEqual([0, 1, 2, 3, 4]);
  });

  test('halves a batch on which the function fails, and gives up what is left after the last retry', async () => {
    const { batches, left } = await read({
      count: 5,
      answer: (ordinals) => (ordinals.includes(1) ? failed : done),
    });

    expect(batches).toEqual([[0, 1, 2, 3], [0, 1], [0], [1], [1], [1], [2, 3], [4]]);
    expect(left).toEqual({ done: [0, 2, 3, 4], givenUp: [1] });
  });

  test('gives up all that is left of a batch that is reported from its first record on', async () => {
    const { batches, left } = await read({
      count: 5,
      answer: (ordinals) => (ordinals.includes(1) ? reports(1) : done),
    });

    expect(batches).toEqual([[0, 1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3], [4]]);
    expect(left).toEqual({ done: [0, 4], givenUp: [1, 2, 3] });
  });

  test('takes no retry for a throttle', async () => {
    const { batches, left } = await read({
      count: 1,
      answer: (_, call) => (call < 10 ? { status: 'throttled' } : done),
    });

    expect(batches).toHaveLength(11);
    expect(left.done).toEqual([0]);
  });

  test('fails the batch on a report of a record that is not in it', async () => {
    const { batches } = await read({
      count: 2,
      answer: (_, call) => (call === 0 ? reports(77) : done),
    });

    expect(batches).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});
