import { GetRecordsCommand, KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFaults } from '../../src/faults/faults.ts';
import { parseFaults } from '../../src/faults/parse-faults.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { allow, deployedQueue, policy, REGION, SOURCE, steppedClock, TARGET, user } from '../factories.ts';
import { s3Request } from '../s3-request.ts';
import { type ClientConfig, type Endpoint, startServices } from '../start-services.ts';

const ann = user(SOURCE, policy(allow('*', '*')));
const READER = `arn:aws:lambda:${REGION}:${SOURCE}:function:reader`;
const OTHERS = `arn:aws:lambda:${REGION}:${TARGET}:function:reader`;

let endpoint: Endpoint;
let invoked: string[];
let slept: number[];
afterEach(() => endpoint.stop());

async function start(rules: string, seed = 1): Promise<Endpoint> {
  const { faults: parsed, problems } = parseFaults(`rules: [${rules}]`);
  if (parsed === undefined) throw new Error(JSON.stringify(problems));
  const faults = createFaults(parsed, steppedClock(), seed);
  faults.start();
  invoked = [];
  slept = [];
  const clock = {
    now: Date.now,
    sleep: async (ms: number, signal?: AbortSignal) => {
      slept.push(ms);
      if (ms === A_MINUTE_MS) await systemClock.sleep(ms, signal);
    },
  };
  const reader = {
    async invoke() {
      invoked.push('reader');
      return { payload: '1' };
    },
    async stop() {},
  };
  endpoint = await startServices({
    clock,
    faults,
    functions: { [READER]: reader },
    queues: [deployedQueue()],
  });
  return endpoint;
}

const invoke = (config: ClientConfig) =>
  new LambdaClient({ ...config, requestHandler: new NodeHttpHandler() }).send(
    new InvokeCommand({ FunctionName: READER }),
  );

/** The one latency that really takes its time. */
const A_MINUTE_MS = 60_000;

describe('a call that meets a fault', () => {
  const kinesis = (config: ClientConfig) =>
    new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() }).send(new ListStreamsCommand());
  const senders: [string, string, number, (config: ClientConfig) => Promise<unknown>][] = [
    ['kinesis', 'ProvisionedThroughputExceededException', 400, kinesis],
    ['kinesis', 'InternalFailure', 500, kinesis],
    ['lambda', 'TooManyRequestsException', 429, invoke],
    ['lambda', 'EC2ThrottledException', 502, invoke],
    ['sqs', 'RequestThrottled', 403, (config) => new SQSClient(config).send(new ListQueuesCommand())],
    ['sqs', 'KmsThrottled', 400, (config) => new SQSClient(config).send(new ListQueuesCommand())],
    [
      'ssm',
      'ThrottlingException',
      400,
      (config) => new SSMClient(config).send(new GetParameterCommand({ Name: 'a' })),
    ],
    ['sts', 'Throttling', 400, (config) => new STSClient(config).send(new GetCallerIdentityCommand())],
  ];

  test.each(senders)(
    'of %s is answered %s, so that the SDK knows the error',
    async (service, name, status, send) => {
      await start(`{ name: of a test, service: ${service}, error: ${name} }`);
      await expect(send(endpoint.as(ann))).rejects.toMatchObject({
        name,
        message: expect.stringContaining('A fault of the local AWS: of a test'),
        $metadata: expect.objectContaining({ httpStatusCode: status }),
      });
      expect(endpoint.calls).toEqual([expect.objectContaining({ error: name, principal: ann.arn })]);
      expect(invoked).toEqual([]);
    },
  );

  test('of S3 is answered in its XML', async () => {
    await start('{ service: s3, throttle: 1 }');
    const { status, body } = await s3Request(endpoint.as(ann), { bucket: 'failures', key: 'a' });
    expect([status, body.toString()]).toEqual([503, expect.stringContaining('<Code>SlowDown</Code>')]);
  });

  test('is reset before it has an effect', async () => {
    await start('{ service: lambda, reset: request }');
    await expect(invoke(endpoint.as(ann))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(invoked).toEqual([]);
    expect(endpoint.calls).toEqual([expect.objectContaining({ error: 'NoAnswer' })]);
  });

  test('is reset after it has had its effect: the answer is lost, and the loss is reported', async () => {
    await start('{ service: lambda, reset: answer }');
    await expect(invoke(endpoint.as(ann))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(invoked).toEqual(['reader']);
    await vi.waitFor(() => expect(endpoint.unanswered).toHaveLength(1));
  });

  test('of HTTP/2 is reset too, and the next one on the connection is answered', async () => {
    await start(`{ service: kinesis, account: "${TARGET}", reset: request }`);
    const client = new KinesisClient(endpoint.as(ann));
    const StreamARN = `arn:aws:kinesis:${REGION}:${TARGET}:stream/orders`;
    const reset = client.send(new GetRecordsCommand({ ShardIterator: 'a', StreamARN }));
    await expect(reset).rejects.toThrow();
    await expect(client.send(new ListStreamsCommand())).resolves.toMatchObject({ StreamNames: [] });
    client.destroy();
  });

  test('hangs until its caller leaves', async () => {
    await start('{ service: lambda, hang: true }');
    const leaving = new AbortController();
    const client = new LambdaClient(endpoint.as(ann));
    const call = client.send(new InvokeCommand({ FunctionName: READER }), { abortSignal: leaving.signal });
    await vi.waitFor(() => expect(endpoint.calls).toHaveLength(1));
    expect(endpoint.unanswered).toEqual([]);
    leaving.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitFor(() => expect(endpoint.unanswered).toHaveLength(1));
    expect(invoked).toEqual([]);
  });

  test('is handled later by as much as a rule says', async () => {
    await start('{ service: lambda, latencyMs: 30 }');
    await invoke(endpoint.as(ann));
    expect(slept).toEqual([30]);
    expect(invoked).toEqual(['reader']);
  });
});

describe('a call that waits for its time', () => {
  test('ends with the endpoint, and has had no effect', async () => {
    await start('{ service: lambda, latencyMs: 60000 }');
    const call = invoke(endpoint.as(ann));
    call.catch(() => {});
    await vi.waitFor(() => expect(slept).toEqual([A_MINUTE_MS]));
    await endpoint.stop();
    await expect(call).rejects.toThrow();
    expect(invoked).toEqual([]);
    expect(endpoint.calls).toEqual([{ action: 'lambda:InvokeFunction', principal: ann.arn }]);
  });
});

describe('the same calls', () => {
  test('meet the same faults with the same seed, and others with another', async () => {
    const sequence = async (seed: number) => {
      await start(
        '{ service: lambda, reset: request, rate: 0.2 }, { throttle: 0.4 }, { latencyMs: { p50: 5, p99: 50 } }',
        seed,
      );
      const config = endpoint.as(ann);
      const met: string[] = [];
      for (let call = 0; call < 30; call++) {
        met.push(
          await invoke(config).then(
            () => 'answer',
            ({ name, code }) => code ?? name,
          ),
        );
        const identity = new STSClient(config).send(new GetCallerIdentityCommand());
        met.push(
          await identity.then(
            () => 'answer',
            ({ name }) => name,
          ),
        );
      }
      await endpoint.stop();
      return [...met, ...slept];
    };
    const first = await sequence(1);
    expect(new Set(first)).toContain('ECONNRESET');
    expect(new Set(first)).toContain('Throttling');
    expect(await sequence(1)).toEqual(first);
    expect(await sequence(2)).not.toEqual(first);
  });
});

describe('the account that a call is about', () => {
  const calls: [string, (config: ClientConfig) => Promise<unknown>][] = [
    [
      'sts',
      (config) =>
        new STSClient(config).send(
          new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${TARGET}:role/orders`, RoleSessionName: 'ann' }),
        ),
    ],
    ['lambda', (config) => new LambdaClient(config).send(new InvokeCommand({ FunctionName: OTHERS }))],
    [
      'sqs',
      (config) =>
        new SQSClient(config).send(
          new SendMessageCommand({
            QueueUrl: `https://sqs.${REGION}.amazonaws.com/${TARGET}/orders`,
            MessageBody: 'a',
          }),
        ),
    ],
    [
      'kinesis',
      (config) =>
        new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() }).send(
          new GetRecordsCommand({
            ShardIterator: 'a',
            StreamARN: `arn:aws:kinesis:${REGION}:${TARGET}:stream/orders`,
          }),
        ),
    ],
  ];

  test.each(calls)('is of %s the one that it calls into', async (service, send) => {
    await start(`{ service: ${service}, account: "${TARGET}", throttle: 1 }`);
    await expect(send(endpoint.as(ann))).rejects.toMatchObject({
      message: expect.stringContaining('Rate exceeded'),
    });
  });

  test('is distinguished from the function, by name and in full', async () => {
    await start(`{ service: lambda, function: reader, account: "${SOURCE}", error: ServiceException }`);
    const client = new LambdaClient(endpoint.as(ann));
    for (const FunctionName of ['reader', READER, `${SOURCE}:function:reader`]) {
      const call = client.send(new InvokeCommand({ FunctionName }));
      await expect(call).rejects.toMatchObject({ name: 'ServiceException' });
    }
    const another = client.send(new InvokeCommand({ FunctionName: OTHERS }));
    await expect(another).rejects.not.toMatchObject({ name: 'ServiceException' });
  });

  test("is the caller's own where a call names none", async () => {
    await start(`{ service: ssm, account: "${SOURCE}", throttle: 1 }`);
    const call = new SSMClient(endpoint.as(ann)).send(new GetParameterCommand({ Name: 'a' }));
    await expect(call).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});

describe('a caller that is exempt from faults', () => {
  test('meets no fault', async () => {
    await start('{ throttle: 1 }');
    await invoke(endpoint.as({ ...ann, meetsFaults: false }));
    expect(invoked).toEqual(['reader']);
  });
});
