import { type AddressInfo, connect, createServer } from 'node:net';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAccessKeys } from '../../src/endpoint/access-keys.ts';
import { startEndpoint } from '../../src/endpoint/start-endpoint.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { allow, policy, SOURCE, user } from '../factories.ts';
import { type ClientConfig, type Endpoint, startServices } from '../start-services.ts';

const ann = user(SOURCE, policy(allow('*', '*')));
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startServices();
});

beforeEach(() => {
  endpoint.calls.length = 0;
});

afterAll(() => endpoint.stop());

const senders: [string, (config: ClientConfig) => Promise<unknown>, mismatch: string, unknown: string][] = [
  [
    'sts',
    (config) => new STSClient(config).send(new GetCallerIdentityCommand()),
    'SignatureDoesNotMatch',
    'InvalidClientTokenId',
  ],
  [
    'ssm',
    (config) => new SSMClient(config).send(new GetParameterCommand({ Name: 'a' })),
    'InvalidSignatureException',
    'UnrecognizedClientException',
  ],
  [
    'lambda',
    (config) => new LambdaClient(config).send(new InvokeCommand({ FunctionName: 'a' })),
    'InvalidSignatureException',
    'UnrecognizedClientException',
  ],
  [
    'kinesis',
    (config) =>
      new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() }).send(new ListStreamsCommand()),
    'InvalidSignatureException',
    'UnrecognizedClientException',
  ],
];

describe('startEndpoint', () => {
  test.each(senders)(
    'refuses %s with a wrong secret or an unknown key so that the SDK knows the error',
    async (name, send, mismatch, unknown) => {
      const config = endpoint.as(ann);
      const wrongSecret = { ...config.credentials, secretAccessKey: 'other' };
      await expect(send({ ...config, credentials: wrongSecret })).rejects.toMatchObject({
        name: mismatch,
        message: expect.stringContaining('does not match the signature you provided'),
        $metadata: expect.objectContaining({ httpStatusCode: 403 }),
      });
      const unknownKey = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'other' };
      await expect(send({ ...config, credentials: unknownKey })).rejects.toMatchObject({ name: unknown });
      expect(endpoint.calls).toEqual([
        expect.objectContaining({ action: `${name}:unknown`, principal: 'unknown', error: mismatch }),
        expect.objectContaining({ action: `${name}:unknown`, principal: 'unknown', error: unknown }),
      ]);
    },
  );

  test('reports each call once it is answered', async () => {
    await new STSClient(endpoint.as(ann)).send(new GetCallerIdentityCommand());
    const missing = new SSMClient(endpoint.as(ann)).send(new GetParameterCommand({ Name: '/a' }));
    await expect(missing).rejects.toThrow();
    expect(endpoint.calls).toEqual([
      { action: 'sts:GetCallerIdentity', principal: ann.arn },
      {
        action: 'ssm:GetParameter',
        principal: ann.arn,
        error: 'ParameterNotFound',
        message: 'Parameter /a not found.',
      },
    ]);
  });

  test('sends the time of its clock, by which an SDK with a wrong clock signs again', async () => {
    const ahead = await startServices({ clock: { ...systemClock, now: () => Date.now() + 86_400_000 } });
    const client = new STSClient({ ...ahead.as(ann), maxAttempts: 2 });
    await expect(client.send(new GetCallerIdentityCommand())).resolves.toMatchObject({ Account: SOURCE });
    expect(ahead.calls.map(({ error }) => error)).toEqual(['SignatureDoesNotMatch', undefined]);
    await ahead.stop();
  });

  test('refuses an unknown service', async () => {
    const signedForAnother = { ...endpoint.as(ann), signingName: 'sns' };
    const client = new SSMClient(signedForAnother);
    await expect(client.send(new GetParameterCommand({ Name: '/a' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'The local AWS has no service "sns"',
    });
  });

  test('refuses a request without a signature', async () => {
    const response = await fetch(`${endpoint.endpoint}/2015-03-31/functions/a/invocations`, {
      method: 'POST',
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('serves other clients after one ends in the middle of a request', async () => {
    const { port } = new URL(endpoint.endpoint);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc');
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await expect(new STSClient(endpoint.as(ann)).send(new GetCallerIdentityCommand())).resolves.toBeDefined();
  });

  test('closes while connections are open, and frees its port', async () => {
    const options = { services: [], keys: createAccessKeys(), clock: systemClock, onCall: () => {} };
    const first = await startEndpoint({ ...options, port: 0 });
    const socket = connect(first.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    await first.close();
    await closed;
    const again = await startEndpoint({ ...options, port: first.port });
    expect(again.port).toBe(first.port);
    await again.close();
  });

  test('refuses a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const started = startEndpoint({
      services: [],
      keys: createAccessKeys(),
      clock: systemClock,
      port,
      onCall: () => {},
    });
    await expect(started).rejects.toMatchObject({ code: 'EADDRINUSE' });
    server.close();
  });
});
