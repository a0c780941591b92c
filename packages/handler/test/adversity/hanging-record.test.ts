import { describe, expect, test } from 'vitest';
import { kinesisRecord, storedRoute, target } from '../factories.ts';
import { dataOf, smallWorld } from './small-world.ts';

const reader = target({ invocation: 'request-response', onFailure: 'park', timeoutSeconds: 5 });
const { functionArn } = reader;

describe('a record on which a function does not answer', () => {
  test('takes no other record of its batch to the dead-letter queue', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [reader] }) });
    const environment = world.environment();
    const got = new Set<string>();
    world.answer(functionArn, ({ records }) => {
      if (records.some((record) => dataOf(record) === 'bad')) return 'hangs';
      for (const record of records) got.add(dataOf(record));
      return {};
    });
    const records = Array.from({ length: 50 }, (_, index) =>
      kinesisRecord({ sequenceNumber: String(index + 1), data: index === 20 ? 'bad' : `record ${index}` }),
    );

    await world.send(environment, records);
    await world.drain(environment, 30);

    const dead = world.held('dead-letters').flatMap((letter) => letter.records.map(dataOf));
    expect(dead).toEqual(['bad']);
    expect(got.size).toBe(49);
  });
});
