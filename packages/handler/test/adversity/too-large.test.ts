import { describe, expect, test } from 'vitest';
import { kinesisRecords, storedRoute, target } from '../factories.ts';
import { smallWorld } from './small-world.ts';

const inOrder = target({ invocation: 'request-response', onFailure: 'block' });
const event = target({ invocation: 'event', onFailure: 'park' });

/** A target account to which no more than so many records go in one call. */
function takesAtMost(most: number, to: typeof inOrder) {
  const world = smallWorld({ route: storedRoute({ targets: [to] }) });
  const got: string[] = [];
  world.answer(to.functionArn, ({ records }) => {
    if (records.length > most)
      return { error: Object.assign(new Error('too large'), { name: 'RequestTooLargeException' }) };
    got.push(...records.map(({ kinesis }) => kinesis.sequenceNumber));
    return {};
  });
  return { world, got };
}

describe('a chunk that a target finds too large', () => {
  test('with block, is cut smaller; only a record that no call can carry goes to the bucket', async () => {
    const { world, got } = takesAtMost(10, inOrder);

    await world.send(world.environment(), kinesisRecords(40));

    expect([...world.objects.keys()]).toEqual([]);
    expect(got).toHaveLength(40);
  });

  test('with event, is cut smaller; only a record that no call can carry goes to the bucket', async () => {
    const { world, got } = takesAtMost(10, event);

    await world.send(world.environment(), kinesisRecords(40));

    expect([...world.objects.keys()]).toEqual([]);
    expect(got).toHaveLength(40);
  });
});
