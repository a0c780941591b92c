import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type ListQueuesCommandInput,
  type MessageSystemAttributeName,
  PurgeQueueCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeployedQueue } from '../../../src/assembly/deployed-queue.ts';
import type { Principal } from '../../../src/iam/principal.ts';
import { md5OfBody } from '../../../src/services/sqs/md5.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import {
  allow,
  deployedQueue,
  policy,
  REGION,
  roleSession,
  SOURCE,
  steppedClock,
  TARGET,
  user,
} from '../../factories.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const ann = user(SOURCE, policy(allow('sqs:*', '*')));
const forwarder = roleSession(SOURCE, 'forwarder');
const ARN = `arn:aws:sqs:${REGION}:${SOURCE}:orders`;
const QueueUrl = `https://sqs.${REGION}.amazonaws.com/${SOURCE}/orders`;

/** Signatures are made with the system's time. */
let clock: Clock & { advance(ms: number): void };
let endpoint: Endpoint;

async function start(...queues: Partial<DeployedQueue>[]): Promise<void> {
  await endpoint?.stop();
  endpoint = await startServices({ queues: queues.map((queue) => deployedQueue(queue)), clock });
}

beforeEach(async () => {
  clock = steppedClock(Date.now());
  await start({});
  return () => endpoint.stop();
});

const as = (caller: Principal, region?: string) => new SQSClient(endpoint.as(caller, region));
const client = () => as(ann);
/** A client as in a function that was invoked with this trace header: the SDK sends it on. */
function tracing(header: string): SQSClient {
  const traced = client();
  const addHeader = (request: unknown) => {
    (request as { headers: Record<string, string> }).headers['X-Amzn-Trace-Id'] = header;
  };
  traced.middlewareStack.add(
    (next) => (args) => {
      addHeader(args.request);
      return next(args);
    },
    { step: 'build' },
  );
  return traced;
}
const send = (MessageBody: string, part: Partial<SendMessageCommandInput> = {}) =>
  client().send(new SendMessageCommand({ QueueUrl, MessageBody, ...part }));
const receive = async (part: Partial<ReceiveMessageCommandInput> = {}) =>
  (await client().send(new ReceiveMessageCommand({ QueueUrl, ...part }))).Messages;

describe('a queue that a customer managed key encrypts', () => {
  const kmsKeyArn = `arn:aws:kms:${REGION}:${SOURCE}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const viaSqs = (...actions: string[]) => ({
    ...allow(actions, kmsKeyArn),
    Condition: { StringEquals: { 'kms:ViaService': `sqs.${REGION}.amazonaws.com` } },
  });
  const holding = (...actions: string[]) =>
    as(user(SOURCE, policy(allow('sqs:*', '*'), ...(actions.length === 0 ? [] : [viaSqs(...actions)]))));
  const put = (sender: SQSClient) => sender.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));

  test('takes messages from callers that may generate and decrypt a data key, and gives them to callers that may decrypt it', async () => {
    await start({ kmsKeyArn, sqsManagedSse: false });
    await put(holding('kms:GenerateDataKey', 'kms:Decrypt'));
    const denied = {
      name: 'KmsAccessDenied',
      message: expect.stringContaining(' on resource: arn:aws:kms:'),
    };
    for (const lacking of [[], ['kms:GenerateDataKey'], ['kms:Decrypt']])
      await expect(put(holding(...lacking))).rejects.toMatchObject(denied);
    const read = (reader: SQSClient) => reader.send(new ReceiveMessageCommand({ QueueUrl }));
    await expect(read(client())).rejects.toMatchObject(denied);
    expect((await read(holding('kms:Decrypt'))).Messages).toHaveLength(1);
  });

  test('names its key', async () => {
    await start({ kmsKeyArn, sqsManagedSse: false });
    const { Attributes } = await client().send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['KmsMasterKeyId', 'SqsManagedSseEnabled'] }),
    );
    expect(Attributes).toEqual({ KmsMasterKeyId: kmsKeyArn, SqsManagedSseEnabled: 'false' });
  });
});

describe('SendMessage and ReceiveMessage', () => {
  test('bring a message with digests that the SDK checks', async () => {
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'é' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) },
    };
    const body = '{"text":"é\\n\u{1f600}"}';
    const sent = await send(body, { MessageAttributes });
    expect(sent).toMatchObject({
      MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      MD5OfMessageBody: md5OfBody(body),
      MD5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const [message] = (await receive({ MessageAttributeNames: ['All'] })) ?? [];
    expect(message).toEqual({
      MessageId: sent.MessageId,
      ReceiptHandle: expect.any(String),
      Body: body,
      MD5OfBody: sent.MD5OfMessageBody,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: {
        ...MessageAttributes,
        bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
      },
    });
  });

  test('give the attributes that are asked for', async () => {
    const attribute = { DataType: 'String', StringValue: 'a' };
    const MessageAttributes = { 'a.one': attribute, 'a.two': attribute, ab: attribute };
    await send('a', { MessageGroupId: 'g', MessageAttributes });
    const SYSTEM = [
      'ApproximateReceiveCount',
      'SentTimestamp',
      'SenderId',
      'ApproximateFirstReceiveTimestamp',
      'MessageGroupId',
    ];
    const names = async (part: Partial<ReceiveMessageCommandInput>) => {
      const [message] = (await receive({ VisibilityTimeout: 0, ...part })) ?? [];
      return [Object.keys(message?.Attributes ?? {}), Object.keys(message?.MessageAttributes ?? {})];
    };
    expect(await names({})).toEqual([[], []]);
    expect(await names({ AttributeNames: ['All'], MessageAttributeNames: ['a.*'] })).toEqual([
      SYSTEM,
      ['a.one', 'a.two'],
    ]);
    expect(
      await names({ MessageSystemAttributeNames: ['MessageGroupId'], MessageAttributeNames: ['ab', 'none'] }),
    ).toEqual([['MessageGroupId'], ['ab']]);
    const [message] = (await receive({ MessageSystemAttributeNames: ['All'] })) ?? [];
    const now = String(clock.now());
    expect(message?.Attributes).toEqual({
      ApproximateReceiveCount: '4',
      ApproximateFirstReceiveTimestamp: now,
      SentTimestamp: now,
      SenderId: 'ann',
      MessageGroupId: 'g',
    });
  });

  test('keep the trace header of the request, for whoever asks for it', async () => {
    const header =
      'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a87bd80c:0';
    const sender = tracing(header);
    await sender.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    const Entries = [
      { Id: 'b', MessageBody: 'b' },
      { Id: 'c', MessageBody: 'c' },
    ];
    await sender.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await send('d');
    const get = (...MessageSystemAttributeNames: MessageSystemAttributeName[]) =>
      receive({ MaxNumberOfMessages: 10, VisibilityTimeout: 0, MessageSystemAttributeNames });
    const asked = await get('AWSTraceHeader');
    const all = await get('All');
    for (const messages of [asked, all])
      expect(messages?.map(({ Body, Attributes }) => [Body, Attributes?.AWSTraceHeader])).toEqual([
        ['a', header],
        ['b', header],
        ['c', header],
        ['d', undefined],
      ]);
    expect((await get('SenderId'))?.[0]?.Attributes).toEqual({ SenderId: 'ann' });
  });

  test('name the queue that a dead letter came from', async () => {
    const dead = deployedQueue({ name: 'dead' });
    await start({ redrive: { deadLetterArn: dead.arn, maxReceiveCount: 1 } }, dead);
    const { MessageId } = await send('a');
    await receive({ VisibilityTimeout: 0 });
    expect(await receive()).toBeUndefined();
    const [message] =
      (await receive({ QueueUrl: dead.url, MessageSystemAttributeNames: ['DeadLetterQueueSourceArn'] })) ??
      [];
    expect(message).toMatchObject({ MessageId, Attributes: { DeadLetterQueueSourceArn: ARN } });
  });

  test('wait for a message up to 20 seconds, or as the queue has it', async () => {
    await start({ receiveWaitSeconds: 5 });
    for (const [part, ms] of [
      [{ WaitTimeSeconds: 20 }, 20_000],
      [{}, 5_000],
    ] as const) {
      const before = endpoint.calls.length;
      let ended = false;
      const waiting = receive(part).finally(() => {
        ended = true;
      });
      // The next call is answered while this one waits.
      while (endpoint.calls.length === before) await client().send(new ListQueuesCommand());
      expect(ended).toBe(false);
      clock.advance(ms);
      expect(await waiting).toBeUndefined();
    }
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('a');
    expect((await waiting)?.[0]?.Body).toBe('a');
  });

  test('receive no more than may be in flight: an error without a wait, and none with one', async () => {
    await endpoint.stop();
    endpoint = await startServices({ queues: [deployedQueue()], messagesInFlight: 2, clock });
    for (const body of ['a', 'b', 'c']) await send(body);
    const [first] = (await receive({ MaxNumberOfMessages: 10 })) ?? [];
    await expect(receive()).rejects.toMatchObject({
      name: 'OverLimit',
      $metadata: expect.objectContaining({ httpStatusCode: 403 }),
    });
    const waiting = receive({ WaitTimeSeconds: 20 });
    const { ReceiptHandle } = first ?? {};
    await client().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    expect((await waiting)?.map(({ Body }) => Body)).toEqual(['c']);
  });

  test.each([
    ['a message of more than 1 MiB', { MessageBody: 'a'.repeat(1024 * 1024 + 1) }, 'InvalidParameterValue'],
    ['a character that XML does not have', { MessageBody: '\u0000' }, 'InvalidMessageContents'],
    ['a delay of 901 s', { DelaySeconds: 901 }, 'InvalidParameterValue'],
  ])('refuse %s', async (_, part, Code) => {
    await expect(send('a', part)).rejects.toMatchObject({ Code });
  });

  test('take a message of 1 MiB', async () => {
    await send('a'.repeat(1024 * 1024));
    expect((await receive())?.[0]?.Body).toHaveLength(1024 * 1024);
  });

  test.each([
    ['11 messages', { MaxNumberOfMessages: 11 }, 'InvalidParameterValue'],
    ['no message', { MaxNumberOfMessages: 0 }, 'InvalidParameterValue'],
    ['a wait of 21 s', { WaitTimeSeconds: 21 }, 'InvalidParameterValue'],
    ['a timeout of over 12 hours', { VisibilityTimeout: 43_201 }, 'InvalidParameterValue'],
    [
      'an attribute that is not known',
      { MessageSystemAttributeNames: ['SequenceNumber' as const] },
      'InvalidAttributeName',
    ],
    ['what only FIFO queues have', { ReceiveRequestAttemptId: 'a' }, 'InvalidParameterValue'],
  ])('refuse to receive %s', async (_, part, Code) => {
    await expect(receive(part)).rejects.toMatchObject({ Code });
  });
});

describe('SendMessageBatch', () => {
  const entries = (...bodies: string[]) =>
    bodies.map((MessageBody, index) => ({ Id: `id-${index}`, MessageBody }));
  const sendBatch = (Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[]) =>
    client().send(new SendMessageBatchCommand({ QueueUrl, Entries }));

  test('sends each entry by itself', async () => {
    const { Successful, Failed } = await sendBatch(entries('a', '\u0001', 'b'));
    expect(Successful?.map(({ Id }) => Id)).toEqual(['id-0', 'id-2']);
    expect(Failed).toEqual([
      { Id: 'id-1', SenderFault: true, Code: 'InvalidMessageContents', Message: expect.any(String) },
    ]);
    expect((await receive({ MaxNumberOfMessages: 10 }))?.map(({ Body }) => Body)).toEqual(['a', 'b']);
  });

  test('takes 1 MiB over all entries, and not a byte more', async () => {
    const half = 'a'.repeat(512 * 1024);
    expect((await sendBatch(entries(half, half))).Successful).toHaveLength(2);
    await expect(sendBatch(entries(half, half, 'a'))).rejects.toMatchObject({
      name: 'BatchRequestTooLong',
      message: 'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    });
    expect(endpoint.queues.find(ARN)?.depth().visible).toBe(2);
  });

  test.each([
    ['no entries', [], 'EmptyBatchRequest'],
    ['eleven entries', Array.from({ length: 11 }, () => 'a'), 'TooManyEntriesInBatchRequest'],
  ])('refuses %s', async (_, bodies, name) => {
    await expect(sendBatch(entries(...bodies))).rejects.toMatchObject({ name });
  });
});

describe('DeleteMessage and ChangeMessageVisibility', () => {
  test('act by receipt handle, one by one or in batches', async () => {
    for (const body of ['a', 'b', 'c', 'd']) await send(body);
    const received = (await receive({ MaxNumberOfMessages: 10 })) ?? [];
    const [a, b, c, d] = received.map(({ ReceiptHandle = '' }) => ReceiptHandle);
    await client().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: a }));
    const Entries = [
      { Id: 'b', ReceiptHandle: b },
      { Id: 'none', ReceiptHandle: 'none' },
    ];
    expect(await client().send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).toMatchObject({
      Successful: [{ Id: 'b' }],
      Failed: [{ Id: 'none', Code: 'ReceiptHandleIsInvalid', SenderFault: true }],
    });
    await client().send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: c, VisibilityTimeout: 0 }),
    );
    expect(endpoint.queues.find(ARN)?.depth()).toEqual({ visible: 1, inFlight: 1, delayed: 0 });
    const changes = [
      { Id: 'c', ReceiptHandle: c, VisibilityTimeout: 10 },
      { Id: 'd', ReceiptHandle: d, VisibilityTimeout: 0 },
    ];
    const changed = await client().send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: changes }),
    );
    expect(changed).toMatchObject({
      Successful: [{ Id: 'd' }],
      Failed: [{ Id: 'c', Code: 'AWS.SimpleQueueService.MessageNotInflight' }],
    });
    expect(endpoint.queues.find(ARN)?.depth()).toEqual({ visible: 2, inFlight: 0, delayed: 0 });
  });

  test.each([
    [
      'a handle of none',
      'none',
      1,
      { name: 'ReceiptHandleIsInvalid', $metadata: expect.objectContaining({ httpStatusCode: 404 }) },
    ],
    ['no handle', '', 1, { Code: 'MissingParameter' }],
    ['no timeout', 'none', undefined, { Code: 'MissingParameter' }],
    ['a timeout of over 12 hours', 'none', 43_201, { Code: 'InvalidParameterValue' }],
  ])('refuse %s', async (_, ReceiptHandle, VisibilityTimeout, error) => {
    const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout });
    await expect(client().send(command)).rejects.toMatchObject(error);
  });
});

describe('GetQueueAttributes', () => {
  test('gives what is asked for, all as text', async () => {
    const document = { Version: '2012-10-17', Statement: [] };
    const dead = deployedQueue({
      name: 'dead',
      redriveAllow: { redrivePermission: 'byQueue', sourceQueueArns: [ARN] },
    });
    await start(
      { redrive: { deadLetterArn: dead.arn, maxReceiveCount: 3 }, policyDocument: JSON.stringify(document) },
      dead,
    );
    await send('a');
    await send('b', { DelaySeconds: 1 });
    await send('c');
    await receive();
    const get = async (url: string, ...AttributeNames: QueueAttributeName[]) =>
      (await client().send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }))).Attributes;
    const seconds = String(Math.floor(clock.now() / 1000));
    expect(await get(QueueUrl, 'All')).toEqual({
      QueueArn: ARN,
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      CreatedTimestamp: seconds,
      LastModifiedTimestamp: seconds,
      VisibilityTimeout: '30',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      DelaySeconds: '0',
      ReceiveMessageWaitTimeSeconds: '0',
      SqsManagedSseEnabled: 'true',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 3 }),
      Policy: JSON.stringify(document),
    });
    expect(await get(QueueUrl, 'QueueArn', 'DelaySeconds')).toEqual({ QueueArn: ARN, DelaySeconds: '0' });
    expect(await get(QueueUrl)).toBeUndefined();
    expect(await get(dead.url, 'RedriveAllowPolicy')).toEqual({
      RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [ARN] }),
    });
    await expect(get(QueueUrl, 'FifoQueue')).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });

  test('gives the dead-letter queue to a role that may do nothing else', async () => {
    const dead = deployedQueue({ name: 'dead' });
    await start({ redrive: { deadLetterArn: dead.arn, maxReceiveCount: 16 } }, dead);
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] });
    const reader = roleSession(SOURCE, 'reader', policy(allow('sqs:GetQueueAttributes', ARN)));
    expect(JSON.parse((await as(reader).send(command)).Attributes?.RedrivePolicy ?? '{}')).toEqual({
      deadLetterTargetArn: dead.arn,
      maxReceiveCount: 16,
    });
    const sender = roleSession(SOURCE, 'sender', policy(allow('sqs:SendMessage', ARN)));
    await expect(as(sender).send(command)).rejects.toMatchObject({ Code: 'AccessDenied' });
  });
});

describe('GetQueueUrl and ListQueues', () => {
  test('give URLs at the endpoint that was called, which find the queue again', async () => {
    const { QueueUrl: url } = await client().send(new GetQueueUrlCommand({ QueueName: 'orders' }));
    expect(url).toBe(`${endpoint.endpoint}/${SOURCE}/orders`);
    await send('a', { QueueUrl: url });
    expect(await receive()).toHaveLength(1);
  });

  test('list the queues of the caller in its region, in pages', async () => {
    await start(
      { name: 'b' },
      { name: 'a1' },
      { name: 'a2' },
      { name: 'a3', region: 'eu-west-1' },
      { name: 'a4', account: TARGET },
    );
    const names = (urls: string[] = []) => urls.map((url) => url.slice(url.lastIndexOf('/') + 1));
    const list = (input: ListQueuesCommandInput) => client().send(new ListQueuesCommand(input));
    expect(names((await list({})).QueueUrls)).toEqual(['a1', 'a2', 'b']);
    expect(names((await list({ QueueNamePrefix: 'a' })).QueueUrls)).toEqual(['a1', 'a2']);
    const first = await list({ MaxResults: 2 });
    expect(names(first.QueueUrls)).toEqual(['a1', 'a2']);
    const second = await list({ MaxResults: 2, NextToken: first.NextToken });
    expect([names(second.QueueUrls), second.NextToken]).toEqual([['b'], undefined]);
  });
});

describe('PurgeQueue', () => {
  test('deletes all, and once a minute', async () => {
    await send('a');
    await client().send(new PurgeQueueCommand({ QueueUrl }));
    expect(await receive()).toBeUndefined();
    await expect(client().send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'PurgeQueueInProgress',
      $metadata: expect.objectContaining({ httpStatusCode: 403 }),
    });
  });
});

describe('sqs', () => {
  test('lets a role of its account in by the policy of the queue only, and no role of another account', async () => {
    const statement = (account: string) => ({
      ...allow('sqs:SendMessage', ARN),
      Principal: { AWS: `arn:aws:iam::${account}:role/forwarder` },
    });
    await start({ policy: policy(statement(SOURCE), statement(TARGET)) });
    const command = new SendMessageCommand({ QueueUrl, MessageBody: 'a' });
    const batch = new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'a' }] });
    await as(forwarder).send(command);
    await as(forwarder).send(batch);
    await expect(as(forwarder).send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${forwarder.arn} is not authorized to perform: sqs:ReceiveMessage on resource: ${ARN} because no identity-based policy allows the sqs:ReceiveMessage action`,
      $metadata: expect.objectContaining({ httpStatusCode: 403 }),
    });
    const theirs = roleSession(TARGET, 'forwarder');
    await expect(as(theirs).send(command)).rejects.toMatchObject({ Code: 'AccessDenied' });
    const allowed = roleSession(TARGET, 'forwarder', policy(allow('sqs:SendMessage', ARN)));
    await as(allowed).send(command);
  });

  test('treats each request as sent over TLS', async () => {
    const deny = (secure: string) =>
      policy({
        ...allow('sqs:*', ARN),
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': secure } },
      });
    await start({ policy: deny('false') });
    await send('a');
    await start({ policy: deny('true') });
    await expect(send('a')).rejects.toMatchObject({ Code: 'AccessDenied' });
  });

  test.each([
    [
      'no queue',
      `https://sqs.${REGION}.amazonaws.com/${SOURCE}/none`,
      'QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue',
    ],
    [
      'a queue in another region',
      `https://sqs.eu-west-1.amazonaws.com/${SOURCE}/orders`,
      'InvalidAddress',
      'InvalidAddress',
    ],
    ['no account', `https://sqs.${REGION}.amazonaws.com/orders`, 'InvalidAddress', 'InvalidAddress'],
  ])('refuses the URL of %s', async (_, url, name, Code) => {
    await expect(send('a', { QueueUrl: url })).rejects.toMatchObject({ name, Code, Type: 'Sender' });
  });

  test('reports wrong credentials by names that the SDK knows', async () => {
    const config = endpoint.as(ann);
    const wrongSecret = { ...config.credentials, secretAccessKey: 'other' };
    const unknownKey = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'other' };
    for (const [credentials, name] of [
      [wrongSecret, 'SignatureDoesNotMatch'],
      [unknownKey, 'InvalidClientTokenId'],
    ] as const) {
      const sent = new SQSClient({ ...config, credentials }).send(new ListQueuesCommand());
      await expect(sent).rejects.toMatchObject({
        name,
        $metadata: expect.objectContaining({ httpStatusCode: 403 }),
      });
    }
  });

  test('writes the full name of an error into the body, and the name of the query protocol into a header', async () => {
    const response = await fetch(endpoint.endpoint, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=a/20260115/${REGION}/sqs/aws4_request` },
    });
    expect(response.headers.get('x-amzn-query-error')).toBe('IncompleteSignature;Sender');
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0');
    expect(await response.json()).toMatchObject({ __type: 'com.amazon.coral.service#IncompleteSignature' });
  });

  test('refuses unknown operations and parameters', async () => {
    await expect(client().send(new CreateQueueCommand({ QueueName: 'a' }))).rejects.toMatchObject({
      message: 'The local AWS does not know this operation of sqs',
    });
    const MessageSystemAttributes = { AWSTraceHeader: { DataType: 'String', StringValue: 'a' } };
    await expect(send('a', { MessageSystemAttributes })).rejects.toMatchObject({
      message: 'The local AWS does not know the parameter MessageSystemAttributes here',
    });
  });
});
