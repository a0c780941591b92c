import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Credentials, Principal } from '../../../src/iam/principal.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import {
  allow,
  deployedRole,
  policy,
  roleSession,
  SOURCE,
  TARGET,
  trustForwarder,
  user,
} from '../../factories.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const ASSUME_ALL = policy(allow('sts:AssumeRole', '*'));
const forwarder = roleSession(SOURCE, 'forwarder', ASSUME_ALL);
const admin = user(SOURCE, ASSUME_ALL);
const ORDERS = `arn:aws:iam::${TARGET}:role/orders`;
const LONG = `arn:aws:iam::${TARGET}:role/long`;
const NEXT = `arn:aws:iam::${TARGET}:role/next`;

/** The endpoint's time does not move, and has no milliseconds; the SDK signs with its own, which is close enough. */
const now = Math.floor(Date.now() / 1000) * 1000;

let endpoint: Endpoint;

beforeAll(async () => {
  const trustSource = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: SOURCE } });
  const trustTarget = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: ORDERS } });
  endpoint = await startServices({
    clock: { ...systemClock, now: () => now },
    roles: [
      deployedRole({ trust: policy(trustForwarder()) }),
      deployedRole({ name: 'long', trust: trustSource, maxSessionSeconds: 7200 }),
      deployedRole({ name: 'next', trust: trustTarget }),
    ],
  });
});

afterAll(() => endpoint.stop());

function assume(
  caller: Principal | Credentials,
  input: Partial<AssumeRoleCommandInput>,
): Promise<AssumeRoleCommandOutput> {
  const command = new AssumeRoleCommand({ RoleArn: ORDERS, RoleSessionName: 'orders', ...input });
  return new STSClient(endpoint.as(caller)).send(command);
}

const assumeOrders = (input: Partial<AssumeRoleCommandInput>) =>
  assume(forwarder, { ExternalId: 'xacct:orders', ...input });
const assumeLong = (caller: Principal, DurationSeconds?: number) =>
  assume(caller, { RoleArn: LONG, DurationSeconds });

function credentialsOf({ Credentials: issued }: AssumeRoleCommandOutput): Credentials {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = issued ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

const identify = (caller: Principal | Credentials) =>
  new STSClient(endpoint.as(caller)).send(new GetCallerIdentityCommand());

const DENIED = {
  name: 'AccessDenied',
  message: expect.stringContaining(
    `User: ${forwarder.arn} is not authorized to perform: sts:AssumeRole on resource: ${ORDERS}`,
  ),
  $metadata: expect.objectContaining({ httpStatusCode: 403 }),
};

describe('AssumeRole', () => {
  test('gives credentials of a session of the role, for an hour', async () => {
    const assumed = await assumeOrders({});
    const arn = `arn:aws:sts::${TARGET}:assumed-role/orders/orders`;
    expect(assumed.AssumedRoleUser).toEqual({
      Arn: arn,
      AssumedRoleId: expect.stringMatching(/^AROA[0-9A-F]{17}:orders$/),
    });
    expect(assumed.Credentials).toMatchObject({
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      SessionToken: expect.any(String),
      Expiration: new Date(now + 3_600_000),
    });
    expect(await identify(credentialsOf(assumed))).toMatchObject({ Account: TARGET, Arn: arn });
  });

  test.each([
    ['no external id', { ExternalId: undefined }],
    ['another external id', { ExternalId: 'xacct:payments' }],
    ['a role that is not there', { RoleArn: `${ORDERS}-gone` }],
  ])('denies %s', async (_, input) => {
    await expect(assumeOrders(input)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(
        /^User: arn:\S+ is not authorized to perform: sts:AssumeRole on resource: arn:\S+ because /,
      ),
    });
  });

  test('denies another role, and the role without its own permission, in words of AWS', async () => {
    const ExternalId = 'xacct:orders';
    await expect(assume(roleSession(SOURCE, 'other', ASSUME_ALL), { ExternalId })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(assume(roleSession(SOURCE, 'forwarder'), { ExternalId })).rejects.toMatchObject(DENIED);
  });

  test('denies a caller of the same account that the role does not trust', async () => {
    const neighbour = user(TARGET, ASSUME_ALL);
    for (const RoleArn of [ORDERS, LONG, `${ORDERS}-gone`])
      await expect(assume(neighbour, { RoleArn, ExternalId: 'xacct:orders' })).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining('because no resource-based policy allows the sts:AssumeRole action'),
      });
  });

  test.each([
    ['one character', 'a'],
    ['65 characters', 'a'.repeat(65)],
    ['a space', 'a b'],
    ['a colon', 'a:b'],
  ])('refuses a session name of %s', async (_, RoleSessionName) => {
    await expect(assumeOrders({ RoleSessionName })).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("at 'RoleSessionName' failed to satisfy constraint"),
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
  });

  test.each(['ab', 'a'.repeat(64), 'a_b=c,d.e@f-g+h'])(
    'takes the session name %s',
    async (RoleSessionName) => {
      const { AssumedRoleUser } = await assumeOrders({ RoleSessionName });
      expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${TARGET}:assumed-role/orders/${RoleSessionName}`);
    },
  );

  test.each([
    ['RoleSessionName', { RoleSessionName: undefined }],
    ['RoleArn', { RoleArn: undefined }],
    ['RoleArn', { RoleArn: 'orders' }],
    ['ExternalId', { ExternalId: '' }],
    ['ExternalId', { ExternalId: 'a b' }],
    ['DurationSeconds', { DurationSeconds: -900 }],
  ])('refuses a missing or malformed %s: %j', async (name, input) => {
    await expect(assumeOrders(input)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(`at '${name}' failed to satisfy constraint`),
    });
  });

  test.each([899, 43_201])('refuses a session of %d seconds', async (seconds) => {
    await expect(assumeLong(admin, seconds)).rejects.toMatchObject({
      name: 'ValidationError',
      message: `Value '${seconds}' at 'durationSeconds' must be between 900 and 43200`,
    });
  });

  test("caps a user's session at the role's MaxSessionDuration", async () => {
    await expect(assumeLong(admin, 7201)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    for (const seconds of [900, 7200]) {
      const { Credentials: issued } = await assumeLong(admin, seconds);
      expect(issued?.Expiration).toEqual(new Date(now + seconds * 1000));
    }
  });

  test("caps a role's session at an hour, whatever the MaxSessionDuration", async () => {
    await expect(assumeLong(forwarder, 3601)).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    });
    expect((await assumeLong(forwarder, 3600)).Credentials).toBeDefined();
  });

  test('refuses a session policy, which it would not apply', async () => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await expect(assumeOrders({ Policy })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The local AWS does not know the parameter Policy of AssumeRole',
    });
  });

  test('lets an assumed role make the next call', async () => {
    const credentials = credentialsOf(await assumeOrders({}));
    // Within the account, a trust policy that names the role itself is enough.
    const assumed = await assume(credentials, { RoleArn: NEXT });
    expect(assumed.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${TARGET}:assumed-role/next/orders`);
  });
});

describe('GetCallerIdentity', () => {
  test('names the caller, whatever their policies', async () => {
    expect(await identify(user(TARGET))).toMatchObject({
      Account: TARGET,
      Arn: `arn:aws:iam::${TARGET}:user/ann`,
      UserId: 'ann',
    });
    expect(await identify(roleSession(SOURCE, 'forwarder'))).toMatchObject({
      Account: SOURCE,
      Arn: `arn:aws:sts::${SOURCE}:assumed-role/forwarder/session`,
    });
  });
});

describe('the rate of STS', () => {
  test('is 600 calls a second for an account and region', async () => {
    const busy = await startServices({ clock: { ...systemClock, now: () => now } });
    const client = new STSClient(busy.as(admin));
    const call = () =>
      client.send(new GetCallerIdentityCommand()).then(
        () => 'answered',
        ({ name }: Error) => name,
      );
    const answers = await Promise.all(Array.from({ length: 602 }, call));
    expect(answers.filter((answer) => answer === 'answered')).toHaveLength(600);
    expect(answers.filter((answer) => answer === 'Throttling')).toHaveLength(2);
    client.destroy();
    await busy.stop();
  });
});

describe('createSts', () => {
  test('refuses an unknown operation', async () => {
    const sent = new STSClient(endpoint.as(admin)).send(new GetSessionTokenCommand());
    await expect(sent).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'The local AWS does not know this operation of sts',
    });
  });
});
