import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { callStsBySdk, getParametersBySdk, invokeBySdk } from '../bench/sdk/services-by-sdk.ts';
import type { CallSts } from '../src/aws/call-sts.ts';
import type { GetParameters } from '../src/aws/get-parameters.ts';
import type { Invoke } from '../src/aws/invoke.ts';
import type { SigningCredentials } from '../src/aws/sign-request.ts';
import { payload } from './factories.ts';
import {
  type ReceivedRequest,
  type Reply,
  serviceError,
  startServer,
  stsError,
  type TestServer,
} from './servers.ts';
import { expectedSignature, parseAuthorization } from './sigv4.ts';

/** What the handler calls, by its own requests and by the SDK's clients: both get the same answers here. */
interface Services {
  getParameters: GetParameters;
  callSts: CallSts;
  invoke: Invoke;
}

/** Source or bundle. */
export type Code = typeof import('./bundle/services.ts');

let code: Code;
let server: TestServer;
let answer: (request: ReceivedRequest) => Reply;
let requests: ReceivedRequest[];
const { signal } = new AbortController();

function own(): Services {
  const requestHandler = new code.NodeHttpHandler();
  const region = process.env.AWS_REGION ?? '';
  const trace = () => process.env._X_AMZN_TRACE_ID;
  const credentials = code.environmentCredentials(process.env);
  const sendSigned = code.createSendSigned({ region, credentials, requestHandler });
  return {
    getParameters: code.createGetParameters({ region, sendSigned, trace }),
    callSts: code.createCallSts({ region, sendSigned, trace }),
    invoke: code.createInvoke({ requestHandler, trace }),
  };
}

function bySdk(): Services {
  return {
    getParameters: getParametersBySdk(new SSMClient()),
    callSts: callStsBySdk(new STSClient()),
    invoke: invokeBySdk(() => new LambdaClient()),
  };
}

function credentialsOfEnvironment(): SigningCredentials & { sessionToken: string; expiresAt: number } {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = process.env;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
    expiresAt: Number.POSITIVE_INFINITY,
  };
}

const operations = {
  GetParameters: ({ getParameters }: Services) => getParameters(['/a', '/b'], signal),
  AssumeRole: ({ callSts }: Services) =>
    callSts(
      {
        RoleArn: 'arn:aws:iam::222222222222:role/a',
        RoleSessionName: 'orders',
        ExternalId: 'xacct:orders',
        DurationSeconds: 3600,
      },
      signal,
    ),
  Invoke: ({ invoke }: Services) =>
    invoke({
      functionArn: 'arn:aws:lambda:eu-west-1:222222222222:function:reader:live',
      region: 'eu-west-1',
      invocation: 'request-response',
      payload: payload('{"Records":[]}'),
      credentials: credentialsOfEnvironment(),
      signal,
    }),
};
const names = Object.keys(operations) as (keyof typeof operations)[];
const retried = names.filter((name) => name !== 'Invoke');

const factsOf = (error: Error & { $metadata?: { httpStatusCode?: number }; [field: string]: unknown }) => ({
  name: error.name,
  message: error.message,
  fault: error.$fault,
  status: error.$metadata?.httpStatusCode,
  type: error.Type,
  code: error.Code,
  retryAfterSeconds: error.retryAfterSeconds,
});

function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(() => {
    throw new Error('The call succeeded');
  }, factsOf);
}

/** The tests that the handler's own requests do as the SDK's clients do. */
export function describeBesideSdk(what: string, load: () => Promise<Code>): void {
  beforeAll(async () => {
    code = await load();
    server = await startServer((request) => {
      requests.push(request);
      return answer(request);
    });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    requests = [];
    answer = okay;
    // What Lambda sets, and where "AWS" is.
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIAFORWARDER');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret of the forwarder');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token of the forwarder');
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'xacct-forwarder-default');
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5;Parent=53;Sampled=1;Lineage=1:a87bd80c:15');
    vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  describe(what, () => {
    test.each(names)(
      'sends %s as the SDK does, signed with the credentials of the environment',
      async (name) => {
        await operations[name](own());
        await operations[name](bySdk());
        const [byOwn, byWhole] = requests;
        expect(byOwn?.method).toBe(byWhole?.method);
        expect(byOwn?.path).toBe(byWhole?.path);
        expect(byOwn?.body.toString()).toBe(byWhole?.body.toString());
        // What tells AWS of the SDK, and of its retries; what differs by the second.
        const left = /^(x-amz-user-agent|user-agent|amz-sdk-.*|authorization|x-amz-date)$/;
        const comparable = (headers: object = {}) =>
          Object.fromEntries(Object.entries(headers).filter(([header]) => !left.test(header)));
        expect(comparable(byOwn?.headers)).toEqual(comparable(byWhole?.headers));
        expect(byOwn?.headers.authorization).toContain('Credential=ASIAFORWARDER/');
        expect(byOwn?.headers.authorization).toContain('/eu-west-1/');
        expect(byOwn?.headers['x-amz-security-token']).toBe('token of the forwarder');
        expect(byOwn?.headers['x-amzn-trace-id']).toContain('Root=1-5');
      },
    );

    test.each(names)('signs %s, the next day and with other credentials too', async (name) => {
      vi.useFakeTimers({ now: Date.parse('2026-01-01T23:59:59Z'), toFake: ['Date'] });
      try {
        const services = own();
        await operations[name](services);
        vi.setSystemTime(Date.parse('2026-01-02T00:00:01Z'));
        await operations[name](services);
        vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another secret');
        await operations[name](own());
      } finally {
        vi.useRealTimers();
      }
      const signatures = requests.map((request) => parseAuthorization(request).signature);
      const secrets = ['secret of the forwarder', 'secret of the forwarder', 'another secret'];
      expect(signatures).toEqual(
        requests.map((request, nth) => expectedSignature(request, secrets[nth] ?? '')),
      );
    });

    test.each(names)('sends %s without a trace outside of an invocation', async (name) => {
      vi.stubEnv('_X_AMZN_TRACE_ID', undefined);
      await operations[name](own());
      expect(requests.map(({ headers }) => headers['x-amzn-trace-id'])).toEqual([undefined]);
    });

    test.each(names)('sends %s to the endpoint of its own service', async (name) => {
      vi.stubEnv('AWS_ENDPOINT_URL', `${server.url}/other`);
      for (const service of ['LAMBDA', 'SSM', 'STS'])
        vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, `${server.url}/${service}`);
      answer = (request) => okay({ ...request, path: request.path.replace(/^\/\w+/, '') });
      await operations[name](own());
      await operations[name](bySdk());
      const [byOwn, byWhole] = requests;
      expect(byOwn?.path).toMatch(/^\/(LAMBDA|SSM|STS)\//);
      expect(byOwn?.path).toBe(byWhole?.path);
    });

    test.each(names)('sends %s below the path of its endpoint', async (name) => {
      vi.stubEnv('AWS_ENDPOINT_URL', `${server.url}/aws`);
      answer = (request) => okay({ ...request, path: request.path.slice('/aws'.length) });
      await operations[name](own());
      await operations[name](bySdk());
      const [byOwn, byWhole] = requests;
      expect(byOwn?.path).toMatch(/^\/aws\//);
      expect(byOwn?.path).toBe(byWhole?.path);
    });

    test.each(names)('reads the response to %s as the SDK does', async (name) => {
      // Without what is about the call.
      const plain = (output: object): unknown =>
        JSON.parse(JSON.stringify({ ...output, $metadata: undefined }));
      expect(plain(await operations[name](own()))).toEqual(plain(await operations[name](bySdk())));
    });

    test('reads that a function failed', async () => {
      answer = () => ({
        ...json(200, { errorType: 'Error' }),
        headers: { 'x-amz-function-error': 'Unhandled' },
      });
      expect(await operations.Invoke(own())).toEqual({
        functionError: 'Unhandled',
        text: '{"errorType":"Error"}',
      });
    });

    test('reads the credentials of a role', async () => {
      const { Credentials } = await operations.AssumeRole(own());
      expect(Credentials).toEqual({
        AccessKeyId: 'ASIA1',
        SecretAccessKey: 'secret',
        SessionToken: 'to&ken',
        Expiration: new Date('2030-01-01T00:00:00Z'),
      });
    });

    test('reads an answer without parameters', async () => {
      answer = () => json(200, {});
      expect(await operations.GetParameters(own())).toEqual(await operations.GetParameters(bySdk()));
    });

    test.each(retried)('tries %s again after a failure of the service', async (name) => {
      answer = (request) => (requests.length === 1 ? { status: 503 } : okay(request));
      await operations[name](own());
      expect(requests).toHaveLength(2);
    });

    test.each(retried)(
      'tries %s again with the time of AWS after a refusal for a wrong clock',
      async (name) => {
        const date = new Date(Date.now() + 3_600_000).toUTCString();
        const refusals: Record<string, Reply> = {
          GetParameters: serviceError(400, 'InvalidSignatureException', 'Signature expired'),
          AssumeRole: stsError(403, 'SignatureDoesNotMatch', 'Signature expired'),
        };
        answer = (request) => {
          if (requests.length > 1) return okay(request);
          const { headers, ...reply } = refusals[name] ?? { status: 0 };
          return { ...reply, headers: { ...headers, date } };
        };
        await operations[name](own());
        const hours = requests.map(({ headers }) => String(headers['x-amz-date']).slice(0, 11));
        expect(hours).toHaveLength(2);
        expect(hours[1]).not.toBe(hours[0]);
      },
    );

    test.each([
      ...['AccessDeniedException', 'ThrottlingException', 'InternalServerError'].flatMap((error) => [
        ['GetParameters', error] as const,
        ['Invoke', error] as const,
      ]),
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
      const failure = await failureOf(operations[name](own()));
      const { fault: _, ...expected } = Object(await failureOf(operations[name](bySdk())));
      expect(failure).toMatchObject(expected);
      expect(failure).toMatchObject({ name: error, message: 'why' });
    });

    test.each([
      'AccessDenied',
      'ExpiredTokenException',
      'RegionDisabledException',
      'MalformedPolicyDocument',
      'PackedPolicyTooLarge',
      'Throttling',
      'InvalidClientTokenId',
      'SignatureDoesNotMatch',
    ])('reads the error of AssumeRole with the name %s', async (error) => {
      vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
      answer = () => stsError(403, error, 'wh&amp;y');
      const failure = await failureOf(operations.AssumeRole(own()));
      expect(failure).toEqual(await failureOf(operations.AssumeRole(bySdk())));
      expect(failure).toMatchObject({ message: 'wh&y', status: 403 });
    });

    test('names the missing variables where there are no credentials', async () => {
      vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
      await expect(operations.GetParameters(own())).rejects.toThrow(
        'The environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
      );
    });
  });
}

const json = (status: number, body: object): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** A response of each service, told apart by what the request looks like. */
function okay({ path, headers }: ReceivedRequest): Reply {
  if (path.startsWith('/2015-03-31/functions/')) return json(200, { batchItemFailures: [] });
  if (headers['x-amz-target'] === 'AmazonSSM.GetParameters')
    return json(200, { Parameters: [{ Name: '/a', Value: 'v' }], InvalidParameters: ['/b'] });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>to&amp;ken</SessionToken>
      <Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  };
}
