import { describe, expect, test } from 'vitest';
import { kinesisRecord, kinesisRecords, storedRoute, target } from '../factories.ts';
import { parkedBody } from '../retry-path.ts';
import { smallWorld } from './small-world.ts';

const waiting = target({ invocation: 'request-response', onFailure: 'park' });
const event = target({ invocation: 'event', onFailure: 'park' });

describe('a target that is called at intervals', () => {
  test('gets one call when it fails on everything, not one for each message', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [waiting] }) });
    const environment = world.environment();
    world.answer(waiting.functionArn, () => ({ throws: 'TypeError' }));
    await world.send(environment, kinesisRecords(20));
    world.clear();
    await world.wait(31_000);
    const before = world.calls(waiting.functionArn).length;
    const parkedAt = new Date(world.time.now()).toISOString();
    for (let attempts = 1; attempts <= 10; attempts++) {
      const record = kinesisRecord({ sequenceNumber: String(100 + attempts) });
      const facts = { failure: 'function-error', attempts, parkedAt, dueAt: parkedAt };
      world.push(parkedBody([record], facts));
    }

    await world.drain(environment, 0.0001);

    expect(world.calls(waiting.functionArn).length - before).toBe(1);
  });

  test('gets one call for event, not one for each chunk', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [event] }) });
    const environment = world.environment();
    world.answer(event.functionArn, () => ({
      error: Object.assign(new Error('down'), { name: 'ResourceNotFoundException' }),
    }));
    await world.send(environment, kinesisRecords(10, 500_000));
    await world.wait(31_000);
    const before = world.calls(event.functionArn).length;

    await world.send(environment, kinesisRecords(6, 700_000));

    expect(world.calls(event.functionArn).length - before).toBe(1);
  });
});
