import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, test } from 'vitest';
import { type AccessKeys, createAccessKeys } from '../../src/endpoint/access-keys.ts';
import type { HttpRequest } from '../../src/endpoint/http.ts';
import { claimedService, verifySignature } from '../../src/endpoint/sigv4.ts';
import type { Credentials } from '../../src/iam/principal.ts';
import { sts } from '../../src/services/sts/sts.ts';
import { AwsError } from '../../src/shared/aws-error.ts';
import { REGION, user } from '../factories.ts';

type SdkRequest = Parameters<NodeHttpHandler['handle']>[0];

/** Takes the request that a client has signed, and sends nothing. */
class Catcher extends NodeHttpHandler {
  caught: SdkRequest | undefined;

  override handle(request: SdkRequest): never {
    this.caught = request;
    throw new Error('caught');
  }
}

const FUNCTION = `arn:aws:lambda:${REGION}:999999999999:function:reader`;

const services = {
  sts: (config) =>
    new STSClient(config).send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::999999999999:role/a', RoleSessionName: 'a b' }),
    ),
  lambda: (config) =>
    new LambdaClient(config).send(
      new InvokeCommand({ FunctionName: FUNCTION, Qualifier: '$LATEST', Payload: '{"a":1}' }),
    ),
  ssm: (config) => new SSMClient(config).send(new GetParametersCommand({ Names: ['/a/b'] })),
  sqs: (config) =>
    new SQSClient(config).send(
      new SendMessageCommand({ QueueUrl: 'https://sqs.us-west-2.amazonaws.com/1/a', MessageBody: 'é' }),
    ),
  kinesis: (config) =>
    new KinesisClient(config).send(
      new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'é', Data: Buffer.from('x') }),
    ),
} satisfies Record<string, (config: ClientConfig) => Promise<unknown>>;

type ServiceName = keyof typeof services;
const serviceNames = Object.keys(services) as ServiceName[];

interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: Credentials;
  requestHandler: Catcher;
  maxAttempts: number;
}

/** As the endpoint does it: STS has its own names of errors. */
function verify(request: HttpRequest, keys: AccessKeys, now: number) {
  return verifySignature(request, keys, now, claimedService(request) === 'sts' ? sts.signing : undefined);
}

/** A request as the SDK's client signs it, in the form in which the endpoint reads it. */
async function sign(service: ServiceName, credentials: Credentials): Promise<HttpRequest> {
  const requestHandler = new Catcher();
  const config = {
    endpoint: 'http://127.0.0.1:4566',
    region: REGION,
    credentials,
    requestHandler,
    maxAttempts: 1,
  };
  await expect(services[service](config)).rejects.toThrow('caught');
  const { caught } = requestHandler;
  if (caught === undefined) throw new Error('The client sent nothing');
  const { method, path, headers } = caught;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(caught.query ?? {})) query.set(name, String(value));
  const { body } = caught;
  return {
    method,
    path,
    query,
    headers,
    body: typeof body === 'string' ? Buffer.from(body) : Buffer.concat([body]),
  };
}

function withHeader(request: HttpRequest, name: string, change: (value: string) => string): HttpRequest {
  const value = request.headers[name];
  if (value === undefined) throw new Error(`The request has no header ${name}`);
  return { ...request, headers: { ...request.headers, [name]: change(value) } };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
  return 'accepted';
}

/** The verifier's answer to a request of a session, changed after it was signed. */
async function answerTo(service: ServiceName, change: (request: HttpRequest) => HttpRequest) {
  const keys = createAccessKeys();
  const session = keys.issueSession(user(), Date.now() + 900_000, Date.now());
  const request = await sign(service, session);
  expect(codeOf(() => verify(request, keys, Date.now()))).toBe('accepted');
  return codeOf(() => verify(change(request), keys, Date.now()));
}

const MISMATCH: Record<ServiceName, string> = {
  sts: 'SignatureDoesNotMatch',
  lambda: 'InvalidSignatureException',
  ssm: 'InvalidSignatureException',
  sqs: 'InvalidSignatureException',
  kinesis: 'InvalidSignatureException',
};
const UNKNOWN_TOKEN: Record<ServiceName, string> = {
  sts: 'InvalidClientTokenId',
  lambda: 'UnrecognizedClientException',
  ssm: 'UnrecognizedClientException',
  sqs: 'UnrecognizedClientException',
  kinesis: 'UnrecognizedClientException',
};

const changes: Record<string, (request: HttpRequest) => HttpRequest> = {
  'its method': (request) => ({ ...request, method: 'PUT' }),
  'its body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
  'its path': (request) => ({ ...request, path: `${request.path}x` }),
  'its query': (request) => ({ ...request, query: new URLSearchParams({ Qualifier: 'live' }) }),
  'the header host': (request) => withHeader(request, 'host', () => 'example.com'),
  'a header of the SDK': (request) => withHeader(request, 'amz-sdk-invocation-id', (id) => `${id}0`),
  'the list of signed headers': (request) =>
    withHeader(request, 'authorization', (text) => text.replace('amz-sdk-invocation-id;', '')),
  'the header x-amz-content-sha256': (request) =>
    withHeader(request, 'x-amz-content-sha256', () => '0'.repeat(64)),
  'the second of its date': (request) =>
    withHeader(request, 'x-amz-date', (date) =>
      date.replace(/(\d)Z$/, (_, digit) => `${(Number(digit) + 1) % 10}Z`),
    ),
  'the region of its scope': (request) =>
    withHeader(request, 'authorization', (text) => text.replace(REGION, 'eu-west-1')),
  'the signature': (request) =>
    withHeader(request, 'authorization', (text) =>
      text.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
    ),
};

describe('verifySignature', () => {
  describe.each(serviceNames)('a request that the SDK signed for %s', (service) => {
    test('verifies with the credentials of a user and of a session', async () => {
      const keys = createAccessKeys();
      const ann = user();
      for (const credentials of [keys.issue(ann), keys.issueSession(ann, Date.now() + 900_000, Date.now())]) {
        const request = await sign(service, credentials);
        expect(verify(request, keys, Date.now())).toEqual({
          principal: ann,
          service,
          region: REGION,
        });
      }
    });

    test.each(Object.entries(changes))('is refused when someone changes %s', async (_, change) => {
      expect(await answerTo(service, change)).toBe(MISMATCH[service]);
    });

    test('is refused when it was signed with another secret', async () => {
      const keys = createAccessKeys();
      const request = await sign(service, { ...keys.issue(user()), secretAccessKey: 'other' });
      expect(codeOf(() => verify(request, keys, Date.now()))).toBe(MISMATCH[service]);
    });

    test('is refused when nobody holds its access key', async () => {
      const request = await sign(service, createAccessKeys().issue(user()));
      expect(codeOf(() => verify(request, createAccessKeys(), Date.now()))).toBe(UNKNOWN_TOKEN[service]);
    });

    test('is refused with another session token, or none', async () => {
      const otherToken = await answerTo(service, (request) =>
        withHeader(request, 'x-amz-security-token', (token) => `${token}A`),
      );
      expect(otherToken).toBe(UNKNOWN_TOKEN[service]);
      const noToken = await answerTo(service, (request) => {
        const { 'x-amz-security-token': _, ...headers } = request.headers;
        return { ...request, headers };
      });
      expect(noToken).toBe(UNKNOWN_TOKEN[service]);
    });

    test('is refused from the moment that its session expires', async () => {
      const keys = createAccessKeys();
      const expiresAt = Date.now() + 60_000;
      const request = await sign(service, keys.issueSession(user(), expiresAt, Date.now()));
      expect(codeOf(() => verify(request, keys, expiresAt - 1))).toBe('accepted');
      expect(codeOf(() => verify(request, keys, expiresAt))).toBe(
        service === 'sts' ? 'ExpiredToken' : 'ExpiredTokenException',
      );
    });

    test('is refused when its date is more than five minutes off, before or after', async () => {
      const keys = createAccessKeys();
      const request = await sign(service, keys.issue(user()));
      const signedAt = dateOf(request);
      for (const offset of [300_000, -300_000])
        expect(codeOf(() => verify(request, keys, signedAt + offset))).toBe('accepted');
      for (const offset of [301_000, -301_000])
        expect(codeOf(() => verify(request, keys, signedAt + offset))).toBe(MISMATCH[service]);
    });
  });

  test('hashes the body, whatever a signed x-amz-content-sha256 claims', async () => {
    const keys = createAccessKeys();
    const credentials = keys.issue(user());
    const requestHandler = new Catcher();
    const client = new LambdaClient({
      endpoint: 'http://127.0.0.1',
      region: REGION,
      credentials,
      requestHandler,
    });
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as SdkRequest;
        // The SDK takes this for the hash of the body when it signs.
        request.headers['x-amz-content-sha256'] = '0'.repeat(64);
        return next(args);
      },
      { step: 'build' },
    );
    const sent = client.send(new InvokeCommand({ FunctionName: FUNCTION, Payload: '{}' }));
    await expect(sent).rejects.toThrow('caught');
    const { method = '', path = '', headers = {}, body } = requestHandler.caught ?? {};
    const request = { method, path, headers, query: new URLSearchParams(), body: Buffer.from(body) };
    expect(headers['x-amz-content-sha256']).toBe('0'.repeat(64));
    expect(codeOf(() => verify(request, keys, Date.now()))).toBe('InvalidSignatureException');
  });

  test('sorts the query by the names of its parameters, as the SDK does', async () => {
    const keys = createAccessKeys();
    const credentials = keys.issue(user());
    const requestHandler = new Catcher();
    const client = new LambdaClient({
      endpoint: 'http://127.0.0.1',
      region: REGION,
      credentials,
      requestHandler,
    });
    const query = { a: '1 +*', 'a-b': '2' };
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as SdkRequest).query = query;
        return next(args);
      },
      { step: 'build' },
    );
    await expect(client.send(new InvokeCommand({ FunctionName: FUNCTION }))).rejects.toThrow('caught');
    const { method = '', path = '', headers = {} } = requestHandler.caught ?? {};
    const request = { method, path, headers, query: new URLSearchParams(query), body: Buffer.alloc(0) };
    expect(codeOf(() => verify(request, keys, Date.now()))).toBe('accepted');
  });

  test('reports a signature that is missing or malformed', async () => {
    const keys = createAccessKeys();
    const request = await sign('ssm', keys.issue(user()));
    const { authorization: _, ...headers } = request.headers;
    expect(codeOf(() => verify({ ...request, headers }, keys, Date.now()))).toBe(
      'MissingAuthenticationTokenException',
    );
    for (const authorization of [
      'Bearer abc',
      String(request.headers.authorization).replace('SHA256', 'SHA1'),
    ]) {
      const changed = { ...request, headers: { ...headers, authorization } };
      expect(codeOf(() => verify(changed, keys, Date.now()))).toBe('IncompleteSignature');
    }
    const otherDay = withHeader(request, 'x-amz-date', () => '20200101T000000Z');
    expect(codeOf(() => verify(otherDay, keys, Date.now()))).toBe('IncompleteSignature');
  });
});

function dateOf(request: HttpRequest): number {
  const [, year, month, day, hour, minute, second] =
    /^(....)(..)(..)T(..)(..)(..)Z$/.exec(request.headers['x-amz-date'] ?? '') ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
