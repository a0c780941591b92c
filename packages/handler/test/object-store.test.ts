import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createObjectStore, ObjectStoreError } from '../src/object-store.ts';
import { startAws } from './servers.ts';
import { expectedSignature, parseAuthorization, sha256 } from './sigv4.ts';

const secret = {
  accessKeyId: 'ASIAFORWARDER',
  secretAccessKey: 'secret of the forwarder',
  sessionToken: 'token',
};
const { signal } = new AbortController();

async function setUp() {
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
    credentials: async () => secret,
    requestHandler,
  });
  aws.s3 = (request) => {
    requests.push(request);
    return undefined;
  };
  return { aws, bucket, requests };
}

/** The host that a bucket without an endpoint of its own is asked at. */
async function hostIn(region: string): Promise<string> {
  let host = '';
  const bucket = createObjectStore({
    bucket: 'failures',
    region,
    credentials: async () => secret,
    requestHandler: {
      handle: async (request) => {
        host = `${request.protocol}//${request.hostname}${request.path}`;
        return { response: { statusCode: 200, headers: {}, body: [] } as never };
      },
    },
  });
  await bucket.put('parked/a b', 'body', signal);
  return host;
}

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

  test('reads an object, and knows one that is not there', async () => {
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
    const { aws, bucket, requests } = await setUp();
    const replies = [503, 500];
    aws.s3 = (request) => {
      requests.push(request);
      const status = replies.pop();
      return status === undefined ? undefined : { status, body: '<Error><Code>SlowDown</Code></Error>' };
    };

    await bucket.put('key', 'body', signal);

    expect(requests).toHaveLength(3);
    expect(aws.objects.get('/failures/key')).toBe('body');
  });

  test('rejects with what S3 says, naming the object', async () => {
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
    expect(await hostIn(region)).toBe(host);
  });
});
