import { createHash } from 'node:crypto';
import { PROBE_MESSAGE, type ProbeAnswer, type Target } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import type { InvokeRequest } from '../../src/aws/invoke.ts';
import type { QueueMessage } from '../../src/parking/queues.ts';
import { createProbe } from '../../src/probe/probe.ts';
import { smallWorld } from '../adversity/small-world.ts';
import {
  countTimers,
  fakeClock,
  invocationContext,
  kinesisRecords,
  storedRoute,
  streamArn,
  target,
} from '../factories.ts';

const reader = target({ account: '222222222222', onFailure: 'park' });
const ledger = target({ account: '333333333333', onFailure: 'block', invocation: 'request-response' });
const named = (name: string, message = 'no') => Object.assign(new Error(message), { name });

function setUp(targets: Target[] = [reader, ledger]) {
  const world = smallWorld({ route: storedRoute({ targets }) });
  const handler = world.environment();
  const probe = async (part = 0, route = 'orders', stream = streamArn): Promise<ProbeAnswer> => {
    let isDone = false;
    const answer = handler({ xacct: 'probe/1', route, streamArn: stream, part }, invocationContext());
    const done = answer.finally(() => {
      isDone = true;
    });
    await world.time.runUntil(world.time.now() + 60_000, () => isDone);
    return done;
  };
  const outcomes = async () => (await probe()).targets.map(({ outcome }) => outcome);
  return { world, handler, probe, outcomes };
}

/** The probe by itself, and what it calls. */
function setUpCalls({ isReadable = true } = {}) {
  const { clock, timers } = countTimers(fakeClock());
  const invoked: InvokeRequest[] = [];
  const sent: QueueMessage[] = [];
  const objects: string[] = [];
  const note = (operation: string) => async (key: string) => {
    objects.push(`${operation} ${key}`);
    return undefined;
  };
  const probe = createProbe({
    routes: { getFresh: async () => (isReadable ? storedRoute({ targets: [reader] }) : undefined) },
    assumeRole: async () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c', expiresAt: 0 }),
    invoke: async (request) => {
      invoked.push(request);
      return { text: '' };
    },
    queues: {
      send: async (message) => {
        sent.push(message);
      },
    },
    objects: { put: note('put'), get: note('get'), delete: note('delete') },
    clock,
  });
  const ask = (part: number) =>
    probe({ xacct: 'probe/1', route: 'orders', streamArn, part }, invocationContext());
  return { ask, invoked, sent, objects, timers };
}

describe('createProbe', () => {
  test('finds every target, the retry queue and the failure bucket well, and leaves nothing behind', async () => {
    const { world, handler, probe } = setUp();

    expect(await probe()).toEqual({
      xacct: 'probe/1',
      parts: 1,
      parameter: 'ok',
      targets: [
        { target: reader.functionArn, role: reader.roleArn, outcome: 'ok' },
        { target: ledger.functionArn, role: ledger.roleArn, outcome: 'ok' },
      ],
      retryQueue: 'ok',
      failureBucket: 'ok',
    });
    expect(world.objects.size).toBe(0);
    expect(world.bodies()).toEqual([PROBE_MESSAGE]);
    await world.drain(handler, 1);
    expect(world.bodies()).toEqual([]);
    expect(world.calls(reader.functionArn)).toEqual([]);
    // What the forwarder itself reads and assumes is counted; no route and no target is.
    for (const line of world.lines) expect(JSON.parse(line)).not.toHaveProperty('Route');
  });

  test.for([
    [
      'the trust of a role',
      'roles',
      reader.roleArn,
      'AccessDenied',
      'denied',
      /Cannot assume .*222222222222.*no/,
    ],
    ['the policy of a role', 'dryRuns', reader.functionArn, 'AccessDeniedException', 'denied', /no/],
    ['a function', 'dryRuns', reader.functionArn, 'ResourceNotFoundException', 'refused', /no/],
    ['STS', 'roles', reader.roleArn, 'Throttling', 'throttled', /no/],
  ] as const)(
    'names exactly the target that is broken: %s',
    async ([_, where, arn, name, failureClass, reason]) => {
      const { world, outcomes } = setUp();
      world.faults[where].set(arn, named(name));

      expect(await outcomes()).toEqual([
        { class: failureClass, reason: expect.stringMatching(reason) },
        'ok',
      ]);
      world.faults[where].clear();
      expect(await outcomes()).toEqual(['ok', 'ok']);
    },
  );

  test('is not misled by a denial that delivery remembers, nor by credentials that still hold', async () => {
    const { world, handler, outcomes } = setUp([reader]);
    world.faults.roles.set(reader.roleArn, named('AccessDenied'));
    await world.send(handler, kinesisRecords(1));
    world.faults.roles.clear();
    expect(await outcomes()).toEqual(['ok']);

    const { world: other, handler: warm, outcomes: probed } = setUp([ledger]);
    await other.send(warm, kinesisRecords(1));
    other.faults.roles.set(ledger.roleArn, named('AccessDenied'));
    expect(await probed()).toEqual([{ class: 'denied', reason: expect.stringContaining('Cannot assume') }]);
  });

  test('opens no breaker: a target that was found broken gets its records once it is well', async () => {
    const { world, handler, outcomes } = setUp([ledger]);
    world.faults.dryRuns.set(ledger.functionArn, named('ServiceException'));
    for (let time = 0; time < 30; time++) await outcomes();
    world.faults.dryRuns.clear();

    await world.send(handler, kinesisRecords(2));
    expect(world.calls(ledger.functionArn)).toHaveLength(1);
  });

  test('probes a paused target, and says that it is paused', async () => {
    const { probe } = setUp([{ ...reader, paused: true }]);

    expect((await probe()).targets).toEqual([
      { target: reader.functionArn, role: reader.roleArn, paused: true, outcome: 'ok' },
    ]);
  });

  test('probes many targets in parts of 100, each once, and the queue and the bucket with the first', async () => {
    const many = Array.from({ length: 250 }, (_, index) =>
      target({ account: String(100_000_000_000 + index) }),
    );
    const { probe } = setUp(many);
    const answers = [await probe(0), await probe(1), await probe(2), await probe(3)];

    expect(answers.map(({ parts, targets }) => [parts, targets.length])).toEqual([
      [3, 100],
      [3, 100],
      [3, 50],
      [3, 0],
    ]);
    expect(answers.flatMap(({ targets }) => targets.map((probed) => probed.target))).toEqual(
      many.map(({ functionArn }) => functionArn),
    );
    expect(answers.map((answer) => 'retryQueue' in answer)).toEqual([true, false, false, false]);
  });

  test('reports what keeps records from being parked', async () => {
    const { world, probe } = setUp();
    world.faults.sqs = true;
    world.faults.s3Put = true;

    expect(await probe()).toMatchObject({
      targets: [{ outcome: 'ok' }, { outcome: 'ok' }],
      retryQueue: { class: 'unavailable', reason: 'ServiceUnavailable: down' },
      failureBucket: { reason: expect.stringContaining('The bucket is down') },
    });
  });

  test.for([
    ['is not there', 'orders', `${streamArn}-other`, /does not exist/],
    ['is of another route', 'payments', streamArn, /Expected route "payments" .*, got "orders"/],
  ] as const)('reports a parameter that %s', async ([_, route, stream, reason]) => {
    const { probe } = setUp();

    expect(await probe(0, route, stream)).toEqual({
      xacct: 'probe/1',
      parts: 0,
      parameter: { class: 'not-routed', reason: expect.stringMatching(reason) },
      targets: [],
    });
  });

  test('reports a parameter that cannot be read again', async () => {
    const { ask, invoked } = setUpCalls({ isReadable: false });

    expect(await ask(0)).toEqual({
      xacct: 'probe/1',
      parts: 0,
      parameter: {
        class: 'not-routed',
        reason: `RouteError: The parameter of ${streamArn} cannot be read again`,
      },
      targets: [],
    });
    expect(invoked).toEqual([]);
  });

  test('calls each function with an empty payload and its hash', async () => {
    const { ask, invoked } = setUpCalls();
    await ask(0);

    const { body, sha256 } = invoked[0]?.payload ?? {};
    expect([String(body), sha256]).toEqual(['{}', createHash('sha256').update('{}').digest('hex')]);
  });

  test('marks its message and its object as those of a probe', async () => {
    const { ask, sent, objects } = setUpCalls();
    await ask(0);

    const { retryQueueUrl: queueUrl } = storedRoute();
    expect(sent).toEqual([{ queueUrl, body: PROBE_MESSAGE, target: 'probe' }]);
    const key = 'waiting/probe-request-1.json';
    expect(objects).toEqual([`put ${key}`, `get ${key}`, `delete ${key}`]);
  });

  test('says nothing about queue and bucket with another part than the first', async () => {
    const { ask } = setUpCalls();

    expect(Object.keys(await ask(1))).toEqual(['xacct', 'parts', 'parameter', 'targets']);
  });

  test('leaves no timer behind', async () => {
    const { ask, timers } = setUpCalls();
    await ask(0);

    expect(timers.size).toBe(0);
  });

  test('reads the route anew, as it is now', async () => {
    const { world, handler, probe } = setUp([reader]);
    await world.send(handler, kinesisRecords(1));
    world.deploy(storedRoute({ targets: [ledger] }));
    await world.wait(1_001);

    expect((await probe()).targets.map((probed) => probed.target)).toEqual([ledger.functionArn]);
  });
});
