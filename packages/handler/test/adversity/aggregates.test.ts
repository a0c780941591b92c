import type { KinesisStreamRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { kinesisRecord, storedRoute, target } from '../factories.ts';
import { aggregateByLibrary, recordOf } from '../kpl.ts';
import { parkedBody } from '../retry-path.ts';
import { dataOf, smallWorld } from './small-world.ts';

const reader = target({ invocation: 'request-response', onFailure: 'park' });
const { functionArn } = reader;
const route = storedRoute({ targets: [reader], deaggregate: true });

/** One record of the stream with these user records. */
function aggregate(sequenceNumber: string, texts: readonly string[]): KinesisStreamRecord {
  const bytes = aggregateByLibrary(
    texts.map((text, index) => ({ partitionKey: `key ${index}`, data: Buffer.from(text) })),
  );
  return recordOf(bytes, sequenceNumber);
}

/** Handles records one by one, and reports the sequence number of the first that is bad. */
function reportsBad(got: string[]) {
  return ({ records }: { records: KinesisStreamRecord[] }) => {
    for (const record of records) {
      if (dataOf(record).startsWith('bad'))
        return { response: { batchItemFailures: [{ itemIdentifier: record.kinesis.sequenceNumber }] } };
      got.push(dataOf(record));
    }
    return {};
  };
}

describe('records of the producer library', () => {
  test('of an aggregated record of which one part is reported, the other parts and the records after it arrive at once', async () => {
    const world = smallWorld({ route });
    const got: string[] = [];
    world.answer(functionArn, reportsBad(got));
    const parts = Array.from({ length: 20 }, (_, index) => (index === 15 ? 'bad' : `part ${index}`));
    const after = kinesisRecord({ sequenceNumber: '2', data: 'after' });

    await world.send(world.environment(), [aggregate('1', parts), after]);

    const waiting = world.held('retry').flatMap(({ records }) => records.map(dataOf));
    expect(waiting).toEqual(['bad']);
    expect(got).toContain('after');
  });

  test('of an aggregated record of which one part is reported, no other part goes to the function more often than halving takes', async () => {
    const world = smallWorld({ route });
    const got: string[] = [];
    world.answer(functionArn, reportsBad(got));
    const parts = Array.from({ length: 9 }, (_, index) => (index === 8 ? 'bad' : `part ${index}`));
    const environment = world.environment();

    await world.send(environment, [aggregate('1', parts)]);
    await world.drain(environment, 23);

    const times = [...Map.groupBy(got, (text) => text).values()].map(({ length }) => length);
    expect(Math.max(...times)).toBeLessThanOrEqual(4);
  });

  test('of an aggregated record of which one part is reported at the last call, the parts before it are no dead letters', async () => {
    const world = smallWorld({ route });
    const got: string[] = [];
    world.answer(functionArn, reportsBad(got));
    const dayAgo = new Date(world.time.now() - 86_400_000).toISOString();
    const record = aggregate('1', ['part 0', 'part 1', 'bad', 'part 3']);
    world.push(parkedBody([record], { parkedAt: dayAgo, dueAt: dayAgo }));

    await world.drain(world.environment(), 1);

    expect(world.held('dead-letters').flatMap(({ records }) => records.map(dataOf))).toEqual(['bad']);
  });

  test('a user record that is itself an aggregate arrives from the retry queue as it does from the stream', async () => {
    const world = smallWorld({ route });
    const inner = aggregateByLibrary([
      { partitionKey: 'inner', data: Buffer.from('inner 0') },
      { partitionKey: 'inner', data: Buffer.from('inner 1') },
    ]);
    const outer = recordOf(
      aggregateByLibrary([
        { partitionKey: 'outer', data: Buffer.from('outer 0') },
        { partitionKey: 'outer', data: inner },
        { partitionKey: 'outer', data: Buffer.from('outer 2') },
      ]),
    );
    const environment = world.environment();
    world.answer(functionArn, () => ({
      error: Object.assign(new Error('down'), { name: 'ServiceException' }),
    }));
    await world.send(environment, [outer]);
    const got: string[] = [];
    world.answer(functionArn, ({ records }) => {
      got.push(...records.map(({ kinesis: { data } }) => data));
      return {};
    });

    await world.drain(environment, 23);

    const expected = [Buffer.from('outer 0'), inner, Buffer.from('outer 2')].map((data) =>
      data.toString('base64'),
    );
    expect(got).toEqual(expected);
  });
});
