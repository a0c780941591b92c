import { getEventListeners } from 'node:events';
import type { Invocation } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { AssumeRoleError } from '../../src/aws/assume-role.ts';
import type { Invoke, InvokeAnswer, InvokeRequest } from '../../src/aws/invoke.ts';
import type { RoleCredentialCache } from '../../src/aws/role-credentials.ts';
import { createCallTarget, NoAnswerError } from '../../src/delivery/call-target.ts';
import { createFlightLimit } from '../../src/delivery/flight-limit.ts';
import { DeadlineError } from '../../src/invocation/deadline.ts';
import { deadline, fakeClock, flightLimit, roleCredentials, shipment, target } from '../factories.ts';

const reader = target({ onFailure: 'park', invocation: 'request-response' });
const limited = { ...reader, timeoutSeconds: 20 };
const held = roleCredentials('reader');

/** What is due by now is done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A function that answers when it is told to, or ends as its signal aborts. */
function setUp(options: { credentials?: RoleCredentialCache['get']; hasRoom?: boolean } = {}) {
  const clock = fakeClock();
  const asked: unknown[] = [];
  const dropped: unknown[] = [];
  const requests: InvokeRequest[] = [];
  const ended: string[] = [];
  let answer = (_: Partial<InvokeAnswer>) => {};
  let fail = (_: Error) => {};
  const invoke: Invoke = (request) => {
    requests.push(request);
    const { promise, resolve, reject } = Promise.withResolvers<InvokeAnswer>();
    answer = (result) => resolve({ text: '', ...result });
    fail = reject;
    request.signal.addEventListener('abort', () => reject(new Error('The request was aborted')));
    return promise;
  };
  const room = { calls: 1, bytes: 1_000_000 };
  const flight = createFlightLimit({ room, slowRoom: { calls: 0, bytes: 0 }, slowAfterMs: 600_000, clock });
  const { promise: taken, resolve: makeRoom } = Promise.withResolvers<void>();
  if (options.hasRoom === false) void flight.run(1, () => taken);
  const callTarget = createCallTarget({
    credentials: {
      get: async (role) => {
        asked.push(role);
        return options.credentials === undefined ? held : options.credentials(role);
      },
      drop: (...all) => dropped.push(all),
    },
    invoke,
    flight: options.hasRoom === false ? flight : flightLimit(),
    clock,
  });
  const [chunk] = shipment().chunks(1_000_000);
  if (chunk === undefined) throw new Error('There is nothing to send');
  const begin = (to = reader, time = deadline(), invocation: Invocation = 'request-response') => {
    const call = callTarget({
      route: 'orders',
      target: to,
      items: shipment().items,
      chunk,
      invocation,
      deadline: time,
      onEnd: (ms, end) => ended.push(`${end} after ${ms}`),
    });
    // A test may look at it later.
    call.done.catch(() => {});
    return call;
  };
  /** The signal that the function's call was given. */
  const signal = () => {
    const [request] = requests;
    if (request === undefined) throw new Error('The function was not called');
    return request.signal;
  };
  return {
    clock,
    begin,
    chunk,
    asked,
    dropped,
    requests,
    ended,
    signal,
    makeRoom,
    answer: (result: Partial<InvokeAnswer> = {}) => answer(result),
    fail: (error: Error) => fail(error),
  };
}

describe('createCallTarget', () => {
  test('calls the function with the chunk, as its role', async () => {
    const { begin, answer, asked, requests, chunk } = setUp();
    const { done } = begin();
    await settled();
    answer();

    expect(await done).toBeUndefined();
    const { roleArn, externalId, functionArn, region } = reader;
    expect(asked).toEqual([{ roleArn, externalId, route: 'orders' }]);
    expect(requests).toMatchObject([
      { functionArn, region, invocation: 'request-response', payload: chunk.payload(), credentials: held },
    ]);
  });

  test('reports how long the call lasted, and how it ended', async () => {
    const all = [setUp(), setUp(), setUp(), setUp()] as const;
    const time = deadline();
    for (const { begin, clock } of all) {
      begin(reader, time);
      await settled();
      clock.advance(250);
    }
    const [taken, thrown, refused, silent] = all;
    taken.answer();
    thrown.answer({ functionError: 'Unhandled' });
    refused.fail(new Error('refused'));
    await settled();
    time.endSending();
    silent.fail(new Error('aborted'));
    await settled();

    expect(all.flatMap(({ ended }) => ended)).toEqual([
      'answered after 250',
      'failed after 250',
      'failed after 250',
      'no-answer after 250',
    ]);
  });

  test('passes on an error of the call as it is', async () => {
    const { begin, fail } = setUp();
    const { done } = begin();
    await settled();
    const error = new Error('refused');
    fail(error);

    await expect(done).rejects.toBe(error);
  });

  test('fails with a function that failed', async () => {
    const { begin, answer } = setUp();
    const { done } = begin();
    await settled();
    answer({ functionError: 'Unhandled' });

    await expect(done).rejects.toThrow(
      expect.objectContaining({ name: 'TargetFailure', failedFrom: 0, reported: false }),
    );
  });

  test('drops credentials that are not accepted, and no others', async () => {
    const expired = setUp();
    const refused = setUp();
    const calls = [expired.begin(), refused.begin()];
    await settled();
    expired.fail(Object.assign(new Error('expired'), { name: 'ExpiredTokenException' }));
    refused.fail(Object.assign(new Error('no'), { name: 'ResourceNotFoundException' }));
    await Promise.allSettled(calls.map(({ done }) => done));

    const { roleArn, externalId } = reader;
    expect(expired.dropped).toEqual([[{ roleArn, externalId, route: 'orders' }, held]]);
    expect(refused.dropped).toEqual([]);
  });

  test('makes no call without credentials', async () => {
    const error = new AssumeRoleError({ ...reader, route: 'orders' }, new Error('denied'));
    const { begin, requests } = setUp({ credentials: () => Promise.reject(error) });

    await expect(begin().done).rejects.toBe(error);
    expect(requests).toEqual([]);
  });

  test.for([
    { totalMs: 49_000, leftMs: 999, isCalled: false },
    { totalMs: 49_000, leftMs: 1_000, isCalled: true },
    { totalMs: 5_000, leftMs: 499, isCalled: false },
    { totalMs: 5_000, leftMs: 500, isCalled: true },
  ])('with $leftMs ms left of $totalMs, begins a call: $isCalled', async ({ totalMs, leftMs, isCalled }) => {
    const { begin, requests } = setUp();
    const { done } = begin(reader, { ...deadline({ msToSend: leftMs }), totalMs });
    await settled();

    expect(requests).toHaveLength(isCalled ? 1 : 0);
    if (!isCalled)
      await expect(done).rejects.toThrow(new DeadlineError('Too little time is left for a call'));
  });

  describe('when the time of the invocation is over', () => {
    const over = new DeadlineError('The time for sending is over');

    test('asks for no credentials', async () => {
      const { begin, asked } = setUp();
      const time = deadline();
      time.endSending();

      await expect(begin(reader, time).done).rejects.toThrow(over);
      expect(asked).toEqual([]);
    });

    test('waits no longer for credentials', async () => {
      const { begin, requests } = setUp({ credentials: () => new Promise(() => {}) });
      const time = deadline();
      const { done } = begin(reader, time);
      await settled();
      time.endSending();

      await expect(done).rejects.toThrow(over);
      expect(requests).toEqual([]);
      expect(getEventListeners(time.send, 'abort')).toEqual([]);
    });

    test('makes no call for which there is room only then', async () => {
      const { begin, requests, makeRoom } = setUp({ hasRoom: false });
      const time = deadline();
      const { done } = begin(reader, time);
      await settled();
      time.endSending();
      makeRoom();

      await expect(done).rejects.toThrow(over);
      expect(requests).toEqual([]);
    });
  });

  describe('with a time limit', () => {
    test('gives the function no more time than its timeoutSeconds', async () => {
      const { begin, clock, signal } = setUp();
      const { done } = begin(limited);
      await settled();
      clock.advance(19_999);
      expect(signal().aborted).toBe(false);
      clock.advance(1);

      const error = await done.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(NoAnswerError);
      expect(error).toMatchObject({
        name: 'NoAnswerError',
        message: 'The function did not answer within 20 s, its timeoutSeconds',
        cause: new Error('The request was aborted'),
      });
    });

    test('ends with the time of the invocation where that is over first', async () => {
      const { begin } = setUp();
      const time = deadline();
      const { done } = begin(limited, time);
      await settled();
      time.endSending();

      await expect(done).rejects.toThrow(
        'The time of the invocation was over before the target had answered',
      );
    });

    test.for([
      { what: 'which has no timeoutSeconds', to: reader, invocation: 'request-response' },
      { what: 'which is only queued', to: limited, invocation: 'event' },
    ] as const)('does not end a call by itself $what', async ({ to, invocation }) => {
      const { begin, clock, signal } = setUp();
      begin(to, deadline(), invocation);
      await settled();
      clock.advance(600_000);

      expect(signal().aborted).toBe(false);
    });

    test('is over with the answer', async () => {
      const { begin, clock, signal, answer } = setUp();
      const time = deadline();
      const { done } = begin(limited, time);
      await settled();
      answer();
      await done;
      clock.advance(20_000);
      time.endSending();

      expect(signal().aborted).toBe(false);
      expect(getEventListeners(time.send, 'abort')).toEqual([]);
    });
  });

  describe('leaveBehind', () => {
    test('lets a call go on beyond the time of the invocation, until the function answers', async () => {
      const { begin, answer, signal, ended, clock } = setUp();
      const time = deadline();
      const { done, leaveBehind } = begin(reader, time);
      await settled();
      leaveBehind();
      time.endSending();
      clock.advance(59_999);
      expect(signal().aborted).toBe(false);
      answer();

      expect(await done).toBeUndefined();
      expect(ended).toEqual(['answered after 59999']);
    });

    test('ends a call with the time that the invocation had for it when it began', async () => {
      const { begin, clock } = setUp();
      const beganAt = clock.now();
      const { done, leaveBehind } = begin(reader, deadline({ msToSend: 30_000 }));
      await settled();
      clock.advance(10_000);

      expect(leaveBehind()).toBe(beganAt + 30_000);
      clock.advance(20_000);
      await expect(done).rejects.toThrow(
        'The time of the invocation was over before the target had answered',
      );
    });

    test("ends a call with the function's own time where it has one", async () => {
      const { begin, clock, signal } = setUp();
      const beganAt = clock.now();
      const { done, leaveBehind } = begin(limited);
      await settled();
      clock.advance(10_000);

      expect(leaveBehind()).toBe(beganAt + 20_000);
      clock.advance(9_999);
      expect(signal().aborted).toBe(false);
      clock.advance(1);
      await expect(done).rejects.toThrow('The function did not answer within 20 s, its timeoutSeconds');
    });

    test('leaves no timer behind a call that has its answer', async () => {
      const { begin, clock, signal, answer } = setUp();
      const { done, leaveBehind } = begin(limited);
      await settled();
      leaveBehind();
      answer();
      await done;
      clock.advance(60_000);

      expect(signal().aborted).toBe(false);
    });

    test('keeps a call from being made that waits for room', async () => {
      const { begin, requests, makeRoom } = setUp({ hasRoom: false });
      const { done, leaveBehind } = begin();
      await settled();

      expect(leaveBehind()).toBeUndefined();
      makeRoom();
      await expect(done).rejects.toThrow(
        new DeadlineError('The batch went on before the function was called'),
      );
      expect(requests).toEqual([]);
    });

    test('keeps a call from being made that waits for credentials', async () => {
      const { promise, resolve } = Promise.withResolvers<typeof held>();
      const { begin, requests } = setUp({ credentials: () => promise });
      const { done, leaveBehind } = begin();
      await settled();

      expect(leaveBehind()).toBeUndefined();
      resolve(held);
      await expect(done).rejects.toThrow('The batch went on before the function was called');
      expect(requests).toEqual([]);
    });
  });
});
