import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  method: string;
  /** As it was sent, still encoded. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What to answer; `unfinished` sends the head and the body, and then nothing more. Status 0 closes the connection. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  unfinished?: boolean;
}

export interface TestServer {
  url: string;
  /** The connections that were ever opened. */
  connections: () => number;
  close: () => Promise<void>;
}

/** A server on a free port of this machine. */
export async function startServer(
  answer: (request: ReceivedRequest) => Reply | Promise<Reply>,
): Promise<TestServer> {
  let connections = 0;
  const server = createServer(async (message, response) => {
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part as Buffer);
    const { method = '', url: path = '', headers } = message;
    send(response, await answer({ method, path, headers, body: Buffer.concat(parts) }));
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status, headers, body, unfinished }: Reply): void {
  if (status === 0) {
    response.destroy();
    return;
  }
  response.writeHead(status, headers);
  if (unfinished) response.write(body ?? '');
  else response.end(body);
}

/** An answer that never comes. */
export function never(): Promise<Reply> {
  return new Promise(() => {});
}

export interface Invocation {
  functionArn: string;
  /** `Event` or `RequestResponse`. */
  type: string;
  /** The payload, parsed. */
  event: { Records: { kinesis: { sequenceNumber: string } }[] };
  request: ReceivedRequest;
}

export interface AssumedRole {
  roleArn: string;
  roleSessionName: string;
  externalId: string;
  durationSeconds: number;
}

export interface SentMessage {
  queueUrl: string;
  body: string;
  group: string;
  delaySeconds: number;
}

/** A question for the attributes of a queue. */
export interface QueueQuestion {
  queueUrl: string;
  attributes: string[];
}

/** A server that speaks as much of Lambda, STS, SSM, SQS and S3 as the handler uses. */
export interface FakeAws extends TestServer {
  invocations: Invocation[];
  /** How functions answer, by ARN. One that is not listed takes everything. */
  functions: Map<string, (invocation: Invocation) => Reply | Promise<Reply>>;
  assumedRoles: AssumedRole[];
  /** Answers instead of STS, where it does not return undefined. */
  sts: (call: AssumedRole) => Reply | undefined | Promise<Reply | undefined>;
  /** SSM's parameters, by name. */
  parameters: Map<string, string>;
  /** The names that each call to SSM asked for. */
  reads: string[][];
  /** Answers instead of SSM, where it does not return undefined. */
  ssm: () => Reply | undefined | Promise<Reply | undefined>;
  messages: SentMessage[];
  /** The questions for attributes of queues. */
  questions: QueueQuestion[];
  /** ARN of the dead-letter queue of a queue, by its URL. */
  deadLetterQueues: Map<string, string>;
  /** Answers instead of SQS, where it does not return undefined. */
  sqs: (call: SentMessage | QueueQuestion) => Reply | undefined | Promise<Reply | undefined>;
  /** S3's objects, by path. */
  objects: Map<string, string>;
  /** Answers instead of S3, where it does not return undefined. */
  s3: (request: ReceivedRequest) => Reply | undefined | Promise<Reply | undefined>;
}

export async function startAws(options: { now?: () => number } = {}): Promise<FakeAws> {
  const { now = Date.now } = options;
  const answer = (request: ReceivedRequest): Reply | Promise<Reply> => {
    if (request.path.startsWith('/2015-03-31/functions/')) return invoke(aws, request);
    const operation = String(request.headers['x-amz-target'] ?? '');
    if (operation.startsWith('AmazonSQS.')) return callQueue(aws, operation, request);
    if (operation !== '') return readParameters(aws, request);
    if (request.method !== 'POST') return callBucket(aws, request);
    return assumeRole(aws, request, now());
  };
  const aws: FakeAws = {
    ...(await startServer(answer)),
    invocations: [],
    functions: new Map(),
    assumedRoles: [],
    sts: () => undefined,
    parameters: new Map(),
    reads: [],
    ssm: () => undefined,
    messages: [],
    questions: [],
    deadLetterQueues: new Map(),
    sqs: () => undefined,
    objects: new Map(),
    s3: () => undefined,
  };
  return aws;
}

/** The sequence numbers that a function got, by invocation. */
export function received(aws: FakeAws, functionArn: string): string[][] {
  return aws.invocations
    .filter((invocation) => invocation.functionArn === functionArn)
    .map(({ event }) => event.Records.map((record) => record.kinesis.sequenceNumber));
}

/** A function's result, of an invocation that waits for it. */
export function result(value: unknown): Reply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** The answer for a function that threw. */
export function functionError(errorType: string, errorMessage: string): Reply {
  const { headers, ...rest } = result({ errorType, errorMessage, trace: [] });
  return { ...rest, headers: { ...headers, 'x-amz-function-error': 'Unhandled' } };
}

/** An error of the service, in the protocol of Lambda and SSM. */
export function serviceError(status: number, name: string, message = ''): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ __type: name, message }),
  };
}

/** An error of STS. */
export function stsError(status: number, code: string, message: string): Reply {
  return xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );
}

/** The names of credentials that STS issues, `nth` counted from 1 over all roles. */
export function issuedCredentials(nth: number) {
  return { accessKeyId: `ASIA${nth}`, secretAccessKey: `issued secret ${nth}`, sessionToken: `token ${nth}` };
}

async function invoke(aws: FakeAws, request: ReceivedRequest): Promise<Reply> {
  const invocation: Invocation = {
    functionArn: decodeURIComponent(request.path.split('/')[3] ?? ''),
    type: String(request.headers['x-amz-invocation-type']),
    event: JSON.parse(request.body.toString()) as Invocation['event'],
    request,
  };
  aws.invocations.push(invocation);
  const answer = aws.functions.get(invocation.functionArn);
  if (answer !== undefined) return answer(invocation);
  return invocation.type === 'Event' ? { status: 202 } : result(null);
}

async function assumeRole(aws: FakeAws, request: ReceivedRequest, now: number): Promise<Reply> {
  const form = new URLSearchParams(request.body.toString());
  const field = (name: string) => form.get(name) ?? '';
  const call = {
    roleArn: field('RoleArn'),
    roleSessionName: field('RoleSessionName'),
    externalId: field('ExternalId'),
    durationSeconds: Number(field('DurationSeconds')),
  };
  const nth = aws.assumedRoles.push(call);
  const answer = await aws.sts(call);
  if (answer !== undefined) return answer;
  const issued = issuedCredentials(nth);
  return xml(
    200,
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>${issued.accessKeyId}</AccessKeyId>
      <SecretAccessKey>${issued.secretAccessKey}</SecretAccessKey>
      <SessionToken>${issued.sessionToken}</SessionToken>
      <Expiration>${new Date(now + call.durationSeconds * 1000).toISOString()}</Expiration>
    </Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  );
}

async function readParameters(aws: FakeAws, request: ReceivedRequest): Promise<Reply> {
  const { Names: names } = JSON.parse(request.body.toString()) as { Names: string[] };
  aws.reads.push(names);
  const answer = await aws.ssm();
  if (answer !== undefined) return answer;
  const found = names.flatMap((Name) => {
    const Value = aws.parameters.get(Name);
    return Value === undefined ? [] : [{ Name, Value, Type: 'String' }];
  });
  return result({ Parameters: found, InvalidParameters: names.filter((name) => !aws.parameters.has(name)) });
}

async function callQueue(aws: FakeAws, operation: string, request: ReceivedRequest): Promise<Reply> {
  const input = JSON.parse(request.body.toString());
  const queueUrl = String(input.QueueUrl);
  if (operation === 'AmazonSQS.SendMessage') {
    const body = String(input.MessageBody);
    const message = { queueUrl, body, group: input.MessageGroupId, delaySeconds: input.DelaySeconds };
    const answer = await aws.sqs(message);
    if (answer !== undefined) return answer;
    aws.messages.push(message);
    const MD5OfMessageBody = createHash('md5').update(body).digest('hex');
    return result({ MessageId: `message-${aws.messages.length}`, MD5OfMessageBody });
  }
  const question = { queueUrl, attributes: input.AttributeNames };
  aws.questions.push(question);
  const answer = await aws.sqs(question);
  if (answer !== undefined) return answer;
  const deadLetterTargetArn = aws.deadLetterQueues.get(queueUrl);
  if (deadLetterTargetArn === undefined || !question.attributes?.includes('RedrivePolicy')) return result({});
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 10 });
  return result({ Attributes: { RedrivePolicy } });
}

async function callBucket(aws: FakeAws, request: ReceivedRequest): Promise<Reply> {
  const answer = await aws.s3(request);
  if (answer !== undefined) return answer;
  const path = decodeURIComponent(request.path);
  if (request.method === 'PUT') {
    aws.objects.set(path, request.body.toString());
    return { status: 200 };
  }
  if (request.method === 'DELETE') {
    aws.objects.delete(path);
    return { status: 204 };
  }
  const body = aws.objects.get(path);
  return body === undefined ? xml(404, '<Error><Code>NoSuchKey</Code></Error>') : { status: 200, body };
}

function xml(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
