import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { callStsBySdk } from '../../bench/sdk/services-by-sdk.ts';
import { AssumeRoleError, type Role } from '../../src/aws/assume-role.ts';
import { createRoleCredentialCache } from '../../src/aws/role-credentials.ts';
import { collectingLog, collectingMetrics, countTimers, fakeClock } from '../factories.ts';
import { issuedCredentials, never, startAws, stsError } from '../servers.ts';

const minuteMs = 60_000;

function roleOf(account: string, options: Partial<Role> = {}): Role {
  return {
    roleArn: `arn:aws:iam::${account}:role/xacct-route-orders`,
    externalId: 'xacct:orders',
    route: 'orders',
    ...options,
  };
}

const role = roleOf('222222222222');
const otherRole = roleOf('333333333333');
const denied = stsError(403, 'AccessDenied', 'not authorized to perform: sts:AssumeRole');
const broken = stsError(500, 'InternalFailure', 'try again');

async function setUp(options: { roles?: number } = {}) {
  const { clock, timers } = countTimers(fakeClock());
  const aws = await startAws({ now: clock.now });
  onTestFinished(aws.close);
  const sts = new STSClient({
    endpoint: aws.url,
    region: 'us-west-2',
    credentials: { accessKeyId: 'AKIAFORWARDER', secretAccessKey: 'secret of the forwarder' },
    maxAttempts: 1,
  });
  onTestFinished(() => sts.destroy());
  const { log, entries } = collectingLog();
  const { metrics, counts } = collectingMetrics();
  const callSts = vi.fn(callStsBySdk(sts));
  const cache = createRoleCredentialCache({ callSts, log, metrics, clock, ...options });
  /** Lets refreshes in the background begin, and come to their end. */
  const settled = async () => {
    await nextTurn();
    await Promise.allSettled(callSts.mock.results.map(({ value }) => value));
    await nextTurn();
  };
  return { aws, cache, clock, timers, entries, counts, settled };
}

describe('createRoleCredentialCache', () => {
  test('asks STS once for many callers at a time, and hands all of them the same object', async () => {
    const { aws, cache } = await setUp();

    const handedOut = await Promise.all(Array.from({ length: 50 }, () => cache.get(role)));

    expect(aws.assumedRoles).toHaveLength(1);
    expect(new Set(handedOut).size).toBe(1);
    expect(handedOut[0]).toMatchObject(issuedCredentials(1));
  });

  test('assumes the role with its external ID, for an hour, in a session named as the route', async () => {
    const { aws, cache } = await setUp();

    const { expiresAt } = await cache.get(role);

    expect(aws.assumedRoles).toEqual([
      {
        roleArn: 'arn:aws:iam::222222222222:role/xacct-route-orders',
        externalId: 'xacct:orders',
        roleSessionName: 'orders',
        durationSeconds: 3600,
      },
    ]);
    expect(expiresAt).toBe(Date.parse('2026-01-01T01:00:00Z'));
  });

  test('keeps no timer of a call that has ended', async () => {
    const { aws, cache, timers } = await setUp();
    await cache.get(role);
    aws.sts = () => broken;
    await cache.get(otherRole).catch(() => {});

    expect(timers.size).toBe(0);
  });

  test('keeps a session for each route, also where routes share a role', async () => {
    const { aws, cache } = await setUp();

    await Promise.all([cache.get(role), cache.get({ ...role, route: 'payments' })]);

    expect(aws.assumedRoles.map(({ roleSessionName }) => roleSessionName).sort()).toEqual([
      'orders',
      'payments',
    ]);
  });

  test.for(['x', 'orders.eu_1-b', 'r'.repeat(64), 'r'.repeat(128)])(
    'gives the session of route %s a name that STS takes',
    async (route) => {
      const { aws, cache } = await setUp();

      await cache.get({ ...role, route });

      expect(aws.assumedRoles[0]?.roleSessionName).toMatch(/^[\w+=,.@-]{2,64}$/);
      expect(aws.assumedRoles[0]?.roleSessionName).toContain(route.slice(0, 50));
    },
  );

  test('keeps credentials until 5 minutes before they expire', async () => {
    const { aws, cache, clock } = await setUp();
    const held = await cache.get(role);

    clock.advance(55 * minuteMs);

    expect(await cache.get(role)).toBe(held);
    await cache.get(otherRole);
    expect(aws.assumedRoles.map(({ roleArn }) => roleArn)).toEqual([role.roleArn, otherRole.roleArn]);
  });

  test('refreshes in the background, once, while the old credentials are handed out', async () => {
    const { aws, cache, clock } = await setUp();
    const held = await cache.get(role);
    const { promise: answer, resolve: answerNow } = Promise.withResolvers<undefined>();
    aws.sts = () => answer;

    clock.advance(55 * minuteMs + 1);
    const meanwhile = await Promise.all(Array.from({ length: 20 }, () => cache.get(role)));
    expect(new Set(meanwhile)).toEqual(new Set([held]));

    answerNow(undefined);
    await vi.waitFor(async () => expect(await cache.get(role)).toMatchObject(issuedCredentials(2)));
    expect(aws.assumedRoles).toHaveLength(2);
  });

  test('hands the old credentials out while a refresh fails, until they have 15 seconds left', async () => {
    const { aws, cache, clock } = await setUp();
    const held = await cache.get(role);
    aws.sts = () => broken;

    for (let leftMs = 5 * minuteMs; leftMs >= 15_000; leftMs -= 1_000) {
      clock.advance(60 * minuteMs - leftMs - (clock.now() - Date.parse('2026-01-01T00:00:00Z')));
      expect(await cache.get(role)).toBe(held);
    }
    clock.advance(1);
    await expect(cache.get(role)).rejects.toThrow(AssumeRoleError);
  });

  test('repeats a failed refresh after 10 seconds, and logs that it failed', async () => {
    const { aws, cache, clock, entries, counts, settled } = await setUp();
    await cache.get(role);
    aws.sts = () => broken;
    clock.advance(56 * minuteMs);
    await cache.get(role);
    await vi.waitFor(() => expect(entries()).toHaveLength(1));

    clock.advance(9_999);
    await cache.get(role);
    await settled();
    expect(aws.assumedRoles).toHaveLength(2);
    expect(counts).toHaveLength(2);
    clock.advance(1);
    await cache.get(role);
    await vi.waitFor(() => expect(entries()).toHaveLength(2));

    expect(aws.assumedRoles).toHaveLength(3);
    expect(entries()[0]).toEqual({
      level: 'warn',
      message: 'Credentials could not be refreshed; those at hand are used while they hold',
      role: role.roleArn,
      route: 'orders',
      reason: expect.stringContaining('InternalFailure'),
    });
  });

  test('costs nothing when STS is out for 4 minutes before credentials expire', async () => {
    const { aws, cache, clock, settled } = await setUp();
    await cache.get(role);
    clock.advance(55 * minuteMs + 1);
    aws.sts = () => broken;
    for (let second = 0; second < 240; second += 5) {
      await cache.get(role);
      await settled();
      clock.advance(5_000);
    }

    aws.sts = () => undefined;
    await cache.get(role);
    await vi.waitFor(async () =>
      expect((await cache.get(role)).expiresAt).toBeGreaterThan(clock.now() + 50 * minuteMs),
    );
  });

  test('hands out no expired credentials in 24 hours, with a call every minute or every hour', async () => {
    const { aws, cache, clock, settled } = await setUp();
    for (let minute = 0; minute < 24 * 60; minute++) {
      for (const each of minute % 61 === 0 ? [role, otherRole] : [role]) {
        const { expiresAt } = await cache.get(each);
        expect(expiresAt - clock.now()).toBeGreaterThanOrEqual(15_000);
      }
      await settled();
      clock.advance(minuteMs);
    }

    const calls = aws.assumedRoles.filter(({ roleArn }) => roleArn === role.roleArn).length;
    expect(calls).toBeGreaterThanOrEqual(24);
    expect(calls).toBeLessThanOrEqual(27);
  });

  test('waits for new credentials when the old ones are about to expire', async () => {
    const { cache, clock } = await setUp();
    await cache.get(role);

    clock.advance(60 * minuteMs - 14_999);

    expect(await cache.get(role)).toMatchObject(issuedCredentials(2));
  });

  test('asks again after a failure', async () => {
    const { aws, cache } = await setUp();
    aws.sts = () => broken;
    await expect(cache.get(role)).rejects.toThrow(AssumeRoleError);

    aws.sts = () => undefined;

    expect(await cache.get(role)).toMatchObject(issuedCredentials(2));
  });

  test('asks for a denied role again after two minutes, and not before', async () => {
    const { aws, cache, clock } = await setUp();
    aws.sts = () => denied;
    const error = await cache.get(role).catch((caught: unknown) => caught);
    aws.sts = () => undefined;

    clock.advance(2 * minuteMs - 1);
    await expect(cache.get(role)).rejects.toBe(error);
    expect(await cache.get(otherRole)).toMatchObject(issuedCredentials(2));
    expect(aws.assumedRoles).toHaveLength(2);

    clock.advance(1);
    expect(await cache.get(role)).toMatchObject(issuedCredentials(3));
  });

  test('does not ask for a role in the background that was denied', async () => {
    const { aws, cache, clock, entries, counts, settled } = await setUp();
    await cache.get(role);
    aws.sts = () => denied;
    clock.advance(56 * minuteMs);
    await cache.get(role);
    await vi.waitFor(() => expect(entries()).toHaveLength(1));

    clock.advance(2 * minuteMs - 1);
    await cache.get(role);
    await settled();
    expect(aws.assumedRoles).toHaveLength(2);
    expect(counts).toHaveLength(2);
    clock.advance(1);
    await cache.get(role);
    await vi.waitFor(() => expect(aws.assumedRoles).toHaveLength(3));
  });

  test('has 25 calls to STS under way at the most', async () => {
    const { aws, cache } = await setUp();
    const { promise: full, resolve: isFull } = Promise.withResolvers<void>();
    let underWay = 0;
    let most = 0;
    aws.sts = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      if (underWay === 25) isFull();
      await full;
      // Time for a call too many to arrive.
      await new Promise((resolve) => setTimeout(resolve, 10));
      underWay -= 1;
      return undefined;
    };

    await Promise.all(
      Array.from({ length: 100 }, (_, index) => cache.get(roleOf(String(200_000_000_000 + index)))),
    );

    expect(most).toBe(25);
    expect(aws.assumedRoles).toHaveLength(100);
  });

  test('drops the role that was used longest ago, past its bound', async () => {
    const { aws, cache } = await setUp({ roles: 2 });
    const [first, second, third] = ['222222222222', '333333333333', '444444444444'].map((account) =>
      roleOf(account),
    );
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('There are three');
    await cache.get(first);
    await cache.get(second);
    await cache.get(first);
    await cache.get(third);
    expect(aws.assumedRoles).toHaveLength(3);

    await cache.get(first);
    await cache.get(third);
    expect(aws.assumedRoles).toHaveLength(3);
    await cache.get(second);
    expect(aws.assumedRoles).toHaveLength(4);
  });

  test('counts every AssumeRole', async () => {
    const { cache, counts } = await setUp();
    await Promise.all([cache.get(role), cache.get(role), cache.get(otherRole)]);

    expect(counts).toEqual(['credentialRefreshes', 'credentialRefreshes']);
  });

  test('fails for all callers that wait for one AssumeRole', async () => {
    const { aws, cache } = await setUp();
    aws.sts = () => denied;

    const outcomes = await Promise.allSettled([cache.get(role), cache.get(role), cache.get(role)]);

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(aws.assumedRoles).toHaveLength(1);
  });

  test('drops credentials that were reported as expired', async () => {
    const { cache } = await setUp();
    const held = await cache.get(role);

    cache.drop(role, held);

    expect(await cache.get(role)).toMatchObject(issuedCredentials(2));
  });

  test('does not drop credentials that have replaced those reported as expired', async () => {
    const { aws, cache } = await setUp();
    const expired = await cache.get(role);
    cache.drop(role, expired);
    const replaced = await cache.get(role);

    cache.drop(role, expired);
    cache.drop(otherRole, replaced);

    expect(await cache.get(role)).toBe(replaced);
    expect(aws.assumedRoles).toHaveLength(2);
  });

  test('distinguishes roles, and external IDs of one role', async () => {
    const { aws, cache } = await setUp();
    const roles = [role, otherRole, { ...role, externalId: 'xacct:payments' }];

    const handedOut = await Promise.all(roles.map((each) => cache.get(each)));

    expect(new Set(handedOut).size).toBe(3);
    expect(aws.assumedRoles.map(({ externalId }) => externalId).sort()).toEqual([
      'xacct:orders',
      'xacct:orders',
      'xacct:payments',
    ]);
  });

  test('does not cache credentials that lack a part', async () => {
    const { aws, cache } = await setUp();
    aws.sts = () => ({
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: '<AssumeRoleResponse><AssumeRoleResult></AssumeRoleResult></AssumeRoleResponse>',
    });
    await expect(cache.get(role)).rejects.toThrow(
      'Cannot assume arn:aws:iam::222222222222:role/xacct-route-orders for route "orders": Error: STS returned no credentials',
    );

    aws.sts = () => undefined;
    expect(await cache.get(role)).toMatchObject(issuedCredentials(2));
  });

  test('gives up a connection without an answer after 10 seconds', async () => {
    const { aws, cache, clock } = await setUp();
    aws.sts = () => {
      clock.advance(10_000);
      return never();
    };

    await expect(cache.get(role)).rejects.toThrow(
      `Cannot assume ${role.roleArn} for route "orders": TimeoutError: STS did not answer within 10000 ms`,
    );
  });

  test('has one call under way, also when one from before a freeze fails meanwhile', async () => {
    const { aws, cache, clock } = await setUp();
    const { promise: held, resolve: answer } = Promise.withResolvers<undefined>();
    let calls = 0;
    aws.sts = () => (++calls === 1 ? never() : held);
    const frozen = cache.get(role);
    frozen.catch(() => {});
    while (calls === 0) await nextTurn();
    clock.advance(10_000);
    const renewed = cache.get(role);
    await expect(frozen).rejects.toThrow(AssumeRoleError);
    const joined = cache.get(role);
    answer(undefined);

    expect(await joined).toBe(await renewed);
    expect(calls).toBe(2);
  });

  test('does not wait for a call that was under way when its environment was frozen', async () => {
    const { aws, cache, clock } = await setUp();
    let calls = 0;
    aws.sts = () => (++calls === 1 ? never() : undefined);
    const frozen = cache.get(role);
    frozen.catch(() => {});
    while (calls === 0) await nextTurn();
    clock.advance(9_999);
    const joined = cache.get(role);
    joined.catch(() => {});
    expect(calls).toBe(1);
    clock.advance(1);

    expect(await cache.get(role)).toMatchObject({ accessKeyId: expect.any(String) });
  });

  test('recovers from a client that throws at once', async () => {
    let calls = 0;
    const cache = createRoleCredentialCache({
      log: collectingLog().log,
      metrics: collectingMetrics().metrics,
      callSts: () => {
        calls += 1;
        throw new Error(`broken client ${calls}`);
      },
    });

    await expect(cache.get(role)).rejects.toThrow(new AssumeRoleError(role, new Error('broken client 1')));
    await expect(cache.get(role)).rejects.toThrow(new AssumeRoleError(role, new Error('broken client 2')));
  });
});

describe('AssumeRoleError', () => {
  test('names role, route, reason and the likely fix of a denial', async () => {
    const { aws, cache } = await setUp();
    aws.sts = () => denied;

    const error = await cache.get(role).catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(AssumeRoleError);
    expect(error).toMatchObject({
      name: 'AssumeRoleError',
      message:
        'Cannot assume arn:aws:iam::222222222222:role/xacct-route-orders for route "orders": ' +
        'AccessDenied: not authorized to perform: sts:AssumeRole. Is the xacct stack of account 222222222222 deployed?',
      cause: { name: 'AccessDenied' },
    });
  });

  test.for([
    ['AccessDenied', true],
    ['AccessDeniedException', true],
    ['KMSAccessDeniedException', false],
    ['AccessDeniedByOther', false],
  ] as const)('takes %s for a denial: %s', ([name, isDenial]) => {
    const { message } = new AssumeRoleError(role, Object.assign(new Error('no'), { name }));

    expect(message.endsWith('Is the xacct stack of account 222222222222 deployed?')).toBe(isDenial);
  });

  test('gives no hint for another reason', () => {
    expect(new AssumeRoleError(role, 'connection refused').message).toBe(
      'Cannot assume arn:aws:iam::222222222222:role/xacct-route-orders for route "orders": connection refused',
    );
  });
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
