import { limits, partitionOf, queueArn } from '@xacct/core';
import type { HttpReply } from '../../endpoint/http.ts';
import { requireKey } from '../../iam/require-key.ts';
import { userIdOf } from '../../iam/principal.ts';
import { doBatch, readBatch } from './batch.ts';
import {
  describeReceived,
  describeSent,
  queueAttributeNames,
  queueAttributes,
  systemAttributeNames,
} from './describe.ts';
import { errorTypeOf, missingParameter, queryCodeOf, sqsError } from './errors.ts';
import { KEY_ACTIONS } from './key-actions.ts';
import { messageBytes, type NewMessage } from './message.ts';
import {
  type Input,
  optionalInteger,
  optionalText,
  refuseOthers,
  requiredText,
  texts,
} from './parameters.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { readMessage } from './read-message.ts';
import { CONTENT_TYPE_1_0, jsonReply, parseJsonBody, targetOperation } from '../../endpoint/json-protocol.ts';
import type { Call, Service } from '../../endpoint/service.ts';

const LONGEST_VISIBILITY_TIMEOUT_SECONDS = 43_200;

/**
 * Simple Queue Service, in AWS's JSON protocol 1.0.
 *
 * @param createdAt of all queues, epoch ms
 */
export function createSqs(queues: Queues, createdAt: number): Service {
  /** The queue of a request, once the caller may do this to it. A batch asks for the action of its parts. */
  const open = (call: Call, input: Input, action = call.operation): Queue => {
    const arn = arnOf(requiredText(input, 'QueueUrl'), call.region);
    return openArn(call, arn, action);
  };
  const openArn = (call: Call, arn: string, action: string): Queue => {
    const queue = queues.find(arn);
    call.authorize(arn, {
      action: `sqs:${action}`,
      resourceAccount: arn.split(':')[4] ?? '',
      resourcePolicy: queue?.deployed.policy,
    });
    if (queue === undefined) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    const { kmsKeyArn: keyArn, region } = queue.deployed;
    const { principal } = call;
    requireKey({ principal, keyArn, actions: KEY_ACTIONS[action] ?? [], service: 'sqs', region }, KEY_DENIED);
    return queue;
  };
  const read = ({ principal, request }: Call, input: Input, also: string) => ({
    ...readMessage(input, userIdOf(principal), also),
    traceHeader: request.headers['x-amzn-trace-id'],
  });

  const operations: Record<string, (call: Call, input: Input) => object | Promise<object>> = {
    SendMessage(call, input) {
      return describeSent(open(call, input).send(read(call, input, 'QueueUrl')));
    },
    SendMessageBatch(call, input) {
      const queue = open(call, input, 'SendMessage');
      return doBatch(readBatch(input), {
        read: (entry) => read(call, entry, 'Id'),
        checkAll: checkBatchBytes,
        work: (message) => describeSent(queue.send(message)),
      });
    },
    async ReceiveMessage(call, input) {
      const queue = open(call, input);
      refuseOthers(input, RECEIVE_PARAMETERS);
      const max = optionalInteger(input, 'MaxNumberOfMessages', 1, 10) ?? 1;
      const waitSeconds =
        optionalInteger(input, 'WaitTimeSeconds', 0, 20) ?? queue.deployed.receiveWaitSeconds;
      const timeout = optionalInteger(input, 'VisibilityTimeout', 0, LONGEST_VISIBILITY_TIMEOUT_SECONDS);
      const system = [...texts(input, 'AttributeNames'), ...texts(input, 'MessageSystemAttributeNames')];
      refuseUnknownNames(system, systemAttributeNames);
      const messages = await queue.receiveWithin(waitSeconds * 1000, max, timeout, queues.signal);
      if (messages.length === 0) return {};
      const attributes = texts(input, 'MessageAttributeNames');
      return { Messages: messages.map((message) => describeReceived(message, system, attributes)) };
    },
    DeleteMessage(call, input) {
      open(call, input).delete(requiredText(input, 'ReceiptHandle'));
      return {};
    },
    DeleteMessageBatch(call, input) {
      const queue = open(call, input, 'DeleteMessage');
      return doBatch(readBatch(input), {
        read: (entry) => requiredText(entry, 'ReceiptHandle'),
        work: (receiptHandle) => void queue.delete(receiptHandle),
      });
    },
    ChangeMessageVisibility(call, input) {
      const queue = open(call, input);
      queue.changeVisibility(...readVisibility(input));
      return {};
    },
    ChangeMessageVisibilityBatch(call, input) {
      const queue = open(call, input, 'ChangeMessageVisibility');
      return doBatch(readBatch(input), {
        read: readVisibility,
        work: (change) => void queue.changeVisibility(...change),
      });
    },
    GetQueueAttributes(call, input) {
      const queue = open(call, input);
      const asked = texts(input, 'AttributeNames');
      refuseUnknownNames(asked, queueAttributeNames);
      const chosen = Object.entries(queueAttributes(queue, createdAt)).filter(
        ([name]) => asked.includes('All') || asked.includes(name),
      );
      return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) };
    },
    GetQueueUrl(call, input) {
      const account = optionalText(input, 'QueueOwnerAWSAccountId') ?? call.principal.account;
      const arn = arnIn(account, call.region, requiredText(input, 'QueueName'));
      return { QueueUrl: urlOf(call, openArn(call, arn, 'GetQueueUrl')) };
    },
    ListQueues(call, input) {
      call.authorize(arnIn(call.principal.account, call.region, '*'));
      const prefix = optionalText(input, 'QueueNamePrefix') ?? '';
      const most = optionalInteger(input, 'MaxResults', 1, 1000);
      const after = optionalText(input, 'NextToken') ?? '';
      const found = queues
        .all()
        .filter(
          ({ deployed: { account, region } }) => account === call.principal.account && region === call.region,
        )
        .filter(({ deployed: { name } }) => name.startsWith(prefix) && name > after)
        .sort((a, b) => (a.deployed.name < b.deployed.name ? -1 : 1));
      // A token is the name of the last queue on the pages before.
      const page = found.slice(0, most ?? 1000);
      const more = most !== undefined && page.length < found.length;
      return {
        QueueUrls: page.map((queue) => urlOf(call, queue)),
        ...(more && { NextToken: page.at(-1)?.deployed.name }),
      };
    },
    PurgeQueue(call, input) {
      open(call, input).purge();
      return {};
    },
  };

  return {
    name: 'sqs',
    accessDenied: { code: 'AccessDeniedException', status: 403 },
    operationOf: (request) => {
      const operation = targetOperation(request, 'AmazonSQS');
      return operation !== undefined && Object.hasOwn(operations, operation) ? operation : undefined;
    },
    async handle(call) {
      const input = parseJsonBody(call.request, CONTENT_TYPE_1_0);
      return jsonReply(await operations[call.operation]?.(call, input), CONTENT_TYPE_1_0);
    },
    fail: (error): HttpReply => ({
      status: error.status,
      headers: {
        'content-type': CONTENT_TYPE_1_0,
        'x-amzn-query-error': `${queryCodeOf(error)};${error.status < 500 ? 'Sender' : 'Receiver'}`,
      },
      body: JSON.stringify({ __type: errorTypeOf(error), message: error.message }),
    }),
  };
}

const KEY_DENIED = { code: 'KmsAccessDenied', status: 400 };

const RECEIVE_PARAMETERS = [
  'AttributeNames',
  'MaxNumberOfMessages',
  'MessageAttributeNames',
  'MessageSystemAttributeNames',
  'QueueUrl',
  'VisibilityTimeout',
  'WaitTimeSeconds',
];

/**
 * A queue is found by the path of its URL, whether the rest is AWS's endpoint or this one.
 *
 * @throws {AwsError} InvalidAddress, for no queue's URL, or AWS's URL of a queue in another region
 */
function arnOf(url: string, region: string): string {
  const [, host = '', account, name] = /^https?:\/\/([^/]+)\/(\d{12})\/([\w.-]+)$/.exec(url) ?? [];
  const itsRegion = /^sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(host)?.[1] ?? region;
  if (account === undefined || name === undefined || itsRegion !== region)
    throw sqsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`);
  return arnIn(account, region, name);
}

function arnIn(account: string, region: string, name: string): string {
  return queueArn({ partition: partitionOf(region), account, region }, name);
}

/** At the endpoint that was called, as AWS's own answers have it. */
function urlOf({ request }: Call, { deployed: { account, name } }: Queue): string {
  return `http://${request.headers.host}/${account}/${name}`;
}

function readVisibility(input: Input): [receiptHandle: string, timeoutSeconds: number] {
  const receiptHandle = requiredText(input, 'ReceiptHandle');
  const timeout = optionalInteger(input, 'VisibilityTimeout', 0, LONGEST_VISIBILITY_TIMEOUT_SECONDS);
  if (timeout === undefined) throw missingParameter('VisibilityTimeout');
  return [receiptHandle, timeout];
}

function checkBatchBytes(messages: readonly NewMessage[]): void {
  const bytes = messages.reduce((sum, message) => sum + messageBytes(message), 0);
  const most = limits.sqs.messageBytes;
  if (bytes <= most) return;
  const message = `Batch requests cannot be longer than ${most} bytes. You have sent ${bytes} bytes.`;
  throw sqsError('BatchRequestTooLong', message);
}

function refuseUnknownNames(asked: readonly string[], known: readonly string[]): void {
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
}
