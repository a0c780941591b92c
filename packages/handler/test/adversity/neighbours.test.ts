import { describe, expect, test } from 'vitest';
import { kinesisRecord, storedRoute, target } from '../factories.ts';
import { dataOf, smallWorld } from './small-world.ts';

const steady = target({ account: '222222222222', invocation: 'request-response', onFailure: 'park' });
const dead = target({ account: '333333333333', invocation: 'request-response', onFailure: 'park' });
const filtering = target({
  account: '444444444444',
  invocation: 'request-response',
  onFailure: 'park',
  filter: { data: { kind: ['none'] } },
});

/** 30 batches, one in 5 s, to a function that takes 1.6 s for each. Returns what reached it by the retry queue, or not yet. */
async function overtaken(targets: [typeof steady, ...(typeof steady)[]]) {
  const world = smallWorld({ route: storedRoute({ targets }) });
  const environment = world.environment();
  world.answer(dead.functionArn, () => ({
    error: Object.assign(new Error('down'), { name: 'ServiceException' }),
  }));
  world.answer(steady.functionArn, () => ({ ms: 1_600 }));
  for (let batch = 1; batch <= 30; batch++) {
    const data = `{"batch":${batch}}`;
    await world.send(environment, [kinesisRecord({ sequenceNumber: String(batch), data })]);
    await world.wait(3_000);
  }
  const direct = new Set(world.calls(steady.functionArn).flatMap(({ records }) => records.map(dataOf)));
  return 30 - direct.size;
}

describe('a function that takes 1.6 s for each batch', () => {
  test('gets every batch from the stream when it is by itself', async () => {
    expect(await overtaken([steady])).toBe(0);
  });

  test('gets every batch from the stream although its only neighbour is dead', async () => {
    expect(await overtaken([steady, dead])).toBe(0);
  });

  test('gets every batch from the stream although the filter of its only neighbour lets nothing through', async () => {
    expect(await overtaken([steady, filtering])).toBe(0);
  });
});
