import { describe, expect, test } from 'vitest';
import { kinesisRecord, kinesisRecords, storedRoute, target } from '../factories.ts';
import { parkedBody, referenceBody } from '../retry-path.ts';
import { dataOf, smallWorld } from './small-world.ts';

const reader = target({ invocation: 'request-response', onFailure: 'park' });
const { functionArn } = reader;
const HOUR = 3_600_000;

describe('records whose time is over', () => {
  test('get their last call although, minutes ago, a probe of their target was a record on which it had failed before', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [reader] }) });
    const environment = world.environment();
    world.answer(functionArn, () => ({ throws: 'TypeError' }));
    // It fails on all that it is given, and three probes: the next one is due after 4 min.
    await world.send(environment, kinesisRecords(20));
    for (const seconds of [31, 61, 121]) {
      await world.wait(seconds * 1000);
      await world.send(environment, kinesisRecords(1));
    }
    world.clear();
    // It works again, but for one record that it never takes, and which happens to be the probe.
    world.answer(functionArn, ({ records }) =>
      records.some((record) => dataOf(record) === 'bad') ? { throws: 'TypeError' } : {},
    );
    await world.wait(241_000);
    const bad = kinesisRecord({ sequenceNumber: '100', data: 'bad' });
    const dueAt = new Date(world.time.now()).toISOString();
    const hourAgo = new Date(world.time.now() - HOUR).toISOString();
    world.push(parkedBody([bad], { failure: 'function-error', attempts: 1, parkedAt: hourAgo, dueAt }));
    await world.drain(environment, 0.001);
    await world.wait(120_000);
    const innocent = kinesisRecord({ sequenceNumber: '101', data: 'good' });
    const dayAgo = new Date(world.time.now() - 24 * HOUR).toISOString();
    world.push(parkedBody([innocent], { failure: 'breaker-open', parkedAt: dayAgo, dueAt: dayAgo }));

    await world.drain(environment, 0.001);

    expect(world.held('dead-letters').map(({ reason }) => reason)).toEqual([]);
    expect(world.calls(functionArn).at(-1)?.records.map(dataOf)).toEqual(['good']);
  });

  test('get their last call although the time of the invocation was over while they were read from the bucket', async () => {
    const world = smallWorld({ route: storedRoute({ targets: [reader] }) });
    const environment = world.environment();
    const dayAgo = new Date(world.time.now() - 25 * HOUR).toISOString();
    const later = new Date(world.time.now() - 24.5 * HOUR).toISOString();
    world.answer(functionArn, ({ records }) => ({ ms: records.length === 2 ? 48_990 : 20 }));
    world.objects.set('waiting/large', parkedBody(kinesisRecords(3), { parkedAt: later, dueAt: later }));
    world.faults.s3GetMs = 40;
    world.push(parkedBody(kinesisRecords(2), { parkedAt: dayAgo, dueAt: dayAgo }));
    world.push(referenceBody('waiting/large', 3, { parkedAt: later, dueAt: later }));

    await world.drain(environment, 1);

    expect(world.held('dead-letters').map(({ reason }) => reason)).toEqual([]);
    expect(world.calls(functionArn).at(-1)?.records).toHaveLength(3);
  });
});
