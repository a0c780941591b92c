import { describe, expect, test } from 'vitest';
import { kinesisRecords, storedRoute, target } from '../factories.ts';
import { smallWorld } from './small-world.ts';

const event = target({ account: '222222222222', invocation: 'event', onFailure: 'park' });
const hanging = (account: number) =>
  target({ account: String(account), invocation: 'request-response', onFailure: 'park' });

describe('a call for event at the end of the time for calls', () => {
  test('FAILS: is not begun when it may not end in time', async () => {
    const neighbours = Array.from({ length: 14 }, (_, index) => hanging(300_000_000_000 + index));
    const world = smallWorld({ route: storedRoute({ targets: [...neighbours, event] }) });
    const startedAt = world.time.now();
    // 6 MB for each neighbour: the room of slow calls is full, and so is that of the others until they give up.
    for (const { functionArn } of neighbours) world.answer(functionArn, () => ({ ms: 48_950 }));
    world.answer(event.functionArn, () => ({ ms: 200 }));

    await world.send(world.environment(), kinesisRecords(6, 700_000));

    const late = world.calls(event.functionArn).map(({ at }) => at - startedAt);
    expect(late.filter((ms) => ms > 48_000)).toEqual([]);
  });
});
