import { describe, expect, test } from 'vitest';
import { kinesisRecords, storedRoute, target } from '../factories.ts';
import { smallWorld } from './small-world.ts';

const event = target({ account: '222222222222', invocation: 'event', onFailure: 'park' });
const neighbour = (account: number) =>
  target({ account: String(account), invocation: 'request-response', onFailure: 'park' });

describe('a call for event at the end of the time for calls', () => {
  test('is not begun when it may not end in time', async () => {
    const neighbours = Array.from({ length: 13 }, (_, index) => neighbour(300_000_000_000 + index));
    const world = smallWorld({ route: storedRoute({ targets: [...neighbours, event] }) });
    const startedAt = world.time.now();
    // 6 MB for each neighbour. Eleven fill the room of slow calls, the twelfth that of the others until 20 ms before the end.
    for (const { functionArn } of neighbours) world.answer(functionArn, () => 'hangs');
    world.answer(neighbours.at(-2)?.functionArn ?? '', () => ({ ms: 37_980 }));
    world.answer(event.functionArn, () => ({ ms: 50 }));
    const environment = world.environment();

    await world.send(environment, kinesisRecords(6, 700_000));

    const late = world.calls(event.functionArn).map(({ at }) => at - startedAt);
    expect(late.filter((ms) => ms > 48_900)).toEqual([]);
    const failures = world.held('retry').filter(({ target: to }) => to === event.functionArn);
    expect(new Set(failures.map(({ failure }) => failure))).toEqual(new Set(['untried']));
  });
});
