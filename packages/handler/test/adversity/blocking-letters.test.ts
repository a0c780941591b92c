import { describe, expect, test } from 'vitest';
import { kinesisRecord, storedRoute, target } from '../factories.ts';
import { parkedBody } from '../retry-path.ts';
import { dataOf, smallWorld } from './small-world.ts';

const inOrder = target({ invocation: 'request-response', onFailure: 'block' });
const { functionArn } = inOrder;
const route = storedRoute({ targets: [inOrder] });
const records = Array.from({ length: 30 }, (_, index) =>
  kinesisRecord({ sequenceNumber: String(index + 1), data: index === 0 ? 'bad' : `record ${index}` }),
);

function throwsOnBad() {
  const world = smallWorld({ route });
  world.answer(functionArn, ({ records: given }) =>
    given.some((record) => dataOf(record) === 'bad') ? { throws: 'TypeError' } : {},
  );
  return world;
}

describe('a batch of a target with block that the mapping gave up, brought back from the failure bucket', () => {
  test('ends with only the bad record in the dead-letter queue', async () => {
    const world = throwsOnBad();
    const parkedAt = new Date(world.time.now()).toISOString();
    world.push(parkedBody(records, { failure: 'given-up', parkedAt, dueAt: parkedAt }));

    await world.drain(world.environment(), 30);

    const dead = world.held('dead-letters').flatMap((letter) => letter.records.map(dataOf));
    expect(dead).toEqual(['bad']);
  });

  test('counts as attempts only calls that the records were part of', async () => {
    const world = throwsOnBad();
    const parkedAt = new Date(world.time.now()).toISOString();
    world.push(parkedBody(records, { failure: 'function-error', attempts: 1, parkedAt, dueAt: parkedAt }));

    await world.drain(world.environment(), 0.001);

    const calls = world.calls(functionArn).filter(({ records: given }) => given.map(dataOf).includes('bad'));
    const waiting = world.held('retry');
    expect(waiting.map((letter) => letter.records.map(dataOf))).toEqual([['bad']]);
    expect(waiting[0]?.attempts).toBe(1 + calls.length);
  });
});
