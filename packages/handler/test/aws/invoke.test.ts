import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createInvoke, type InvokeRequest } from '../../src/aws/invoke.ts';
import { payload, roleCredentials } from '../factories.ts';
import { functionError, never, type Reply, serviceError, startAws } from '../servers.ts';
import { expectedSignature, parseAuthorization, sha256 } from '../sigv4.ts';

async function setUp(trace?: () => string) {
  const aws = await startAws();
  onTestFinished(aws.close);
  const requestHandler = new NodeHttpHandler();
  const invoke = createInvoke({ requestHandler, endpoint: aws.url, ...(trace && { trace }) });
  return { aws, invoke };
}

function functionArnOf(account: string): string {
  return `arn:aws:lambda:us-west-2:${account}:function:reader:live`;
}

function request(options: Partial<InvokeRequest> & { account?: string } = {}): InvokeRequest {
  const { account = '222222222222', ...others } = options;
  return {
    functionArn: functionArnOf(account),
    region: 'us-west-2',
    invocation: 'event',
    payload: payload(),
    credentials: roleCredentials(account),
    signal: new AbortController().signal,
    ...others,
  };
}

/** Holds every answer back until so many requests are under way. */
function atOnce(count: number, reply: Reply): () => Promise<Reply> {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === count) resolve(reply);
    return promise;
  };
}

describe('createInvoke', () => {
  test.for([
    { invocation: 'event', type: 'Event' },
    { invocation: 'request-response', type: 'RequestResponse' },
    { invocation: 'dry-run', type: 'DryRun' },
  ] as const)(
    'invokes the function as $type, with the bytes of the payload',
    async ({ invocation, type }) => {
      const { aws, invoke } = await setUp();
      const sent = payload('{"Records":[{"key":"ключ"}]}');

      await invoke(request({ invocation, payload: sent }));

      expect(aws.invocations).toMatchObject([{ functionArn: functionArnOf('222222222222'), type }]);
      expect(aws.invocations[0]?.request.body).toEqual(sent.body);
    },
  );

  test('gives an event ten seconds to be queued, and a result the time that the signal gives', async () => {
    const { aws } = await setUp();
    const limits: unknown[] = [];
    const handler = new NodeHttpHandler();
    const handle: typeof handler.handle = (sent, options) => {
      limits.push(options);
      return handler.handle(sent, options);
    };
    const invoke = createInvoke({ requestHandler: { handle }, endpoint: aws.url });
    const { signal } = new AbortController();

    await invoke(request({ invocation: 'event', signal }));
    await invoke(request({ invocation: 'request-response', signal }));

    expect(limits).toEqual([{ abortSignal: signal, requestTimeout: 10_000 }, { abortSignal: signal }]);
  });

  test('signs each of many concurrent calls with the credentials of its own target', async () => {
    const { aws, invoke } = await setUp();
    const accounts = Array.from({ length: 40 }, (_, index) => String(200_000_000_000 + index));
    const answer = atOnce(accounts.length, { status: 202 });
    for (const account of accounts) aws.functions.set(functionArnOf(account), answer);

    await Promise.all(
      accounts.map((account) => {
        return invoke(request({ account, payload: payload(`{"Records":[{"account":"${account}"}]}`) }));
      }),
    );

    expect(aws.invocations).toHaveLength(40);
    expect(new Set(aws.invocations.map(({ functionArn }) => functionArn)).size).toBe(40);
    for (const { functionArn, request: received } of aws.invocations) {
      const account = functionArn.split(':')[4] ?? '';
      const own = roleCredentials(account);
      const authorization = parseAuthorization(received);
      expect(received.body.toString()).toBe(`{"Records":[{"account":"${account}"}]}`);
      expect(authorization).toMatchObject({
        accessKeyId: own.accessKeyId,
        region: 'us-west-2',
        service: 'lambda',
      });
      expect(received.headers['x-amz-security-token']).toBe(own.sessionToken);
      expect(received.headers['x-amz-content-sha256']).toBe(sha256(received.body));
      expect(authorization.signedHeaders).toEqual(
        expect.arrayContaining([
          'host',
          'x-amz-content-sha256',
          'x-amz-date',
          'x-amz-invocation-type',
          'x-amz-security-token',
        ]),
      );
      expect(authorization.signature).toBe(expectedSignature(received, own.secretAccessKey));
    }
  });

  test('signs a later call to the same target with the credentials of that call', async () => {
    const { aws, invoke } = await setUp();

    await invoke(request({ credentials: roleCredentials('before') }));
    await invoke(request({ credentials: roleCredentials('after') }));

    for (const [index, name] of ['before', 'after'].entries()) {
      const received = aws.invocations[index]?.request;
      if (received === undefined) throw new Error('The call did not arrive');
      expect(parseAuthorization(received)).toMatchObject({
        accessKeyId: roleCredentials(name).accessKeyId,
        signature: expectedSignature(received, roleCredentials(name).secretAccessKey),
      });
    }
  });

  test('makes one call, whatever comes of it', async () => {
    const { aws, invoke } = await setUp();
    aws.functions.set(functionArnOf('222222222222'), () => serviceError(500, 'ServiceException'));

    await expect(invoke(request())).rejects.toMatchObject({ name: 'ServiceException' });
    expect(aws.invocations).toHaveLength(1);
  });

  test('corrects its clock by the answer to a call that was signed at the wrong time', async () => {
    const { aws, invoke } = await setUp();
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    aws.functions.set(functionArnOf('222222222222'), () => ({
      ...serviceError(403, 'InvalidSignatureException', 'Signature expired'),
      headers: { 'x-amzn-errortype': 'InvalidSignatureException', date: inAnHour },
    }));
    await expect(invoke(request())).rejects.toMatchObject({ $metadata: { clockSkewCorrected: true } });

    aws.functions.clear();
    await invoke(request());

    const hours = aws.invocations.map(({ request: received }) => {
      const [, day, time] = /^(\d{8})T(\d{2})/.exec(String(received.headers['x-amz-date'])) ?? [];
      return Date.parse(`${day?.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time}:00:00Z`) / 3_600_000;
    });
    expect((hours[1] ?? 0) - (hours[0] ?? 0)).toBeCloseTo(1, 0);
  });

  test('passes the trace on that its invocation has', async () => {
    const trace = () => 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    const { aws, invoke } = await setUp(trace);

    await invoke(request());

    expect(aws.invocations[0]?.request.headers['x-amzn-trace-id']).toBe(
      'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
    );
  });

  test('signs for the region of the target', async () => {
    const { aws, invoke } = await setUp();
    const credentials = roleCredentials('one role');

    await Promise.all(
      ['us-west-2', 'eu-central-1'].map((region) => invoke(request({ region, credentials }))),
    );

    const regions = aws.invocations.map(({ request: received }) => {
      const { region, signature } = parseAuthorization(received);
      expect(signature).toBe(expectedSignature(received, credentials.secretAccessKey));
      return region;
    });
    expect(regions.sort()).toEqual(['eu-central-1', 'us-west-2']);
  });

  test('sends calls to all accounts over the same connection, one after another', async () => {
    const { aws, invoke } = await setUp();

    for (let index = 0; index < 20; index++)
      await invoke(request({ account: String(200_000_000_000 + index) }));

    expect(aws.invocations).toHaveLength(20);
    expect(aws.connections()).toBe(1);
  });

  test('opens no more connections than calls were ever under way', async () => {
    const { aws, invoke } = await setUp();
    for (let round = 0; round < 3; round++) {
      aws.functions.set(functionArnOf('222222222222'), atOnce(10, { status: 202 }));
      await Promise.all(Array.from({ length: 10 }, () => invoke(request())));
    }

    expect(aws.invocations).toHaveLength(30);
    expect(aws.connections()).toBe(10);
  });

  test('resolves with what the function answered', async () => {
    const { aws, invoke } = await setUp();
    aws.functions.set(functionArnOf('222222222222'), () => functionError('TypeError', 'boom'));

    const output = await invoke(request({ invocation: 'request-response' }));

    expect(output.functionError).toBe('Unhandled');
    expect(output.text).toContain('"errorType":"TypeError"');
  });

  test("rejects with the service's error", async () => {
    const { aws, invoke } = await setUp();
    aws.functions.set(functionArnOf('222222222222'), () =>
      serviceError(403, 'AccessDeniedException', 'not authorized to perform: lambda:InvokeFunction'),
    );

    await expect(invoke(request())).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'not authorized to perform: lambda:InvokeFunction',
    });
  });

  test('gives up a request once its signal is aborted', async () => {
    const { aws, invoke } = await setUp();
    const deadline = new AbortController();
    aws.functions.set(functionArnOf('222222222222'), () => {
      setImmediate(() => deadline.abort());
      return never();
    });

    await expect(invoke(request({ signal: deadline.signal }))).rejects.toMatchObject({ name: 'AbortError' });
  });
});
