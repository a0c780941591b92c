import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { bundle } from '../../bundle/bundle.ts';
import {
  type ReceivedRequest,
  type Reply,
  serviceError,
  startServer,
  stsError,
  type TestServer,
} from '../servers.ts';
import { expectedSignature, parseAuthorization } from '../sigv4.ts';
import * as whole from './clients.ts';

type Sdk = typeof whole;

let folder: string;
let slim: Sdk;
let server: TestServer;
let answer: (request: ReceivedRequest) => Reply;
let requests: ReceivedRequest[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-slim-'));
  await bundle(fileURLToPath(new URL('clients.ts', import.meta.url)), join(folder, 'clients.js'));
  slim = createRequire(import.meta.url)(join(folder, 'clients.js')) as Sdk;
  server = await startServer((request) => {
    requests.push(request);
    return answer(request);
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  requests = [];
  answer = () => json(200, {});
  // What Lambda sets, and where "AWS" is.
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIAFORWARDER');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret of the forwarder');
  vi.stubEnv('AWS_SESSION_TOKEN', 'token of the forwarder');
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const json = (status: number, body: object): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const operations = {
  GetParameter: (sdk: Sdk) => new sdk.SSMClient().send(new sdk.GetParameterCommand({ Name: '/a' })),
  GetParameters: (sdk: Sdk) =>
    new sdk.SSMClient().send(new sdk.GetParametersCommand({ Names: ['/a', '/b'] })),
  AssumeRole: (sdk: Sdk) =>
    new sdk.STSClient().send(
      new sdk.AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::222222222222:role/a',
        RoleSessionName: 'orders',
        ExternalId: 'xacct:orders',
        DurationSeconds: 3600,
      }),
    ),
  Invoke: (sdk: Sdk) =>
    new sdk.LambdaClient().send(
      new sdk.InvokeCommand({
        FunctionName: 'arn:aws:lambda:eu-west-1:222222222222:function:reader:live',
        InvocationType: 'RequestResponse',
        Payload: Buffer.from('{"Records":[]}'),
      }),
    ),
};
const names = Object.keys(operations) as (keyof typeof operations)[];

/** Without what differs from one call to the next, and the names that a bundle gives to classes. */
const plain = (output: object): unknown => JSON.parse(JSON.stringify({ ...output, $metadata: undefined }));

/** Not its `$fault`: that follows from the status where the SDK would look it up by the name. */
function failureOf(operation: (sdk: Sdk) => Promise<unknown>, sdk: Sdk): Promise<unknown> {
  return operation(sdk).then(
    () => {
      throw new Error('The call succeeded');
    },
    (error: Error & { $metadata?: { httpStatusCode?: number } }) => ({
      name: error.name,
      message: error.message,
      status: error.$metadata?.httpStatusCode,
      type: (error as { Type?: unknown }).Type,
      code: (error as { Code?: unknown }).Code,
      retryAfterSeconds: (error as { retryAfterSeconds?: unknown }).retryAfterSeconds,
    }),
  );
}

describe('slimSdk', () => {
  test.each(names)(
    'sends %s as the complete SDK does, signed with the credentials of the environment',
    async (name) => {
      answer = okay;
      await operations[name](slim);
      await operations[name](whole);
      const [bySlim, byWhole] = requests;
      expect(bySlim?.method).toBe(byWhole?.method);
      expect(bySlim?.path).toBe(byWhole?.path);
      expect(bySlim?.body).toEqual(byWhole?.body);
      expect(Object.keys(bySlim?.headers ?? {}).toSorted()).toEqual(
        Object.keys(byWhole?.headers ?? {}).toSorted(),
      );
      expect(bySlim?.headers.authorization).toContain('Credential=ASIAFORWARDER/');
      expect(bySlim?.headers.authorization).toContain('/eu-west-1/');
      expect(bySlim?.headers['x-amz-security-token']).toBe('token of the forwarder');
    },
  );

  test.each(names)('signs %s, the next day and with other credentials too', async (name) => {
    answer = okay;
    vi.useFakeTimers({ now: Date.parse('2026-01-01T23:59:59Z'), toFake: ['Date'] });
    try {
      await operations[name](slim);
      vi.setSystemTime(Date.parse('2026-01-02T00:00:01Z'));
      await operations[name](slim);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another secret');
      await operations[name](slim);
    } finally {
      vi.useRealTimers();
    }
    const signatures = requests.map((request) => parseAuthorization(request).signature);
    const secrets = ['secret of the forwarder', 'secret of the forwarder', 'another secret'];
    expect(signatures).toEqual(
      requests.map((request, nth) => expectedSignature(request, secrets[nth] ?? '')),
    );
  });

  test.each(names)('reads the response to %s as the complete SDK does', async (name) => {
    answer = okay;
    expect(plain(await operations[name](slim))).toEqual(plain(await operations[name](whole)));
  });

  test('reads that a function failed', async () => {
    answer = () => ({
      ...json(200, { errorType: 'Error' }),
      headers: { 'x-amz-function-error': 'Unhandled' },
    });
    const { FunctionError, StatusCode, Payload } = await operations.Invoke(slim);
    expect({ FunctionError, StatusCode, payload: Payload?.transformToString() }).toEqual({
      FunctionError: 'Unhandled',
      StatusCode: 200,
      payload: '{"errorType":"Error"}',
    });
  });

  test('reads the credentials of a role', async () => {
    answer = okay;
    const { Credentials } = await operations.AssumeRole(slim);
    expect(Credentials).toEqual({
      AccessKeyId: 'ASIA1',
      SecretAccessKey: 'secret',
      SessionToken: 'token',
      Expiration: new Date('2030-01-01T00:00:00Z'),
    });
  });

  test.each(names)('tries %s again after a failure of the service', async (name) => {
    answer = (request) => (requests.length === 1 ? { status: 503 } : okay(request));
    await operations[name](slim);
    expect(requests).toHaveLength(2);
  });

  test.each([
    ...['AccessDeniedException', 'ThrottlingException', 'InternalServerError'].flatMap((error) => [
      ['GetParameter', error] as const,
      ['Invoke', error] as const,
    ]),
    ['GetParameter', 'ParameterNotFound'] as const,
    ['GetParameters', 'InvalidKeyId'] as const,
    ...[
      'ExpiredTokenException',
      'InvalidParameterValueException',
      'KMSDisabledException',
      'RequestTooLargeException',
      'ResourceNotFoundException',
      'SnapStartNotReadyException',
      'TooManyRequestsException',
      'UnrecognizedClientException',
    ].map((error) => ['Invoke', error] as const),
  ])('reads the error of %s with the name %s', async (name, error) => {
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    const status = error === 'TooManyRequestsException' ? 429 : 400;
    answer = () => {
      const reply = serviceError(status, error, 'why');
      return { ...reply, headers: { ...reply.headers, 'retry-after': '7' } };
    };
    const failure = await failureOf(operations[name], slim);
    expect(failure).toEqual(await failureOf(operations[name], whole));
    expect(failure).toMatchObject({ name: error, message: 'why' });
  });

  test.each([
    'AccessDenied',
    'ExpiredTokenException',
    'RegionDisabledException',
    'Throttling',
    'InvalidClientTokenId',
    'SignatureDoesNotMatch',
  ])('reads the error of AssumeRole with the name %s', async (error) => {
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    answer = () => stsError(403, error, 'why');
    const failure = await failureOf(operations.AssumeRole, slim);
    expect(failure).toEqual(await failureOf(operations.AssumeRole, whole));
    expect(failure).toMatchObject({ name: error, message: 'why' });
  });

  test.each([
    ['us-east-1', 'amazonaws.com'],
    ['eu-west-1', 'amazonaws.com'],
    ['ap-southeast-7', 'amazonaws.com'],
    ['us-gov-west-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
    ['eusc-de-east-1', 'amazonaws.eu'],
    ['us-iso-east-1', 'c2s.ic.gov'],
  ])('finds the endpoints of %s under %s', (region, domain) => {
    const endpoints = (sdk: Sdk) =>
      [new sdk.LambdaClient(), new sdk.SSMClient(), new sdk.STSClient()].map(({ config }) => {
        const { url } = config.endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false });
        return url.href;
      });
    expect(endpoints(slim)).toEqual(
      ['lambda', 'ssm', 'sts'].map((name) => `https://${name}.${region}.${domain}/`),
    );
    expect(endpoints(slim)).toEqual(endpoints(whole));
  });

  test('names the missing variables where there are no credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    await expect(operations.GetParameter(slim)).rejects.toThrow(
      'The environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
    );
  });

  test('fails the build when a module that it replaces is not there', async () => {
    const entry = join(folder, 'nothing.js');
    await writeFile(entry, 'module.exports = 1;');
    await expect(bundle(entry, join(folder, 'nothing-bundled.js'))).rejects.toThrow(
      'The AWS SDK no longer has @aws-sdk/credential-provider-node/dist-es/index.js',
    );
  });
});

/** A response of each service, told apart by what the request looks like. */
function okay({ path, headers }: ReceivedRequest): Reply {
  if (path.startsWith('/2015-03-31/functions/')) return json(200, { batchItemFailures: [] });
  const operation = String(headers['x-amz-target']).split('.')[1];
  switch (operation) {
    case 'GetParameter':
      return json(200, {
        Parameter: { Name: '/a', Value: 'v', Version: 3, LastModifiedDate: 1_700_000_000.5 },
      });
    case 'GetParameters':
      return json(200, { Parameters: [{ Name: '/a', Value: 'v' }], InvalidParameters: ['/b'] });
    default:
      return {
        status: 200,
        headers: { 'content-type': 'text/xml' },
        body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
          <AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
          <Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      };
  }
}
