import { describe, expect, test } from 'vitest';
import { kinesisRecords, storedRoute, target } from '../factories.ts';
import { smallWorld } from './small-world.ts';

const old = target({ account: '222222222222', onFailure: 'park' });
const added = target({ account: '333333333333', invocation: 'request-response', onFailure: 'park' });
const before = storedRoute({ targets: [old] });
const after = storedRoute({ targets: [old, added] });

describe('a target that is added to a route', () => {
  test('records that it could not take at first are not dead-lettered by an environment that read the route before', async () => {
    const world = smallWorld({ route: before });
    const [one, other] = [world.environment(), world.environment()];
    await world.send(one, kinesisRecords(1));
    await world.wait(61_000);
    await world.send(other, kinesisRecords(1));
    world.deploy(after);
    // The first environment reads the route anew, the other one does not yet.
    await world.wait(62_000);
    world.answer(added.functionArn, () => ({
      error: Object.assign(new Error('Rate Exceeded.'), { name: 'TooManyRequestsException' }),
    }));
    await world.send(one, kinesisRecords(3));
    expect(world.held('retry')).toHaveLength(1);
    world.answer(added.functionArn, () => ({}));

    await world.drain(other, 1);

    expect(world.held('dead-letters').map(({ reason }) => reason)).toEqual([]);
    expect(world.calls(added.functionArn).at(-1)?.records).toHaveLength(3);
  });
});
