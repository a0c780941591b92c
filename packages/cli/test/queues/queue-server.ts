import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { answerS3, type Objects, operationOf, s3Failure } from '../bucket/bucket-server.ts';

/** Queues and buckets that commands reach by `AWS_ENDPOINT_URL`; tests look at them from the other side. */
export interface QueueServer {
  endpoint: string;
  /** Makes a queue, or empties it, and fills it. */
  fill(queue: string, messages: readonly SentMessage[]): void;
  /** What a queue holds, whether it can be received or not. */
  messages(queue: string): HeldMessage[];
  /** Makes a bucket, or empties it, and fills it. */
  fillBucket(bucket: string, objects: Readonly<Record<string, string>>): Objects;
  /** The values of parameters, by name; all of them are answered as changed at the same time. */
  parameters: Map<string, string>;
  /** The names of the operations called, in order. */
  calls: string[];
  /** Answers an operation with this error from now on; undefined: as usual again. */
  refuse(operation: string, error: { type: string; status: number } | undefined): void;
  close(): Promise<void>;
}

export interface SentMessage {
  body: string;
  groupId?: string;
}

export interface HeldMessage extends SentMessage {
  id: string;
  receives: number;
  /** Epoch ms until which it is hidden. */
  hiddenUntil: number;
}

interface Entry {
  Id: string;
  ReceiptHandle: string;
  VisibilityTimeout: number;
}

interface Input {
  QueueUrl: string;
  MaxNumberOfMessages: number;
  VisibilityTimeout: number;
  ReceiptHandle: string;
  MessageBody: string;
  MessageGroupId?: string;
  Entries: Entry[];
  Names: string[];
}

/** As much of SQS as the commands use, in AWS's JSON protocol 1.0. Each queue is known by its name alone. */
export async function startQueueServer(): Promise<QueueServer> {
  const queues = new Map<string, HeldMessage[]>();
  const buckets = new Map<string, Objects>();
  const refused = new Map<string, { type: string; status: number }>();
  const calls: string[] = [];
  const parameters = new Map<string, string>();

  const operations: Record<string, (queue: HeldMessage[], input: Input) => object> = {
    GetQueueAttributes: (queue) => ({
      Attributes: {
        ApproximateNumberOfMessages: String(queue.filter(isVisible).length),
        ApproximateNumberOfMessagesNotVisible: String(queue.filter((held) => !isVisible(held)).length),
        ApproximateNumberOfMessagesDelayed: '0',
      },
    }),
    ReceiveMessage(queue, { MaxNumberOfMessages, VisibilityTimeout }) {
      const received = queue.filter(isVisible).slice(0, MaxNumberOfMessages);
      for (const held of received) {
        held.receives += 1;
        held.hiddenUntil = Date.now() + VisibilityTimeout * 1000;
      }
      return { Messages: received.map(describe) };
    },
    ChangeMessageVisibilityBatch(queue, { Entries }) {
      for (const { ReceiptHandle, VisibilityTimeout } of Entries) {
        const held = queue.find((candidate) => handleOf(candidate) === ReceiptHandle);
        if (held !== undefined) held.hiddenUntil = Date.now() + VisibilityTimeout * 1000;
      }
      return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
    SendMessage(queue, { MessageBody, MessageGroupId }) {
      const held = hold({ body: MessageBody, ...(MessageGroupId && { groupId: MessageGroupId }) });
      queue.push(held);
      return { MessageId: held.id, MD5OfMessageBody: md5(MessageBody) };
    },
    DeleteMessage(queue, { ReceiptHandle }) {
      const index = queue.findIndex((held) => handleOf(held) === ReceiptHandle);
      if (index >= 0) queue.splice(index, 1);
      return {};
    },
  };

  /** What has no target is S3's. */
  async function answer(
    request: IncomingMessage,
  ): Promise<{ status: number; body: object | string; headers?: Record<string, string> }> {
    if (request.headers['x-amz-target'] === undefined) {
      const operation = operationOf(request);
      calls.push(operation);
      const error = refused.get(operation);
      return error === undefined
        ? answerS3(request, operation, buckets)
        : s3Failure(error.status, error.type);
    }
    const operation = String(request.headers['x-amz-target']).replace(/^Amazon\w+\./, '');
    const input = (await json(request)) as Input;
    calls.push(operation);
    const error = refused.get(operation);
    if (error !== undefined) return failure(error);
    if (operation === 'GetParameters') {
      const found = input.Names.filter((name) => parameters.has(name));
      const describeOne = (Name: string) => ({ Name, Value: parameters.get(Name), LastModifiedDate: 1 });
      return { status: 200, body: { Parameters: found.map(describeOne) } };
    }
    const queue = queues.get(new URL(input.QueueUrl).pathname.split('/').at(-1) ?? '');
    if (queue === undefined) return failure({ type: 'com.amazonaws.sqs#QueueDoesNotExist', status: 400 });
    const handle = operations[operation];
    if (handle === undefined) return failure({ type: 'UnknownOperationException', status: 404 });
    return { status: 200, body: handle(queue, input) };
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body, headers }) => {
      const isXml = typeof body === 'string';
      response
        .writeHead(status, {
          'content-type': isXml ? 'application/xml' : 'application/x-amz-json-1.0',
          ...headers,
        })
        .end(isXml ? body : JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fill: (queue, messages) => void queues.set(queue, messages.map(hold)),
    messages: (queue) => queues.get(queue) ?? [],
    fillBucket(bucket, objects) {
      const filled = new Map(Object.entries(objects));
      buckets.set(bucket, filled);
      return filled;
    },
    parameters,
    calls,
    refuse(operation, error) {
      if (error === undefined) refused.delete(operation);
      else refused.set(operation, error);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function hold(sent: SentMessage): HeldMessage {
  return { ...sent, id: randomUUID(), receives: 0, hiddenUntil: 0 };
}

function isVisible({ hiddenUntil }: HeldMessage): boolean {
  return hiddenUntil <= Date.now();
}

/** Another one for each receive, as in SQS. */
function handleOf({ id, receives }: HeldMessage): string {
  return `${id}:${receives}`;
}

function describe(held: HeldMessage) {
  return {
    MessageId: held.id,
    ReceiptHandle: handleOf(held),
    Body: held.body,
    MD5OfBody: md5(held.body),
    ...(held.groupId !== undefined && { Attributes: { MessageGroupId: held.groupId } }),
  };
}

function failure({ type, status }: { type: string; status: number }): { status: number; body: object } {
  return { status, body: { __type: type, message: 'no' } };
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Starts a server that commands of this process reach. */
export async function startQueues(): Promise<QueueServer> {
  const server = await startQueueServer();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  return server;
}
