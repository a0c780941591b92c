import { SSMClient } from '@aws-sdk/client-ssm';
import { encodeRoute, type StoredRoute } from '@xacct/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { getParametersBySdk } from '../../bench/sdk/services-by-sdk.ts';
import { createRouteStore, RouteError } from '../../src/routes/route-store.ts';
import {
  collectingLog,
  collectingMetrics,
  countTimers,
  deadline,
  fakeClock,
  storedRoute,
  streamArn,
  target,
} from '../factories.ts';
import { type FakeAws, type Reply, serviceError, startAws } from '../servers.ts';

const parameter = '/xacct/default/kinesis/orders';

/** The names of a route's parameters, in order. */
function partNames(route: StoredRoute): string[] {
  return encodeRoute(route).map((_, part) => (part === 0 ? parameter : `${parameter}/${part}`));
}

function store(aws: FakeAws, route: StoredRoute): void {
  const names = partNames(route);
  for (const [part, value] of encodeRoute(route).entries()) aws.parameters.set(names[part] ?? '', value);
}

/** A route of `count` targets; the same count with another name takes as many parameters. */
function routeTo(count: number, name = 'orders'): StoredRoute {
  return storedRoute({
    name,
    targets: Array.from({ length: count }, (_, index) =>
      target({ account: String(100_000_000_000 + index) }),
    ),
  });
}

async function setUp(options: { random?: () => number } = {}) {
  const { random = () => 0 } = options;
  const aws = await startAws();
  onTestFinished(aws.close);
  const ssm = new SSMClient({
    endpoint: aws.url,
    region: 'us-west-2',
    credentials: { accessKeyId: 'AKIAFORWARDER', secretAccessKey: 'secret of the forwarder' },
    maxAttempts: 1,
  });
  onTestFinished(() => ssm.destroy());
  const { clock, timers } = countTimers(fakeClock());
  const whileAsleep: (() => void)[] = [];
  const slept: number[] = [];
  const { log, entries } = collectingLog();
  const { metrics, counts } = collectingMetrics();
  const routeStore = createRouteStore({
    getParameters: getParametersBySdk(ssm),
    prefix: '/xacct/default',
    log,
    metrics,
    clock: {
      now: clock.now,
      after(ms, callback) {
        if (ms >= 1_000) return clock.after(ms, callback);
        slept.push(ms);
        whileAsleep.shift()?.();
        queueMicrotask(callback);
        return () => {};
      },
    },
    random,
  });
  const time = deadline();
  /** As one invocation would. */
  const routes = { get: (arn: string) => routeStore.get(arn, time) };
  return { aws, routes, routeStore, clock, timers, entries, counts, slept, whileAsleep };
}

describe('createRouteStore', () => {
  test('reads the route that a stream is stored under', async () => {
    const { aws, routes } = await setUp();
    store(aws, storedRoute());

    expect(await routes.get(streamArn)).toEqual(storedRoute());
    expect(aws.reads).toEqual([[parameter]]);
  });

  test.for([
    { random: 0, keptMs: 60_000 },
    { random: 1, keptMs: 54_000 },
  ])('reads again after $keptMs ms when the jitter is $random', async ({ random, keptMs }) => {
    const { aws, routes, clock } = await setUp({ random: () => random });
    store(aws, storedRoute());
    await routes.get(streamArn);
    store(aws, storedRoute({ targets: [target({ account: '333333333333' })] }));

    clock.advance(keptMs - 1);
    expect((await routes.get(streamArn)).targets[0]?.account).toBe('222222222222');
    clock.advance(1);
    expect((await routes.get(streamArn)).targets[0]?.account).toBe('333333333333');
    expect(aws.reads).toHaveLength(2);
  });

  test('reads again before its time for what an earlier route must not decide, and not again within that age', async () => {
    const { aws, routes, routeStore, clock } = await setUp();
    store(aws, storedRoute());
    await routes.get(streamArn);
    store(aws, storedRoute({ targets: [target({ account: '333333333333' })] }));

    clock.advance(10_001);
    for (let time = 0; time < 3; time++) {
      const fresh = await routeStore.getFresh(streamArn, deadline(), 10_000);
      expect(fresh?.targets[0]?.account).toBe('333333333333');
      clock.advance(5_000);
    }
    expect(aws.reads).toHaveLength(2);
    expect((await routes.get(streamArn)).targets[0]?.account).toBe('333333333333');
  });

  test('has no such route where it cannot be read again', async () => {
    const { aws, routes, routeStore, clock } = await setUp();
    store(aws, storedRoute());
    await routes.get(streamArn);
    aws.parameters.clear();
    clock.advance(10_001);

    expect(await routeStore.getFresh(streamArn, deadline(), 10_000)).toBeUndefined();
    expect(await routes.get(streamArn)).toEqual(storedRoute());
  });

  test('has one read in flight for many callers', async () => {
    const { aws, routes } = await setUp();
    store(aws, storedRoute());

    const got = await Promise.all(Array.from({ length: 20 }, () => routes.get(streamArn)));

    expect(new Set(got).size).toBe(1);
    expect(aws.reads).toHaveLength(1);
  });

  test('distinguishes streams', async () => {
    const { aws, routes } = await setUp();
    store(aws, storedRoute());
    const [payments = ''] = encodeRoute(storedRoute({ name: 'payments' }));
    aws.parameters.set('/xacct/default/kinesis/payments', payments);

    const got = await Promise.all([
      routes.get(streamArn),
      routes.get('arn:aws:kinesis:us-west-2:111111111111:stream/payments'),
    ]);

    expect(got.map(({ name }) => name)).toEqual(['orders', 'payments']);
  });

  test('reads the further parts of a large route, ten names at a time', async () => {
    const { aws, routes } = await setUp();
    const route = routeTo(900);
    store(aws, route);

    expect(await routes.get(streamArn)).toEqual(route);
    const [first, ...further] = partNames(route);
    expect(aws.reads).toEqual([[first], further.slice(0, 10), further.slice(10)]);
    expect(further.length).toBeGreaterThan(10);
  });

  test('reads parts of several revisions again until they are of one', async () => {
    const { aws, routes, slept, whileAsleep } = await setUp();
    const [before, after] = [routeTo(100, 'before'), routeTo(100, 'after')];
    store(aws, before);
    aws.parameters.set(parameter, encodeRoute(after)[0] ?? '');
    whileAsleep.push(() => store(aws, after));

    expect(await routes.get(streamArn)).toEqual(after);
    expect(slept).toEqual([200]);
  });

  test('reads again while a part does not exist yet', async () => {
    const { aws, routes, whileAsleep } = await setUp();
    const route = routeTo(100);
    store(aws, route);
    aws.parameters.delete(`${parameter}/1`);
    whileAsleep.push(
      () => {},
      () => store(aws, route),
    );

    expect(await routes.get(streamArn)).toEqual(route);
  });

  test('never uses parts of several revisions', async () => {
    const { aws, routes, slept } = await setUp();
    store(aws, routeTo(100, 'before'));
    aws.parameters.set(parameter, encodeRoute(routeTo(100, 'after'))[0] ?? '');

    await expect(routes.get(streamArn)).rejects.toThrow(/are not of one revision/);
    expect(slept).toEqual([200, 200]);
  });

  test('keeps the last good route while parts are of several revisions', async () => {
    const { aws, routes, clock, entries } = await setUp();
    const good = routeTo(100, 'before');
    store(aws, good);
    await routes.get(streamArn);
    aws.parameters.set(parameter, encodeRoute(routeTo(100, 'after'))[0] ?? '');

    clock.advance(60_000);

    expect(await routes.get(streamArn)).toEqual(good);
    expect(entries()).toHaveLength(1);
  });

  test('keeps the last good route while SSM fails, and asks once a minute', async () => {
    const { aws, routes, clock, entries } = await setUp();
    store(aws, storedRoute());
    const good = await routes.get(streamArn);
    aws.ssm = () => serviceError(400, 'AccessDeniedException', 'no more');

    clock.advance(60_000);
    expect(await routes.get(streamArn)).toBe(good);
    clock.advance(59_999);
    expect(await routes.get(streamArn)).toBe(good);
    expect(entries()).toEqual([
      {
        level: 'warn',
        message: 'The route cannot be read again; the last good one stays',
        parameter,
        reason: 'AccessDeniedException: no more',
      },
    ]);

    aws.ssm = () => undefined;
    store(aws, storedRoute({ targets: [target({ account: '333333333333' })] }));
    clock.advance(1);
    expect((await routes.get(streamArn)).targets[0]?.account).toBe('333333333333');
    expect(aws.reads).toHaveLength(3);
  });

  test.for(['not a route', 'xacct/1 0123456789abcdef 0/1\n{}', ''])(
    'refuses a new revision that is %j, logs it, counts it, and keeps the last good one',
    async (value) => {
      const { aws, routes, clock, entries, counts } = await setUp();
      store(aws, storedRoute());
      const good = await routes.get(streamArn);
      aws.parameters.set(parameter, value);

      clock.advance(60_000);

      expect(await routes.get(streamArn)).toBe(good);
      expect(entries()).toMatchObject([
        { level: 'warn', parameter, reason: expect.stringContaining('StoredRouteError') },
      ]);
      expect(counts).toEqual(['routeRefreshes', 'routeRefreshes', 'staleRoute']);
    },
  );

  test('keeps the last good route through an outage of days', async () => {
    const { aws, routes, clock, counts } = await setUp();
    store(aws, storedRoute());
    const good = await routes.get(streamArn);
    aws.ssm = () => serviceError(400, 'AccessDeniedException', 'no more');

    for (let hour = 0; hour < 72; hour++) {
      clock.advance(3_600_000);
      expect(await routes.get(streamArn)).toBe(good);
    }
    expect(counts.filter((count) => count === 'staleRoute')).toHaveLength(72);
  });

  test('reads again after a first failure', async () => {
    const { aws, routes } = await setUp();
    aws.ssm = () => serviceError(400, 'AccessDeniedException', 'not yet');
    await expect(routes.get(streamArn)).rejects.toThrow(RouteError);

    aws.ssm = () => undefined;
    store(aws, storedRoute());

    expect(await routes.get(streamArn)).toEqual(storedRoute());
  });

  test('waits for Parameter Store when it throttles a first read', async () => {
    const { aws, routes, slept } = await setUp({ random: () => 0.5 });
    store(aws, storedRoute());
    let calls = 0;
    aws.ssm = () => (++calls <= 3 ? serviceError(400, 'ThrottlingException', 'slow down') : undefined);

    expect(await routes.get(streamArn)).toEqual(storedRoute());
    expect(slept).toEqual([100, 200, 400]);
  });

  test('gives up a first read when there is no time left to send', async () => {
    const { aws, routeStore } = await setUp();
    store(aws, storedRoute());
    aws.ssm = () => serviceError(400, 'ThrottlingException', 'slow down');
    const time = deadline({ msToSend: 0 });

    await expect(routeStore.get(streamArn, time)).rejects.toMatchObject({ isMissing: false });
  });

  test('does not wait for a read of an invocation before', async () => {
    const { aws, routeStore } = await setUp();
    store(aws, storedRoute());
    aws.ssm = () => new Promise(() => {});
    const frozen = routeStore.get(streamArn, deadline());
    frozen.catch(() => {});
    while (aws.reads.length === 0) await new Promise((next) => setTimeout(next, 5));
    aws.ssm = () => undefined;

    expect(await routeStore.get(streamArn, deadline())).toEqual(storedRoute());
  });

  test('has one read in flight for an invocation, also when that of one before fails meanwhile', async () => {
    const { aws, routeStore } = await setUp();
    store(aws, storedRoute());
    const answers: ((reply: Reply | undefined) => void)[] = [];
    aws.ssm = () => new Promise((resolve) => answers.push(resolve));
    const asked = async (count: number) => {
      while (answers.length < count) await new Promise((next) => setTimeout(next, 5));
    };
    const time = deadline();
    const before = routeStore.get(streamArn, deadline());
    await asked(1);
    const first = routeStore.get(streamArn, time);
    await asked(2);
    answers[0]?.(serviceError(400, 'AccessDeniedException', 'no'));
    await expect(before).rejects.toThrow('AccessDeniedException: no');
    const second = routeStore.get(streamArn, time);
    answers[1]?.(undefined);

    expect(await Promise.all([first, second])).toEqual([storedRoute(), storedRoute()]);
    expect(aws.reads).toHaveLength(2);
  });

  describe('when Parameter Store does not answer', () => {
    const until = async (isTrue: () => boolean) => {
      while (!isTrue()) await new Promise((next) => setTimeout(next, 5));
    };

    test('goes on with the last good route after two seconds', async () => {
      const { aws, routes, clock, entries } = await setUp();
      store(aws, storedRoute());
      const good = await routes.get(streamArn);
      aws.ssm = () => new Promise(() => {});
      clock.advance(60_000);
      const got = routes.get(streamArn);
      await until(() => aws.reads.length === 2);
      clock.advance(2_000);

      expect(await got).toBe(good);
      expect(entries()).toMatchObject([
        { reason: 'TimeoutError: Parameter Store did not answer within 2000 ms' },
      ]);
    });

    test('asks again after eight seconds for a first read', async () => {
      const { aws, routes, clock } = await setUp();
      store(aws, storedRoute());
      aws.ssm = () => (aws.reads.length === 1 ? new Promise(() => {}) : undefined);
      const got = routes.get(streamArn);
      await until(() => aws.reads.length === 1);
      clock.advance(8_000);

      expect(await got).toEqual(storedRoute());
      expect(aws.reads).toHaveLength(2);
    });

    test('gives up a first read at the end of the time to send', async () => {
      const { aws, routeStore, clock, timers } = await setUp();
      aws.ssm = () => new Promise(() => {});
      let left = 3_000;
      const got = routeStore.get(streamArn, { ...deadline(), msToSend: () => left });
      got.catch(() => {});
      await until(() => aws.reads.length === 1);
      left = 0;
      clock.advance(3_000);

      await expect(got).rejects.toThrow(
        `parameter ${parameter} cannot be read: TimeoutError: Parameter Store did not answer within 3000 ms`,
      );
      expect(timers.size).toBe(0);
    });
  });

  test('leaves no timer behind', async () => {
    const { aws, routes, timers } = await setUp();
    store(aws, storedRoute());
    await routes.get(streamArn);

    expect(timers.size).toBe(0);
  });

  describe('with several routes', () => {
    const arnOf = (index: number) => `arn:aws:kinesis:us-west-2:111111111111:stream/stream-${index}`;
    const nameOf = (index: number) => `/xacct/default/kinesis/stream-${index}`;
    const storeMany = (aws: FakeAws, count: number) => {
      for (let index = 0; index < count; index++) {
        const [value = ''] = encodeRoute(storedRoute({ name: `stream-${index}` }));
        aws.parameters.set(nameOf(index), value);
      }
    };

    test('reads ten that it knows with one call', async () => {
      const { aws, routes, clock } = await setUp();
      storeMany(aws, 12);
      for (let index = 0; index < 12; index++) await routes.get(arnOf(index));
      aws.reads.length = 0;
      clock.advance(60_000);
      for (let index = 0; index < 12; index++)
        expect((await routes.get(arnOf(index))).name).toBe(`stream-${index}`);

      expect(aws.reads.map((names) => names.length)).toEqual([10, 2]);
    });

    test('reads a route along that is nearly stale, unless it was not used of late', async () => {
      const { aws, routes, clock } = await setUp();
      storeMany(aws, 3);
      await routes.get(arnOf(0));
      clock.advance(60_000);
      await routes.get(arnOf(1));
      clock.advance(60_000);
      await routes.get(arnOf(2));
      expect(aws.reads.at(-1)).toEqual([nameOf(2), nameOf(1)]);
      aws.reads.length = 0;
      clock.advance(59_999);
      for (const index of [1, 2]) await routes.get(arnOf(index));

      expect(aws.reads).toEqual([]);
    });

    test('reads a route along whose time is over by half', async () => {
      const { aws, routes, clock } = await setUp();
      storeMany(aws, 3);
      await routes.get(arnOf(0));
      clock.advance(30_000);
      await routes.get(arnOf(1));
      clock.advance(1);
      await routes.get(arnOf(2));

      expect(aws.reads.slice(1)).toEqual([[nameOf(1)], [nameOf(2), nameOf(0)]]);
    });

    test('begins with the one that is stale first', async () => {
      const random = [0, 1];
      const { aws, routes, clock } = await setUp({ random: () => random.shift() ?? 0 });
      storeMany(aws, 3);
      for (const index of [0, 1]) await routes.get(arnOf(index));
      clock.advance(59_999);
      await routes.get(arnOf(2));

      expect(aws.reads.at(-1)).toEqual([nameOf(2), nameOf(1), nameOf(0)]);
    });

    test('reads none along that is being read, or could not be read', async () => {
      const { aws, routes, clock } = await setUp();
      storeMany(aws, 2);
      await expect(routes.get(arnOf(2))).rejects.toThrow(RouteError);
      for (const index of [0, 1]) await routes.get(arnOf(index));
      aws.reads.length = 0;
      clock.advance(60_000);
      await Promise.all([routes.get(arnOf(0)), routes.get(arnOf(1))]);

      expect(aws.reads).toEqual([[nameOf(0), nameOf(1)], [nameOf(1)]]);
    });

    test('finds what is wrong with another route when it is its turn', async () => {
      const { aws, routes, clock, entries } = await setUp();
      storeMany(aws, 2);
      for (const index of [0, 1]) await routes.get(arnOf(index));
      clock.advance(60_000);
      aws.parameters.set(nameOf(0), 'no route');

      expect((await routes.get(arnOf(1))).name).toBe('stream-1');
      expect(entries()).toEqual([]);
      expect((await routes.get(arnOf(0))).name).toBe('stream-0');
      expect(entries()).toMatchObject([{ level: 'warn', parameter: nameOf(0) }]);
    });

    test('reads its own route when it may not read that of another any more', async () => {
      const { aws, routes, clock } = await setUp();
      storeMany(aws, 2);
      for (const index of [0, 1]) await routes.get(arnOf(index));
      clock.advance(60_000);
      aws.reads.length = 0;
      let calls = 0;
      aws.ssm = () => (++calls === 1 ? serviceError(400, 'AccessDeniedException', 'no') : undefined);

      expect((await routes.get(arnOf(1))).name).toBe('stream-1');
      expect(aws.reads.at(-1)).toEqual([nameOf(1)]);
    });
  });
});

describe('RouteError', () => {
  test('names the parameter that does not exist', async () => {
    const { routes } = await setUp();

    const error = await routes.get(streamArn).catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(RouteError);
    expect(error).toMatchObject({
      message:
        'No route for arn:aws:kinesis:us-west-2:111111111111:stream/orders: ' +
        'parameter /xacct/default/kinesis/orders cannot be read: it does not exist. Is the stack of the route deployed?',
      name: 'RouteError',
      cause: { name: 'MissingParameterError', message: `Parameter ${parameter} does not exist` },
      isMissing: true,
    });
  });

  test.for(['', 'not a route', 'xacct/1 0123456789abcdef 0/1\n{}', 'xacct/1 0123456789abcdef 0/1\nnot JSON'])(
    'reports that the parameter holds %j',
    async (value) => {
      const { aws, routes, slept } = await setUp();
      aws.parameters.set(parameter, value);

      await expect(routes.get(streamArn)).rejects.toThrow(
        'parameter /xacct/default/kinesis/orders cannot be read: StoredRouteError: The parameter does not',
      );
      expect(slept).toEqual([]);
    },
  );

  test.for(['arn:aws:sqs:us-west-2:111111111111:orders', 'orders', ''])(
    'refuses %j, without asking SSM',
    async (arn) => {
      const { aws, routes } = await setUp();

      await expect(routes.get(arn)).rejects.toThrow(
        new RouteError(`${arn} is not the ARN of a Kinesis or DynamoDB stream`, { isMissing: true }),
      );
      expect(aws.reads).toEqual([]);
    },
  );
});
