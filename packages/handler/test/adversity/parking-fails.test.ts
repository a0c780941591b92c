import { describe, expect, test } from 'vitest';
import { kinesisRecord, storedRoute, target } from '../factories.ts';
import { aggregateByLibrary, recordOf } from '../kpl.ts';
import { parkedBody } from '../retry-path.ts';
import { type Call, dataOf, smallWorld } from './small-world.ts';

const reader = target({ invocation: 'request-response', onFailure: 'park' });
const { functionArn } = reader;

function throwsOnBad(got: string[]) {
  return ({ records }: Call) => {
    if (records.some((record) => dataOf(record) === 'bad')) return { throws: 'TypeError' };
    got.push(...records.map(dataOf));
    return {};
  };
}

describe('while nothing can be parked', () => {
  test('a record that was delivered from a message is not delivered again each time that the message comes back', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [reader] }) });
    const got: string[] = [];
    world.answer(functionArn, throwsOnBad(got));
    const records = ['good', 'bad'].map((data, index) =>
      kinesisRecord({ sequenceNumber: String(index), data }),
    );
    const parkedAt = new Date(world.time.now()).toISOString();
    world.push(parkedBody(records, { parkedAt, dueAt: parkedAt }));
    world.faults.sqs = true;

    // An hour, in which the message is visible again every 6 minutes.
    await world.drain(world.environment(), 1);

    expect(got).toEqual(['good']);
  });

  test('a part of an aggregated record is not dropped when the route stops to take records apart', async () => {
    const route = storedRoute({ targets: [reader], deaggregate: true });
    const world = smallWorld({ route });
    const got: string[] = [];
    world.answer(functionArn, throwsOnBad(got));
    const texts = ['part 0', 'part 1', 'part 2', 'bad'];
    const bytes = aggregateByLibrary(
      texts.map((text) => ({ partitionKey: 'key of the parent', data: Buffer.from(text) })),
    );
    const environment = world.environment();
    world.faults.sqs = true;
    const first = await world.send(environment, [recordOf(bytes)]);
    expect(first?.batchItemFailures).toEqual([{ itemIdentifier: '1' }]);
    world.faults.sqs = false;
    world.deploy({ ...route, deaggregate: false });
    await world.wait(125_000);

    const second = await world.send(environment, [recordOf(bytes)]);

    expect(second?.batchItemFailures).toEqual([]);
    const isThere = world.calls(functionArn).at(-1)?.records[0]?.kinesis.data === bytes.toString('base64');
    expect(isThere || world.held('retry').length > 0).toBe(true);
  });
});
