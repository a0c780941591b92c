import { getEventListeners } from 'node:events';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { limits, type Target } from '@xacct/core';
import type { KinesisStreamRecord } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { callStsBySdk } from '../../bench/sdk/services-by-sdk.ts';
import { createInvoke } from '../../src/aws/invoke.ts';
import { createRoleCredentialCache, type RoleCredentialCache } from '../../src/aws/role-credentials.ts';
import { createBreaker } from '../../src/delivery/breaker.ts';
import { type CallTarget, createCallTarget, NoAnswerError } from '../../src/delivery/call-target.ts';
import { createFlightLimit, type FlightLimit } from '../../src/delivery/flight-limit.ts';
import { createPace } from '../../src/delivery/pace.ts';
import { endless, type Patience } from '../../src/delivery/patience.ts';
import { createSendChunk } from '../../src/delivery/send-chunk.ts';
import { targetKey } from '../../src/delivery/target-key.ts';
import { TargetFailure } from '../../src/delivery/target-response.ts';
import { systemClock } from '../../src/invocation/clock.ts';
import {
  collectingLog,
  collectingMetrics,
  deadline,
  fakeClock,
  flightLimit,
  kinesisRecord,
  kinesisRecords,
  roleCredentials,
  shipment,
  target,
} from '../factories.ts';
import {
  functionError,
  issuedCredentials,
  never,
  type Reply,
  result,
  serviceError,
  startAws,
  stsError,
} from '../servers.ts';
import { parseAuthorization } from '../sigv4.ts';

const eventTarget = target({ onFailure: 'park' });
const waitingTarget = target({ onFailure: 'park', invocation: 'request-response' });
const { functionArn } = eventTarget;
const key = targetKey(eventTarget);

async function setUp(
  options: {
    credentials?: RoleCredentialCache;
    flight?: FlightLimit;
    /** Waits as the handler does. */
    waits?: boolean;
    patience?: Patience;
  } = {},
) {
  const aws = await startAws();
  onTestFinished(aws.close);
  const sts = new STSClient({
    endpoint: aws.url,
    region: 'us-west-2',
    credentials: { accessKeyId: 'AKIAFORWARDER', secretAccessKey: 'secret of the forwarder' },
    maxAttempts: 1,
  });
  onTestFinished(() => sts.destroy());
  const clock = fakeClock({ skipUpToMs: 10_000 });
  const breaker = createBreaker(clock.now, () => 0);
  const ofSending = options.waits ? systemClock : clock;
  const callTarget = createCallTarget({
    credentials:
      options.credentials ??
      createRoleCredentialCache({
        callSts: callStsBySdk(sts),
        log: collectingLog().log,
        metrics: collectingMetrics().metrics,
      }),
    invoke: createInvoke({ requestHandler: new NodeHttpHandler(), endpoint: aws.url }),
    flight: options.flight ?? flightLimit(),
    clock: ofSending,
  });
  const pace = createPace(clock.now);
  const sendChunk = createSendChunk({ callTarget, breaker, pace, clock: ofSending, random: () => 1 });

  /** Sends records in one chunk. */
  const send = async (
    to: Target,
    records: readonly KinesisStreamRecord[] = kinesisRecords(3),
    time = deadline(),
  ) => {
    const { items, chunks } = shipment(records);
    const [chunk] = chunks(Number.POSITIVE_INFINITY);
    if (chunk === undefined) throw new Error('There is nothing to send');
    const calls: number[] = [];
    const delivery = {
      route: 'orders',
      deadline: time,
      target: to,
      items,
      onCall: (ms: number) => calls.push(ms),
      patience: options.patience ?? endless,
      failedBefore: false,
      keepsOrder: false,
      startedAt: clock.now(),
    };
    const failed = await sendChunk(delivery, chunk);
    const undelivered = failed && {
      first: failed.failedFrom,
      count: chunk.first + chunk.count - failed.failedFrom,
      failure: failed.failure,
    };
    return { undelivered, calls };
  };

  /** Has the function answer with these, one after another, and then take everything. */
  const answer = (...replies: (Reply | (() => Promise<Reply>))[]) => {
    aws.functions.set(functionArn, () => {
      const reply = replies.shift();
      return typeof reply === 'function' ? reply() : (reply ?? { status: 202 });
    });
  };
  return { aws, send, answer, slept: clock.skipped, clock, breaker };
}

function named(name: string): Error {
  return Object.assign(new Error('why'), { name });
}

/** Whatever is due is done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Sends three records to a function that answers, and whose neighbours lose their patience, when they are told to. */
function heldUp(options: { isCalled?: boolean } = {}) {
  const clock = fakeClock({ skipUpToMs: 1_000 });
  const breaker = createBreaker(clock.now, () => 0);
  const left: number[] = [];
  let isCalled = options.isCalled ?? true;
  let calls = 0;
  let answer = (_: number) => {};
  let fail = (_: Error) => {};
  let giveUp = () => {};
  let isWaited = false;
  const callTarget: CallTarget = ({ onEnd }) => {
    const call = ++calls;
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    answer = (ms) => {
      onEnd(ms, 'answered');
      resolve();
    };
    fail = (error) => {
      onEnd(0, 'failed');
      reject(error);
    };
    return {
      done,
      leaveBehind() {
        left.push(call);
        return isCalled ? clock.now() + 30_000 : undefined;
      },
    };
  };
  const patience: Patience = {
    endsAt: () => Number.POSITIVE_INFINITY,
    onLeftBehind(_, callback) {
      giveUp = callback;
      isWaited = true;
      return () => {
        isWaited = false;
      };
    },
    done: () => {},
  };
  const pace = createPace(clock.now);
  const sendChunk = createSendChunk({ callTarget, breaker, pace, clock, random: () => 1 });
  const send = (to: Target, its: Partial<Patience> = {}, first = 0) => {
    const { items, part } = shipment(kinesisRecords(first + 3));
    const delivery = {
      route: 'orders',
      deadline: deadline(),
      target: to,
      items,
      onCall: () => {},
      patience: its === endless ? endless : { ...patience, ...its },
      failedBefore: false,
      keepsOrder: false,
      startedAt: clock.now(),
    };
    return sendChunk(delivery, part(first, 3));
  };
  return {
    send,
    clock,
    breaker,
    pace,
    calls: () => calls,
    left,
    /** Calls from now on are not made: they wait for room. */
    hold: () => {
      isCalled = false;
    },
    answer: (ms = 0) => answer(ms),
    fail: (error: Error) => fail(error),
    giveUp: () => giveUp(),
    isWaited: () => isWaited,
  };
}

describe('createSendChunk', () => {
  test('hands the chunk over in one call, with the credentials of the role', async () => {
    const { aws, send } = await setUp();
    const records = kinesisRecords(3);

    const { undelivered, calls } = await send(eventTarget, records);

    expect(undelivered).toBeUndefined();
    expect(calls).toHaveLength(1);
    expect(aws.invocations).toMatchObject([{ functionArn, type: 'Event', event: { Records: records } }]);
    expect(aws.assumedRoles).toMatchObject([
      { roleArn: eventTarget.roleArn, externalId: 'xacct:orders', roleSessionName: 'orders' },
    ]);
  });

  test('reports how long each call took', async () => {
    const { aws, send, clock } = await setUp();
    aws.functions.set(functionArn, () => {
      clock.advance(250);
      return { status: 202 };
    });

    expect((await send(eventTarget)).calls).toEqual([250]);
  });

  test('lets targets whose last call succeeded go before one whose last call failed', async () => {
    const asked: string[] = [];
    const credentials = {
      get: async ({ roleArn }: { roleArn: string }) => {
        asked.push(roleArn);
        return roleCredentials(roleArn);
      },
      drop: () => {},
    };
    const { send, answer } = await setUp({ credentials });
    const sound = target({ account: '333333333333', onFailure: 'park' });
    answer(serviceError(404, 'ResourceNotFoundException'));
    await send(eventTarget);
    asked.length = 0;

    await Promise.all([send(eventTarget), send(sound)]);
    await Promise.all([send(eventTarget), send(sound)]);

    expect(asked).toEqual([sound.roleArn, eventTarget.roleArn, eventTarget.roleArn, sound.roleArn]);
  });

  test('waits for the result of a request-response target', async () => {
    const { aws, send } = await setUp();

    await send(waitingTarget);

    expect(aws.invocations[0]?.type).toBe('RequestResponse');
  });

  test("fails from the record that the target's own partial batch response names, without another call", async () => {
    const { aws, send } = await setUp();
    aws.functions.set(functionArn, () => result({ batchItemFailures: [{ itemIdentifier: '2' }] }));

    const { undelivered } = await send(waitingTarget);

    expect(undelivered).toEqual({
      first: 1,
      count: 2,
      failure: { class: 'reported', reason: 'The function reported 1 of 3 records as failed' },
    });
    expect(aws.invocations).toHaveLength(1);
  });

  test('fails as a whole for a function that threw, without another call', async () => {
    const { aws, send } = await setUp();
    aws.functions.set(functionArn, () => functionError('TypeError', 'boom'));

    const { undelivered } = await send(waitingTarget);

    expect(undelivered).toMatchObject({ first: 0, count: 3, failure: { class: 'function-error' } });
    expect(aws.invocations).toHaveLength(1);
  });

  describe('of a record over 1 MB', () => {
    const large = [kinesisRecord({ data: 'd'.repeat(1024 * 1024) })];

    test('waits for the result of an event target', async () => {
      const { aws, send } = await setUp();

      expect((await send(eventTarget, large)).undelivered).toBeUndefined();
      expect(aws.invocations.map(({ type }) => type)).toEqual(['RequestResponse']);
    });

    test('treats a failed result as a failure of the event target', async () => {
      const { aws, send } = await setUp();
      aws.functions.set(functionArn, () => functionError('TypeError', 'boom'));

      expect((await send(eventTarget, large)).undelivered?.failure.class).toBe('function-error');
    });

    test('begins with the first byte over the limit', async () => {
      const { aws, send } = await setUp();
      const bytesOf = (partitionKey: string) =>
        Buffer.byteLength(JSON.stringify({ Records: [kinesisRecord({ partitionKey })] }));
      const fill = limits.invoke.eventPayloadBytes - bytesOf('');

      await send(eventTarget, [kinesisRecord({ partitionKey: 'k'.repeat(fill) })]);
      await send(eventTarget, [kinesisRecord({ partitionKey: 'k'.repeat(fill + 1) })]);

      expect(aws.invocations.map(({ type, request }) => [type, request.body.length])).toEqual([
        ['Event', 1024 * 1024],
        ['RequestResponse', 1024 * 1024 + 1],
      ]);
    });
  });

  test.for([eventTarget, waitingTarget])(
    'does not try to send what no invocation can carry ($invocation)',
    async (to) => {
      const { aws, send } = await setUp();
      const bytesOf = (partitionKey: string) =>
        Buffer.byteLength(JSON.stringify({ Records: [kinesisRecord({ partitionKey })] }));
      const fill = limits.invoke.requestResponsePayloadBytes - bytesOf('');

      const fits = await send(to, [kinesisRecord({ partitionKey: 'k'.repeat(fill) })]);
      const { undelivered, calls } = await send(to, [kinesisRecord({ partitionKey: 'k'.repeat(fill + 1) })]);

      expect(fits.undelivered).toBeUndefined();
      expect(undelivered).toEqual({
        first: 0,
        count: 1,
        failure: {
          class: 'too-large',
          reason: 'A record of 6291457 bytes is more than any invocation can carry',
        },
      });
      expect(calls).toEqual([]);
      expect(aws.invocations).toHaveLength(1);
    },
  );

  test('waits for the result where less may be queued than is thought', async () => {
    const { aws, send } = await setUp();
    aws.functions.set(functionArn, ({ type }) =>
      type === 'Event' ? serviceError(413, 'RequestTooLargeException') : result(null),
    );

    expect((await send(eventTarget)).undelivered).toBeUndefined();
    expect(aws.invocations.map(({ type }) => type)).toEqual(['Event', 'RequestResponse']);
  });

  test('gives up what is refused as too large both ways', async () => {
    const { aws, send, answer } = await setUp();
    answer(serviceError(413, 'RequestTooLargeException'), serviceError(413, 'RequestTooLargeException'));

    expect((await send(eventTarget)).undelivered?.failure.class).toBe('too-large');
    expect(aws.invocations).toHaveLength(2);
  });

  describe('after an error that may pass', () => {
    test('tries again, later each time', async () => {
      const { aws, send, answer, slept } = await setUp();
      answer(
        serviceError(429, 'TooManyRequestsException'),
        serviceError(500, 'ServiceException'),
        serviceError(502, 'ENINotReadyException'),
      );

      const { undelivered, calls } = await send(eventTarget);

      expect(undelivered).toBeUndefined();
      expect(slept).toEqual([200, 400, 800]);
      expect(calls).toHaveLength(4);
      expect(aws.invocations).toHaveLength(4);
    });

    test('gives up after five calls', async () => {
      const { aws, send, slept } = await setUp();
      aws.functions.set(functionArn, () => serviceError(429, 'TooManyRequestsException', 'Rate exceeded'));

      const { undelivered } = await send(eventTarget);

      expect(undelivered).toEqual({
        first: 0,
        count: 3,
        failure: { class: 'throttled', reason: 'TooManyRequestsException: Rate exceeded' },
      });
      expect(aws.invocations).toHaveLength(5);
      expect(slept).toHaveLength(4);
    });

    test('waits as long as the service asks', async () => {
      const { send, answer, slept } = await setUp();
      const throttled = serviceError(429, 'TooManyRequestsException');
      answer({ ...throttled, headers: { ...throttled.headers, 'retry-after': '3' } });

      await send(eventTarget);

      expect(slept).toEqual([3_200]);
    });

    test('does not wait for longer than there is time', async () => {
      const { aws, send, answer, slept } = await setUp();
      const throttled = serviceError(429, 'TooManyRequestsException');
      answer({ ...throttled, headers: { ...throttled.headers, 'retry-after': '3' } });

      const { undelivered } = await send(eventTarget, kinesisRecords(1), deadline({ msToSend: 3_200 }));

      expect(undelivered?.failure.class).toBe('throttled');
      expect(slept).toEqual([]);
      expect(aws.invocations).toHaveLength(1);
    });

    test('waits by itself, and no longer than there is time', async () => {
      const { aws, send } = await setUp({ waits: true });
      const throttled = serviceError(429, 'TooManyRequestsException');
      const time = deadline({ msToSend: 4_000_000 });
      aws.functions.set(functionArn, () => {
        if (aws.invocations.length === 1) return throttled;
        setTimeout(time.endSending, 20);
        return { ...throttled, headers: { ...throttled.headers, 'retry-after': '3600' } };
      });

      expect((await send(eventTarget, kinesisRecords(1), time)).undelivered?.failure.class).toBe('throttled');
      expect(aws.invocations).toHaveLength(2);
    });

    test('sends the same bytes again, signed anew', async () => {
      const { aws, send, answer } = await setUp();
      answer(serviceError(500, 'ServiceException'));

      await send(eventTarget);

      const [first, second] = aws.invocations.map(({ request }) => request);
      expect(second?.body).toEqual(first?.body);
    });
  });

  test.for([
    'ResourceNotFoundException',
    'AccessDeniedException',
    'KMSDisabledException',
    'InvalidRuntimeException',
  ])('does not try again after %s', async (name) => {
    const { aws, send } = await setUp();
    aws.functions.set(functionArn, () => serviceError(502, name));

    expect((await send(eventTarget)).undelivered?.failure.reason).toContain(name);
    expect(aws.invocations).toHaveLength(1);
    await send(eventTarget);
    expect(aws.assumedRoles).toHaveLength(1);
  });

  test.for(['ExpiredTokenException', 'UnrecognizedClientException', 'InvalidClientTokenId'])(
    'tries once more with new credentials after %s',
    async (name) => {
      const { aws, send } = await setUp();
      const expired = issuedCredentials(1).accessKeyId;
      aws.functions.set(functionArn, ({ request }) =>
        parseAuthorization(request).accessKeyId === expired ? serviceError(403, name) : { status: 202 },
      );

      expect((await send(eventTarget)).undelivered).toBeUndefined();

      const accessKeyIds = aws.invocations.map(({ request }) => parseAuthorization(request).accessKeyId);
      expect(accessKeyIds).toEqual([expired, issuedCredentials(2).accessKeyId]);
    },
  );

  test('tries with new credentials no more than once', async () => {
    const { aws, send } = await setUp();
    aws.functions.set(functionArn, () => serviceError(403, 'ExpiredTokenException'));

    expect((await send(eventTarget)).undelivered?.failure.class).toBe('credentials');
    expect(aws.invocations).toHaveLength(2);
    expect(aws.assumedRoles).toHaveLength(2);
  });

  test('makes no call when the role cannot be assumed', async () => {
    const { aws, send, slept } = await setUp();
    aws.sts = () => stsError(403, 'AccessDenied', 'not authorized');

    const { undelivered, calls } = await send(eventTarget);

    expect(undelivered?.failure.class).toBe('denied');
    expect([calls, slept, aws.invocations]).toEqual([[], [], []]);
  });

  describe('with a target that fails', () => {
    test('calls it once while it fails, and reports each failure to the breaker', async () => {
      const { aws, send, breaker } = await setUp();
      aws.functions.set(functionArn, () => serviceError(503, 'ServiceException'));
      await send(eventTarget);
      expect(aws.invocations).toHaveLength(5);
      for (let chunk = 0; chunk < 4; chunk++) await send(eventTarget);

      expect(aws.invocations).toHaveLength(9);
      expect(breaker.openedBy(key)).toMatchObject({ class: 'unavailable' });
    });

    test('treats a role that cannot be assumed as a failure of its target', async () => {
      const { aws, send, breaker } = await setUp();
      aws.sts = () => stsError(403, 'AccessDenied', 'no');
      for (let chunk = 0; chunk < 5; chunk++) await send(eventTarget);

      expect(breaker.openedBy(key)).toMatchObject({ class: 'denied' });
    });

    test('treats a call without an answer as a failure of its target', async () => {
      const { aws, send, breaker } = await setUp();
      const time = deadline();
      aws.functions.set(functionArn, () => {
        time.endSending();
        return never();
      });
      await send(waitingTarget, kinesisRecords(1), time);

      expect(breaker.openedBy(key)).toMatchObject({ class: 'deadline' });
    });

    test('does not treat lack of time as a failure of its target', async () => {
      const { send, breaker } = await setUp();
      for (let chunk = 0; chunk < 6; chunk++) {
        const over = deadline();
        over.endSending();
        expect((await send(eventTarget, kinesisRecords(1), over)).undelivered?.failure.class).toBe('untried');
      }

      expect(breaker.openedBy(key)).toBeUndefined();
    });

    test.for([
      ['throws', () => functionError('Error', 'no')],
      ['reports a record', () => result({ batchItemFailures: [{ itemIdentifier: '1' }] })],
    ] as const)('takes a function that %s for one that lives', async ([, reply]) => {
      const { aws, send, breaker } = await setUp();
      aws.functions.set(functionArn, reply);
      for (let chunk = 0; chunk < 20; chunk++) await send(waitingTarget);

      expect(breaker.isFailing(key)).toBe(false);
    });
  });

  describe('with a target that has a time limit', () => {
    const limited = target({ onFailure: 'park', invocation: 'request-response', timeoutSeconds: 20 });

    test('ends a call that lasts longer', async () => {
      const { aws, send, clock } = await setUp();
      aws.functions.set(functionArn, () => {
        clock.advance(20_000);
        return never();
      });

      expect((await send(limited)).undelivered?.failure).toEqual({
        class: 'deadline',
        reason: 'The function did not answer within 20 s, its timeoutSeconds',
      });
    });

    test('waits for one that is in time', async () => {
      const { aws, send, clock } = await setUp();
      aws.functions.set(functionArn, () => {
        clock.advance(19_999);
        return result(null);
      });

      expect((await send(limited)).undelivered).toBeUndefined();
    });
  });

  test('assumes a role once more after a failure that may pass', async () => {
    const { aws, send } = await setUp();
    let calls = 0;
    aws.sts = () => (++calls === 1 ? stsError(500, 'InternalFailure', 'try again') : undefined);

    expect((await send(eventTarget)).undelivered).toBeUndefined();
    expect(calls).toBe(2);
  });

  describe('before a call once more', () => {
    const within = (ms: number) => ({ endsAt: (startedAt: number) => startedAt + ms });

    /** How often a function is called that could not be called first. */
    async function callsAfter(all: ReturnType<typeof heldUp>, sending: Promise<unknown>, error: string) {
      await settled();
      all.fail(named(error));
      await settled();
      all.answer();
      await sending;
      return all.calls();
    }

    test.for([
      { ms: 200, calls: 1 },
      { ms: 201, calls: 2 },
    ])('looks whether its neighbours wait by then, for $ms ms: $calls', async ({ ms, calls }) => {
      const all = heldUp();

      expect(await callsAfter(all, all.send(eventTarget, within(ms)), 'ServiceException')).toBe(calls);
    });

    test('does not look at them where the stream waits for the target', async () => {
      const all = heldUp();
      const sending = all.send({ ...eventTarget, onFailure: 'block' }, within(0));

      expect(await callsAfter(all, sending, 'ServiceException')).toBe(2);
    });

    test.for([
      { error: 'TooManyRequestsException', neighbours: 'none', calls: 2 },
      { error: 'TooManyRequestsException', neighbours: 'some', calls: 1 },
      { error: 'ServiceException', neighbours: 'none', calls: 1 },
    ])('calls a target whose last call failed: $calls, after $error, with $neighbours', async (how) => {
      const all = heldUp();
      all.breaker.targetFailed(key, { class: 'unavailable', reason: 'why' });
      const sending = all.send(eventTarget, how.neighbours === 'none' ? endless : {});

      expect(await callsAfter(all, sending, how.error)).toBe(how.calls);
    });
  });

  test('notes how long calls take, for so many records', async () => {
    const { send, answer, pace } = heldUp();
    const sending = send(waitingTarget);
    await settled();
    answer(600);
    await sending;

    expect([pace.expectedMs(key), pace.recordsWithin(key, 1_000)]).toEqual([600, 5]);
  });

  test('notes how a call ended, which may show nothing about its records', async () => {
    const { send, fail, pace } = heldUp();
    const sending = send({ ...waitingTarget, onFailure: 'park' });
    await settled();
    fail(Object.assign(new Error('gone'), { name: 'ResourceNotFoundException' }));
    await sending;

    expect(pace.recordsWithin(key, 1_000)).toBe(0);
  });

  describe('for the judgement of a target that fails on its records', () => {
    test('counts the records that it took', async () => {
      const { send, answer, breaker } = heldUp();
      const sending = send(waitingTarget);
      await settled();
      answer();
      await sending;
      breaker.answered(key, { delivered: 0, failed: 27 });

      expect(breaker.openedBy(key)?.reason).toBe('The function failed on 27 of 30 records within a minute');
    });

    test('counts those before the first that it did not take', async () => {
      const { send, fail, breaker } = heldUp();
      const sending = send(waitingTarget, {}, 5);
      await settled();
      fail(new TargetFailure('no', 7, true));

      expect(await sending).toMatchObject({ failedFrom: 7 });
      breaker.answered(key, { delivered: 0, failed: 18 });
      expect(breaker.openedBy(key)?.reason).toBe('The function failed on 18 of 20 records within a minute');
    });
  });

  describe('when its neighbours have waited for long enough', () => {
    const reason =
      'The function had not answered 5 s after the other targets of the route; its answer still counts if it comes';
    const limited = { ...waitingTarget, timeoutSeconds: 20 };

    test('goes on without the answer, and returns until when it may come', async () => {
      const { send, clock, giveUp, left } = heldUp();
      const sending = send(waitingTarget);
      await settled();
      giveUp();

      expect(await sending).toEqual({
        failure: { class: 'left-behind', reason },
        failedFrom: 0,
        calls: 1,
        late: { delivered: expect.any(Promise), endsAt: clock.now() + 30_000 },
      });
      expect(left).toEqual([1]);
    });

    test('counts calls before the one that is left behind', async () => {
      const { send, fail, giveUp } = heldUp();
      const sending = send(waitingTarget);
      await settled();
      fail(named('ServiceException'));
      await settled();
      giveUp();

      expect(await sending).toMatchObject({ failure: { class: 'left-behind' }, calls: 2 });
    });

    test.for([
      { what: 'whose records the stream waits for', to: { ...waitingTarget, onFailure: 'block' } },
      { what: 'whose time the routes file says', to: limited },
    ] as const)('waits on for a target $what', async ({ to }) => {
      const { send, answer, giveUp } = heldUp();
      const sending = send(to);
      await settled();
      giveUp();
      answer();

      expect(await sending).toBeUndefined();
    });

    test('waits on for a target that has no neighbours', async () => {
      const { send, answer, giveUp } = heldUp();
      const sending = send(waitingTarget, endless);
      await settled();
      giveUp();
      answer();

      expect(await sending).toBeUndefined();
    });

    test('counts no call for a function that was not called yet', async () => {
      const { send, giveUp } = heldUp({ isCalled: false });
      const sending = send(waitingTarget);
      await settled();
      giveUp();

      expect(await sending).toEqual({
        failure: {
          class: 'untried',
          reason: 'The other targets of the route were waiting before the function could be called',
        },
        failedFrom: 0,
        calls: 0,
      });
    });

    test('keeps why the function failed when it is not called once more', async () => {
      const { send, fail, giveUp, hold } = heldUp();
      const sending = send(waitingTarget);
      await settled();
      hold();
      fail(named('ServiceException'));
      await settled();
      giveUp();

      expect(await sending).toEqual({
        failure: { class: 'unavailable', reason: 'ServiceException: why' },
        failedFrom: 0,
        calls: 1,
      });
    });

    test('does not give up what was answered before', async () => {
      const { send, answer, giveUp, left, isWaited } = heldUp();
      const sending = send(waitingTarget);
      await settled();
      expect(isWaited()).toBe(true);
      answer();
      await sending;
      giveUp();

      expect(left).toEqual([]);
      expect(isWaited()).toBe(false);
    });

    describe('and the answer comes', () => {
      async function leftBehind(all = heldUp()) {
        const sending = all.send(waitingTarget);
        await settled();
        all.giveUp();
        const delivered = (await sending)?.late?.delivered;
        return { ...all, delivered };
      }

      test('has delivered the chunk, and shows that the target lives', async () => {
        const { answer, delivered, breaker } = await leftBehind();
        for (let times = 0; times < 4; times++)
          breaker.targetFailed(key, { class: 'unavailable', reason: 'why' });
        answer();

        expect(await delivered).toBe(true);
        expect(breaker.isFailing(key)).toBe(false);
      });

      test('counts the records of the chunk as taken', async () => {
        const { answer, delivered, breaker } = await leftBehind();
        answer();
        await delivered;
        // Nine times as many as the three that were taken.
        breaker.answered(key, { delivered: 0, failed: 26 });
        expect(breaker.openedBy(key)).toBeUndefined();
        breaker.answered(key, { delivered: 0, failed: 1 });

        expect(breaker.openedBy(key)?.reason).toBe('The function failed on 27 of 30 records within a minute');
      });

      test('has not delivered it where the function failed, which lives for all that', async () => {
        const { fail, delivered, breaker } = await leftBehind();
        breaker.targetFailed(key, { class: 'unavailable', reason: 'why' });
        fail(new TargetFailure('no', 1, true));

        expect(await delivered).toBe(false);
        expect(breaker.isFailing(key)).toBe(false);
      });

      test('has not delivered it where there is none in time, which is a failure of the target', async () => {
        const { fail, delivered, breaker } = await leftBehind();
        fail(new NoAnswerError('silent', new Error('aborted')));

        expect(await delivered).toBe(false);
        expect(breaker.openedBy(key)).toEqual({ class: 'deadline', reason: 'silent' });
      });
    });
  });

  describe('when the time is over', () => {
    test.for([
      { what: 'does not answer', answer: never },
      { what: 'stops in its answer', answer: () => ({ ...result({}), body: '{"batch', unfinished: true }) },
    ])('gives a target up that $what', async ({ answer }) => {
      const { aws, send } = await setUp();
      const time = deadline();
      aws.functions.set(functionArn, () => {
        // Late enough for the begun answer to have arrived.
        setTimeout(time.endSending, 50);
        return answer();
      });

      const { undelivered, calls } = await send(waitingTarget, kinesisRecords(2), time);

      expect(undelivered).toEqual({
        first: 0,
        count: 2,
        failure: {
          class: 'deadline',
          reason: 'The time of the invocation was over before the target had answered',
        },
      });
      expect(calls).toHaveLength(1);
    });

    test('gives up a role that STS does not answer for', async () => {
      const { aws, send } = await setUp();
      const time = deadline();
      aws.sts = () => {
        setImmediate(time.endSending);
        return never();
      };

      expect((await send(eventTarget, kinesisRecords(2), time)).undelivered?.failure.class).toBe('untried');
    });

    test('gives up credentials that never come', async () => {
      const credentials = { get: () => new Promise<never>(() => {}), drop: () => {} };
      const { send } = await setUp({ credentials });
      const time = deadline();
      setImmediate(time.endSending);

      expect((await send(eventTarget, kinesisRecords(2), time)).undelivered?.failure.class).toBe('untried');
    });

    test('does not call a target whose turn comes too late', async () => {
      const room = { calls: 1, bytes: 1_000_000 };
      const flight = createFlightLimit({ room, slowRoom: { calls: 0, bytes: 0 }, slowAfterMs: 60_000 });
      const { promise: held, resolve: makeRoom } = Promise.withResolvers<void>();
      void flight.run(1, () => held);
      const time = deadline();
      const credentials = { get: async () => roleCredentials('reader'), drop: () => {} };
      const { aws, send } = await setUp({ flight, credentials });

      const sent = send(eventTarget, kinesisRecords(2), time);
      // It waits for room by then.
      await new Promise((resolve) => setImmediate(resolve));
      time.endSending();
      makeRoom();

      const { undelivered, calls } = await sent;
      expect(undelivered?.failure.class).toBe('untried');
      expect([calls, aws.invocations]).toEqual([[], []]);
    });

    test('leaves nothing at the signal that waited for credentials', async () => {
      const time = deadline();
      const whileWaiting: number[] = [];
      const { send } = await setUp({
        credentials: {
          get: async () => {
            await new Promise((resolve) => setImmediate(resolve));
            whileWaiting.push(getEventListeners(time.send, 'abort').length);
            throw new Error('no credentials');
          },
          drop: () => {},
        },
      });

      await send(eventTarget, kinesisRecords(1), time);

      expect(whileWaiting).toContain(1);
      expect(getEventListeners(time.send, 'abort')).toEqual([]);
    });

    test('begins nothing', async () => {
      const { aws, send } = await setUp();
      const time = deadline();
      time.endSending();

      expect((await send(eventTarget, kinesisRecords(2), time)).undelivered?.failure).toEqual({
        class: 'untried',
        reason: 'The time of the invocation was over before the target could be called',
      });
      expect([aws.invocations, aws.assumedRoles]).toEqual([[], []]);
    });
  });
});
