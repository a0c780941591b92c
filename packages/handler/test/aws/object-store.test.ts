import { Readable } from 'node:stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { HttpRequest } from '@smithy/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createObjectStore, type ObjectStore, ObjectStoreError } from '../../src/aws/object-store.ts';
import { createSendSigned } from '../../src/aws/send-signed.ts';
import { fakeClock } from '../factories.ts';
import { startAws } from '../servers.ts';
import { expectedSignature, parseAuthorization, sha256 } from '../sigv4.ts';

const secret = {
  accessKeyId: 'ASIAFORWARDER',
  secretAccessKey: 'secret of the forwarder',
  sessionToken: 'token',
};
const { signal } = new AbortController();

async function setUp() {
  // The server puts the real time into each answer.
  const clock = fakeClock({ start: Date.now(), skipUpToMs: 1_000 });
  const aws = await startAws();
  const requestHandler = new NodeHttpHandler();
  onTestFinished(() => {
    requestHandler.destroy();
    return aws.close();
  });
  const requests: Parameters<typeof aws.s3>[0][] = [];
  const bucket = createObjectStore({
    bucket: 'failures',
    region: 'us-west-2',
    endpoint: aws.url,
    sendSigned: createSendSigned({
      region: 'us-west-2',
      credentials: async () => secret,
      requestHandler,
      clock,
      random: () => 0.5,
    }),
  });
  aws.s3 = (request) => {
    requests.push(request);
    return undefined;
  };
  return { aws, bucket, requests, slept: clock.skipped };
}

/** The request that is sent, as the client gets it. */
async function requestOf(
  call: (bucket: ObjectStore) => Promise<unknown>,
  place: { region?: string; endpoint?: string } = {},
) {
  const requests: HttpRequest[] = [];
  const { region = 'us-west-2' } = place;
  const sendSigned = createSendSigned({
    region,
    credentials: async () => secret,
    requestHandler: {
      handle: async (request) => {
        requests.push(request);
        const statusCode = request.method === 'DELETE' ? 204 : 200;
        return { response: { statusCode, headers: {}, body: Readable.from([]) } as never };
      },
    },
  });
  const bucket = createObjectStore({ bucket: 'failures', ...place, region, sendSigned });
  await call(bucket);
  const [request] = requests;
  if (request === undefined) throw new Error('Nothing was sent');
  return request;
}

const put = (bucket: ObjectStore) => bucket.put('parked/a b', '"ключ"', signal);

describe('createObjectStore', () => {
  test('puts an object under its key', async () => {
    const { aws, bucket } = await setUp();

    await bucket.put('parked/orders/arn:aws:lambda/1.json', '{"ключ":"🔑"}', signal);

    expect([...aws.objects]).toEqual([['/failures/parked/orders/arn:aws:lambda/1.json', '{"ключ":"🔑"}']]);
  });

  test.for(['plain', 'a b', "!'()*", 'ключ', '100%', 'a+b', 'a/b?c=d&e#f'])(
    'signs the key %j as S3 does',
    async (key) => {
      const { bucket, requests } = await setUp();

      await bucket.put(key, 'body', signal);

      const [request] = requests;
      if (request === undefined) throw new Error('The call did not arrive');
      expect(decodeURIComponent(request.path)).toBe(`/failures/${key}`);
      expect(request.headers['x-amz-content-sha256']).toBe(sha256('body'));
      expect(request.headers['x-amz-security-token']).toBe('token');
      expect(parseAuthorization(request)).toMatchObject({
        accessKeyId: 'ASIAFORWARDER',
        service: 's3',
        signature: expectedSignature(request, secret.secretAccessKey),
      });
    },
  );

  test('encodes a key as Signature Version 4 asks, byte by byte', async () => {
    const { path } = await requestOf((bucket) => bucket.get("a/!'()*ё", signal));

    expect(path).toBe('/a/%21%27%28%29%2A%D1%91');
  });

  test('sends the type and the length of what it puts', async () => {
    const { headers } = await requestOf(put);

    expect(headers).toMatchObject({
      host: 'failures.s3.us-west-2.amazonaws.com',
      'content-type': 'application/json',
      'content-length': '10',
    });
  });

  test.for([
    ['reads', (bucket: ObjectStore) => bucket.get('key', signal)],
    ['deletes', (bucket: ObjectStore) => bucket.delete('key', signal)],
  ] as const)('says nothing about a body where it %s', async ([, call]) => {
    const { headers } = await requestOf(call);

    expect(headers.host).toBe('failures.s3.us-west-2.amazonaws.com');
    expect(Object.keys(headers).filter((name) => name.startsWith('content-'))).toEqual([]);
  });

  test.for([
    { endpoint: 'http://127.0.0.1:4566', host: '127.0.0.1:4566', port: 4566 },
    { endpoint: 'https://s3.example', host: 's3.example', port: undefined },
  ])('finds the bucket by path at $endpoint', async ({ endpoint, host, port }) => {
    const request = await requestOf(put, { endpoint });

    expect([request.headers.host, request.port, request.path]).toEqual([
      host,
      port,
      '/failures/parked/a%20b',
    ]);
  });

  test('reads an object, and reports a missing one', async () => {
    const { aws, bucket } = await setUp();
    aws.objects.set('/failures/waiting/a', '{"ключ":"🔑"}');

    expect(await bucket.get('waiting/a', signal)).toBe('{"ключ":"🔑"}');
    expect(await bucket.get('waiting/b', signal)).toBeUndefined();
  });

  test('deletes an object', async () => {
    const { aws, bucket } = await setUp();
    aws.objects.set('/failures/waiting/a', 'a');
    aws.objects.set('/failures/waiting/b', 'b');
    await bucket.delete('waiting/a', signal);

    expect([...aws.objects.keys()]).toEqual(['/failures/waiting/b']);
  });

  test('tries three times when S3 fails', async () => {
    const { aws, bucket, requests, slept } = await setUp();
    const replies = [503, 500];
    aws.s3 = (request) => {
      requests.push(request);
      const status = replies.pop();
      return status === undefined ? undefined : { status, body: '<Error><Code>SlowDown</Code></Error>' };
    };

    await bucket.put('key', 'body', signal);

    expect(requests).toHaveLength(3);
    expect(slept).toEqual([200, 400]);
    expect(aws.objects.get('/failures/key')).toBe('body');
  });

  test.for([
    ['PUT', (bucket: ObjectStore) => bucket.put('key', 'body', signal)],
    ['GET', (bucket: ObjectStore) => bucket.get('key', signal)],
    ['DELETE', (bucket: ObjectStore) => bucket.delete('key', signal)],
  ] as const)('rejects with the status where S3 says nothing, for %s', async ([method, call]) => {
    const { aws, bucket } = await setUp();
    aws.s3 = () => ({ status: 503, body: '' });

    const error = await call(bucket).catch((caught: unknown) => caught);

    expect(error).toMatchObject({
      name: 'ObjectStoreError',
      message: `${method} s3://failures/key failed: 503`,
    });
  });

  test('rejects with the error of S3, naming the object', async () => {
    const { aws, bucket } = await setUp();
    aws.s3 = () => ({
      status: 503,
      body: '<Error><Code>SlowDown</Code><Message>Reduce your rate</Message></Error>',
    });

    await expect(bucket.put('key', 'body', signal)).rejects.toThrow(
      new ObjectStoreError('PUT s3://failures/key failed: 503 SlowDown'),
    );
  });

  test('does not try again what will not be allowed', async () => {
    const { aws, bucket, requests } = await setUp();
    aws.s3 = (request) => {
      requests.push(request);
      return { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
    };

    await expect(bucket.put('key', 'body', signal)).rejects.toThrow('403 AccessDenied');
    expect(requests).toHaveLength(1);
  });

  test('ends with its signal', async () => {
    const { aws, bucket } = await setUp();
    const aborting = new AbortController();
    aws.s3 = () => {
      aborting.abort(new Error('time is over'));
      return new Promise(() => {});
    };

    await expect(bucket.put('key', 'body', aborting.signal)).rejects.toThrow('time is over');
  });

  test.for([
    ['us-west-2', 'https://failures.s3.us-west-2.amazonaws.com/parked/a%20b'],
    ['us-gov-west-1', 'https://failures.s3.us-gov-west-1.amazonaws.com/parked/a%20b'],
    ['cn-north-1', 'https://failures.s3.cn-north-1.amazonaws.com.cn/parked/a%20b'],
  ] as const)('finds the bucket in %s', async ([region, host]) => {
    const { protocol, hostname, path } = await requestOf(put, { region });

    expect(`${protocol}//${hostname}${path}`).toBe(host);
  });
});
