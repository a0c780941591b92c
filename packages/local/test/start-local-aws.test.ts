import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DescribeStreamSummaryCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  AssemblyError,
  type LocalAws,
  type LocalAwsOptions,
  NotSupportedError,
  parseFaults,
  startLocalAws,
} from '../src/index.ts';
import { TargetModulesError } from '../src/services/lambda/target-modules.ts';
import {
  childProcesses,
  type QueueWorld,
  queueWorld,
  READ_STREAM,
  REGION,
  role,
  SOURCE,
  smallWorld,
  steppedClock,
  TARGET,
  temporaryFolder,
  WORK_ON_QUEUE,
  type World,
  type WrittenStack,
  writeAssembly,
} from './factories.ts';
import { s3Request } from './s3-request.ts';

const FORWARDER = fileURLToPath(new URL('./forwarder', import.meta.url));
const WORKER = fileURLToPath(new URL('./queue-worker', import.meta.url));
const READER = `arn:aws:lambda:${REGION}:${TARGET}:function:reader`;
const STREAM = `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`;

// Everything here runs in real processes, on machines that may be busy.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let folder: string;
let running: LocalAws[];
let log: string[];
let problems: string[];
let calls: string[];

beforeEach(async () => {
  running = [];
  log = [];
  problems = [];
  calls = [];
  const temporary = await temporaryFolder();
  folder = temporary.folder;
  await mkdir(join(folder, 'tmp'));
  // Where the local AWS keeps its own files.
  vi.stubEnv('TMPDIR', join(folder, 'tmp'));
  return async () => {
    await Promise.all(running.map((aws) => aws.stop()));
    await temporary.remove();
  };
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function start(world: Partial<World> = {}, options: Partial<LocalAwsOptions> = {}): Promise<LocalAws> {
  const assembly = join(folder, 'assembly');
  await writeAssembly(assembly, smallWorld({ code: FORWARDER, ...world }));
  const aws = await startLocalAws({
    assembly,
    deliveries: join(folder, 'deliveries'),
    shards: 1,
    otherFunctions: () => [READER],
    events: {
      // Before the last tab, the runtime client puts the time, the request id and the level.
      onLog: (name, line) => log.push(`${name}: ${line.split('\t').at(-1)}`),
      onProblem: (message) => problems.push(message),
      onCall: ({ action, error }) => calls.push(error === undefined ? action : `${action} ${error}`),
    },
    ...options,
  });
  running.push(aws);
  return aws;
}

/** A forwarder of its own for one test. */
async function writeForwarder(code: string): Promise<string> {
  const codeFolder = join(folder, 'code');
  await mkdir(codeFolder);
  await writeFile(join(codeFolder, 'index.js'), code);
  return codeFolder;
}

async function put({ endpoint, region, credentials }: LocalAws, ...texts: string[]): Promise<void> {
  const kinesis = new KinesisClient({
    endpoint,
    region,
    credentials: credentials[SOURCE] ?? { accessKeyId: '', secretAccessKey: '' },
    requestHandler: new NodeHttpHandler(),
  });
  const Records = texts.map((text) => ({ PartitionKey: 'a', Data: Buffer.from(text) }));
  await kinesis.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
  kinesis.destroy();
}

/** Everything that the recorder of the target function wrote. */
async function delivered(): Promise<string[]> {
  const file = join(folder, 'deliveries', TARGET, REGION, 'reader.jsonl');
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines
    .flatMap((line) => JSON.parse(line).event.Records)
    .map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());
}

const WAIT = { timeout: 15_000, interval: 20 };
const temporaryFiles = () => readdir(join(folder, 'tmp'));
const expectNoProcess = () => vi.waitFor(() => expect(childProcesses()).toBe(0));

describe('startLocalAws', () => {
  test('brings the records of the stream to the recorder of the target, in order', async () => {
    const aws = await start();
    const texts = Array.from({ length: 20 }, (_, index) => `record ${index} é`);
    await put(aws, ...texts);
    await vi.waitFor(async () => expect(await delivered()).toEqual(texts), WAIT);
    expect(log).toEqual(texts.map((text) => `forwarder: got ${text}`));
    expect(calls).toContain('sts:AssumeRole');
    expect(calls).toContain('lambda:InvokeFunction');
    expect(problems).toEqual([]);

    const [line = ''] = (await readFile(join(aws.deliveries, TARGET, REGION, 'reader.jsonl'), 'utf8')).split(
      '\n',
    );
    expect(JSON.parse(line)).toEqual({
      receivedAt: expect.any(String),
      invocationType: 'Event',
      requestId: expect.any(String),
      event: { Records: expect.any(Array) },
    });
    expect(JSON.parse(line).event.Records[0]).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'a',
        sequenceNumber: expect.stringMatching(/^\d+$/),
        data: Buffer.from('record 0 é').toString('base64'),
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: expect.stringMatching(/^shardId-000000000000:\d+$/),
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: `arn:aws:iam::${SOURCE}:role/forwarder`,
      awsRegion: REGION,
      eventSourceARN: STREAM,
    });
  });

  test('delivers every record in spite of faults, and explains duplicates', async () => {
    const { faults } = parseFaults(`
rules:
  - { name: killed, kill: true, function: forwarder, rate: 0.25 }
  - { name: lost answers, service: lambda, account: "${TARGET}", reset: answer, rate: 0.25 }
  - { name: again, duplicate: batch, function: forwarder, rate: 0.3 }
  - { name: twice, duplicate: event, function: reader, rate: 0.5 }
  - { name: throttled, service: lambda, function: forwarder, throttle: 0.25 }
  - { name: slow stream, service: kinesis, latencyMs: 1 }
`);
    const settled: string[] = [];
    const invoked: unknown[] = [];
    const aws = await start(
      { mapping: { BatchSize: 2 } },
      {
        faults,
        seed: 12,
        events: {
          onSettled: (_, eventIds) => settled.push(...eventIds),
          onInvocation: (invocation) => invoked.push(invocation.event),
        },
      },
    );
    const texts = Array.from({ length: 12 }, (_, index) => `record ${index}`);
    await put({ ...aws, credentials: aws.sparedCredentials }, ...texts);
    await vi.waitFor(() => expect(settled).toHaveLength(12), { timeout: 60_000 });
    await vi.waitFor(async () => expect(new Set(await delivered())).toEqual(new Set(texts)), WAIT);
    expect(invoked.length).toBeGreaterThan(6);
    const { seed, counts = [] } = aws.faults() ?? {};
    expect(seed).toBe(12);
    expect(counts.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['killed', 'again', 'throttled', 'slow stream']),
    );
  }, 90_000);

  test('describes its accounts and mappings', async () => {
    const aws = await start();
    expect(aws).toMatchObject({
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      region: REGION,
      deliveries: join(folder, 'deliveries'),
    });
    expect(Object.keys(aws.credentials)).toEqual([SOURCE, TARGET]);
    expect(aws.deployed.mappings).toEqual([
      expect.objectContaining({ account: SOURCE, streamArn: STREAM, enabled: true }),
    ]);
  });

  test('makes each stream with the shards asked for, two if nothing is asked', async () => {
    const assembly = join(folder, 'assembly');
    await writeAssembly(assembly, smallWorld({ code: FORWARDER, mapping: { Enabled: false } }));
    for (const [options, expected] of [
      [{}, 2],
      [{ shards: 3 }, 3],
    ] as const) {
      const aws = await startLocalAws({ assembly, deliveries: folder, ...options });
      running.push(aws);
      const kinesis = new KinesisClient({
        endpoint: aws.endpoint,
        region: REGION,
        credentials: { accessKeyId: '', secretAccessKey: '', ...aws.credentials[SOURCE] },
        requestHandler: new NodeHttpHandler(),
      });
      const described = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' }));
      expect(described.StreamDescriptionSummary?.OpenShardCount).toBe(expected);
      kinesis.destroy();
    }
  });

  test('lets the administrator of the source account into the others, and nobody else in', async () => {
    const { endpoint, region, credentials } = await start({ mapping: { Enabled: false } });
    const assume = (account: string, into: string) => {
      const held = { accessKeyId: '', secretAccessKey: '', ...credentials[account] };
      return new STSClient({ endpoint, region, credentials: held, maxAttempts: 1 }).send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${into}:role/OrganizationAccountAccessRole`,
          RoleSessionName: 'admin',
        }),
      );
    };
    expect((await assume(SOURCE, TARGET)).AssumedRoleUser?.Arn).toBe(
      `arn:aws:sts::${TARGET}:assumed-role/OrganizationAccountAccessRole/admin`,
    );
    await expect(assume(TARGET, SOURCE)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test("runs a target's own module, with the event and without credentials", async () => {
    const functions = join(folder, 'functions');
    await mkdir(functions);
    await writeFile(
      join(functions, 'reader.mjs'),
      `export async function handler(event, context) {
         console.log(atob(event.Records[0].kinesis.data) + ' ' + context.invokedFunctionArn + ' ' + process.env.AWS_ACCESS_KEY_ID);
       }`,
    );
    const aws = await start({}, { functions });
    await put(aws, 'a');
    const expected = `reader: a arn:aws:lambda:${REGION}:${TARGET}:function:reader undefined`;
    await vi.waitFor(() => expect(log).toContain(expected), WAIT);
  });

  test('keeps the records that the function does not take in the failure bucket, and reports where', async () => {
    const code = await writeForwarder('exports.handler = async () => { throw new Error("no"); }');
    const aws = await start({
      code,
      mapping: {
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } },
      },
    });
    await put(aws, 'a');
    await vi.waitFor(() => expect(problems).toHaveLength(1), WAIT);
    expect(problems[0]).toMatch(
      new RegExp(
        `^1 records of ${STREAM} were given up \\(RetryAttemptsExhausted\\) and are kept in s3://failures/aws/lambda/`,
      ),
    );
    const { endpoint, region } = aws;
    const credentials = { accessKeyId: '', secretAccessKey: '', ...aws.credentials[SOURCE] };
    const key = problems[0]?.split('s3://failures/')[1] ?? '';
    const { body } = await s3Request({ endpoint, region, credentials }, { bucket: 'failures', key });
    const kept = JSON.parse(body.toString());
    expect(kept.requestContext.condition).toBe('RetryAttemptsExhausted');
    expect(JSON.parse(kept.payload).Records).toHaveLength(1);
  });

  test('does not start a disabled mapping', async () => {
    const aws = await start({ mapping: { Enabled: false } });
    await put(aws, 'a');
    expect(aws.deployed.mappings[0]?.enabled).toBe(false);
    expect(calls).not.toContain('kinesis:ListShards');
    expect(calls).toContain('kinesis:PutRecords');
  });

  test.each([
    ['list its shards', 'kinesis:ListShards'],
    ['get a place in it', 'kinesis:GetShardIterator'],
    ['get its records', 'kinesis:GetRecords'],
  ])('reports a role that may not read the stream: it may not %s', async (_, action) => {
    await start({ streamActions: READ_STREAM.filter((other) => other !== action) });
    await vi.waitFor(() => expect(problems).not.toEqual([]), WAIT);
    expect(problems[0]).toContain(STREAM);
    expect(problems[0]).toContain(
      `User: arn:aws:sts::${SOURCE}:assumed-role/forwarder/forwarder is not authorized to perform: ${action} on resource: ${STREAM}`,
    );
  });

  test('reads through a consumer as a role that may subscribe, and reports one that may not', async () => {
    const mapping = { EventSourceArn: { 'Fn::GetAtt': ['Consumer', 'ConsumerARN'] } };
    const Consumer = {
      Type: 'AWS::Kinesis::StreamConsumer',
      Properties: { ConsumerName: 'fast', StreamARN: STREAM },
    };
    const stacks = (streamActions: string[]) =>
      smallWorld({ code: FORWARDER, streamActions, mapping }).map((stack) => {
        const { Resources } = stack.template as { Resources: object };
        return stack.name === 'route-orders'
          ? { ...stack, template: { Resources: { ...Resources, Consumer } } }
          : stack;
      });
    const startWith = async (name: string, streamActions: string[]) => {
      const assembly = join(folder, name);
      await writeAssembly(assembly, stacks(streamActions));
      return start({}, { assembly });
    };
    const denied = await startWith('denied', ['kinesis:ListShards']);
    await vi.waitFor(() => expect(problems).not.toEqual([]), WAIT);
    expect(problems[0]).toContain(
      `AccessDeniedException: User: arn:aws:sts::${SOURCE}:assumed-role/forwarder/forwarder is not authorized to perform: kinesis:SubscribeToShard on resource: ${STREAM}/consumer/fast:1`,
    );
    await denied.stop();
    problems.length = 0;

    // Only pollers get records.
    const aws = await startWith('allowed', ['kinesis:ListShards', 'kinesis:SubscribeToShard']);
    await put(aws, 'a');
    await vi.waitFor(async () => expect(await delivered()).toEqual(['a']), WAIT);
    expect(problems).toEqual([]);
  });

  test('leaves no process, no file and no open port once it is stopped', async () => {
    const aws = await start();
    await put(aws, 'a');
    await vi.waitFor(async () => expect(await delivered()).toEqual(['a']), WAIT);
    expect(childProcesses()).toBeGreaterThanOrEqual(2);
    expect(await temporaryFiles()).toHaveLength(1);
    await aws.stop();
    await expectNoProcess();
    expect(await temporaryFiles()).toEqual([]);
    await expect(fetch(aws.endpoint)).rejects.toThrow();
    await aws.stop();
  });

  test('stops while the function is still at work', async () => {
    const code = await writeForwarder(
      'exports.handler = () => { console.log("started"); return new Promise(() => setTimeout(() => {}, 60_000)); }',
    );
    const aws = await start({ code });
    await put(aws, 'a');
    await vi.waitFor(() => expect(log).toEqual(['forwarder: started']), WAIT);
    await aws.stop();
    await expectNoProcess();
    expect(problems).toEqual([]);
  });

  test('rejects a port in use, and leaves nothing behind', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(start({}, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    server.close();
    await expectNoProcess();
    expect(await temporaryFiles()).toEqual([]);
  });

  test('refuses a folder without an assembly, and one of functions that is not there', async () => {
    const deliveries = join(folder, 'deliveries');
    const assembly = join(folder, 'missing');
    await expect(startLocalAws({ assembly, deliveries })).rejects.toThrow(AssemblyError);
    await expect(start({}, { functions: assembly })).rejects.toThrow(TargetModulesError);
    expect(await temporaryFiles()).toEqual([]);
  });

  test('refuses a function whose role does not trust Lambda, and leaves nothing behind', async () => {
    const assembly = join(folder, 'assembly');
    const stacks = smallWorld({ code: FORWARDER });
    const AssumeRolePolicyDocument = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } },
    };
    const [forwarder, ...others] = stacks;
    if (forwarder === undefined) throw new Error('No stack');
    const { Resources } = forwarder.template as { Resources: object };
    const template = { Resources: { ...Resources, Role: role('forwarder', { AssumeRolePolicyDocument }) } };
    await writeAssembly(assembly, [{ ...forwarder, template }, ...others]);
    await expect(startLocalAws({ assembly, deliveries: folder })).rejects.toThrow(
      `The role arn:aws:iam::${SOURCE}:role/forwarder cannot be assumed by lambda.amazonaws.com.`,
    );
    await expectNoProcess();
    expect(await temporaryFiles()).toEqual([]);
  });

  test('refuses what it does not know in a template before anything starts', async () => {
    const assembly = join(folder, 'assembly');
    const topic = { Type: 'AWS::SNS::Topic' };
    await writeAssembly(assembly, [{ name: 'a', template: { Resources: { Topic: topic } } }]);
    await expect(startLocalAws({ assembly, deliveries: folder })).rejects.toThrow(
      new NotSupportedError('the resource type AWS::SNS::Topic', 'stack a resource Topic'),
    );
    expect(await temporaryFiles()).toEqual([]);
  });
});

describe('a queue of startLocalAws', () => {
  const url = (name: string) => `https://sqs.${REGION}.amazonaws.com/${SOURCE}/${name}`;

  async function startQueues(
    world: Partial<QueueWorld> = {},
    options: Partial<LocalAwsOptions> = {},
    others: readonly WrittenStack[] = [],
  ) {
    const assembly = join(folder, 'assembly');
    await writeAssembly(assembly, [...queueWorld({ code: WORKER, ...world }), ...others]);
    const clock = steppedClock(Date.now());
    const aws = await startLocalAws({
      assembly,
      deliveries: join(folder, 'deliveries'),
      clock,
      events: {
        onLog: (_, line) => log.push(line.split('\t').at(-1) ?? ''),
        onProblem: (message) => problems.push(message),
        onCall: ({ action, principal, error }) => calls.push(`${principal} ${action} ${error ?? ''}`),
      },
      ...options,
    });
    running.push(aws);
    const { endpoint, region, credentials } = aws;
    const sqs = new SQSClient({
      endpoint,
      region,
      credentials: { accessKeyId: '', secretAccessKey: '', ...credentials[SOURCE] },
    });
    return {
      aws,
      clock,
      sqs,
      send: (MessageBody: string) =>
        sqs.send(new SendMessageCommand({ QueueUrl: url('retry'), MessageBody })),
      depth: (name: string) => aws.queues.find((queue) => queue.name === name)?.depth(),
    };
  }

  test('brings messages to a function; failed ones come again, and end in the dead-letter queue', async () => {
    const { clock, sqs, send, depth } = await startQueues();
    const { MessageId } = await send('fail');
    await send('good');
    for (const attempt of [1, 2]) {
      await vi.waitFor(() => {
        expect(log.filter((line) => line === 'got fail')).toHaveLength(attempt);
        expect(depth('retry')).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
      }, WAIT);
      clock.advance(30_000);
    }
    await vi.waitFor(() => expect(depth('dead')).toEqual({ visible: 1, inFlight: 0, delayed: 0 }), WAIT);
    expect(depth('retry')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(log.toSorted()).toEqual(['got fail', 'got fail', 'got good']);

    // Nearly 14 days after it was sent.
    clock.advance(1_209_000_000);
    const receive = new ReceiveMessageCommand({
      QueueUrl: url('dead'),
      MessageSystemAttributeNames: ['All'],
    });
    const { Messages: [dead] = [] } = await sqs.send(receive);
    expect(dead).toMatchObject({
      MessageId,
      Body: 'fail',
      Attributes: {
        ApproximateReceiveCount: '3',
        DeadLetterQueueSourceArn: `arn:aws:sqs:${REGION}:${SOURCE}:retry`,
      },
    });
    expect(problems).toEqual([]);
  });

  test('stops a function that sends its queue a message for each message, and reports it', async () => {
    const world = { actions: [...WORK_ON_QUEUE, 'sqs:SendMessage'] };
    const { clock, send, depth } = await startQueues(world);
    await send('again');
    for (const stops of [1, 2]) {
      await vi.waitFor(() => expect(problems).toHaveLength(stops), WAIT);
      // The message that led to the stopped one is deleted by then, or a moment later.
      await vi.waitFor(() => expect(depth('retry')).toEqual({ visible: 0, inFlight: 1, delayed: 0 }), WAIT);
      clock.advance(30_000);
    }
    await vi.waitFor(() => expect(depth('dead')).toEqual({ visible: 1, inFlight: 0, delayed: 0 }), WAIT);
    await vi.waitFor(() => expect(log.filter((line) => line === 'got again')).toHaveLength(16), WAIT);
    for (const problem of problems)
      expect(problem).toMatch(
        /^Lambda stopped invocation .* of arn:aws:lambda:us-west-2:111111111111:function:worker: the function was invoked 16 times/,
      );
  });

  test('shows what queues and buckets hold, and the objects that an invocation refers to', async () => {
    const read: unknown[] = [];
    const events: LocalAwsOptions['events'] = {
      onInvocation: ({ event }, textOf) => void read.push(event, textOf('a'), textOf('none')),
    };
    const Bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'failures' } };
    const stack = { name: 'bucket', template: { Resources: { Bucket } } };
    const { aws, clock, send } = await startQueues({ queue: { DelaySeconds: 60 } }, { events }, [stack]);
    await send('good');
    const object = { method: 'PUT', bucket: 'failures', key: 'a', body: 'text' } as const;
    expect((await s3Request(aws.clientOf(SOURCE), object)).status).toBe(200);
    expect(aws.messageBodies()).toEqual(['good']);
    expect(await aws.objects()).toEqual([{ key: 'a', text: 'text' }]);

    clock.advance(60_000);
    await vi.waitFor(() => expect(aws.messageBodies()).toEqual([]), WAIT);
    expect(read).toEqual([{ Records: [expect.objectContaining({ body: 'good' })] }, 'text', undefined]);
  });

  test('lets a function hide a message for longer, as its role', async () => {
    const { clock, send, depth } = await startQueues();
    await send('later');
    for (const attempt of [1, 2]) {
      await vi.waitFor(() => {
        expect(log.filter((line) => line === 'hid later')).toHaveLength(attempt);
        expect(depth('retry')).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
      }, WAIT);
      clock.advance(899_000);
      expect(depth('retry')?.inFlight).toBe(1);
      clock.advance(1_000);
    }
    expect(calls).toContain(`arn:aws:sts::${SOURCE}:assumed-role/worker/worker sqs:ChangeMessageVisibility `);
  });

  test('is shown with its ARN and the URL that AWS would give', async () => {
    const { aws } = await startQueues({ mapping: { Enabled: false } });
    expect(aws.deployed.mappings).toEqual([]);
    expect(aws.queues).toEqual(
      ['dead', 'retry'].map((name) => ({
        name,
        account: SOURCE,
        arn: `arn:aws:sqs:${REGION}:${SOURCE}:${name}`,
        url: url(name),
        depth: expect.any(Function),
        messages: expect.any(Function),
      })),
    );
  });

  test('keeps its messages when its mapping is disabled', async () => {
    const { send, depth } = await startQueues({ mapping: { Enabled: false } });
    await send('good');
    expect(depth('retry')).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    expect(log).toEqual([]);
  });

  test.each<[string, Partial<QueueWorld>, string]>([
    [
      'when the function may run for longer than a message is hidden',
      { queue: { VisibilityTimeout: 19 } },
      'Queue visibility timeout: 19 seconds is less than Function timeout: 20 seconds',
    ],
    [
      'when the role may not read it',
      { actions: ['sqs:ReceiveMessage'] },
      'The provided execution role does not have permissions to call DeleteMessage on SQS.',
    ],
    [
      'that is not deployed',
      { mapping: { EventSourceArn: `arn:aws:sqs:${REGION}:${SOURCE}:none` } },
      `a queue arn:aws:sqs:${REGION}:${SOURCE}:none`,
    ],
  ])('has no mapping %s, and nothing is left behind', async (_, world, message) => {
    await expect(startQueues(world)).rejects.toThrow(message);
    expect(await temporaryFiles()).toEqual([]);
  });

  test('stops while a call waits for its messages', async () => {
    const { aws, sqs } = await startQueues();
    const command = new ReceiveMessageCommand({ QueueUrl: url('dead'), WaitTimeSeconds: 20 });
    const ended = sqs.send(command).then(
      () => 'answered',
      () => 'ended',
    );
    await aws.stop();
    sqs.destroy();
    expect(await ended).toBe('ended');
  });
});
