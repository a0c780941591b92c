import { FILLED, type InputOf, type InputSchema, integer, readInput, TEXT } from '../../endpoint/input.ts';
import { jsonProtocol } from '../../endpoint/json-protocol.ts';
import {
  type AuthorizedCall,
  accountOf,
  locateResource,
  type Operation,
  operation,
  type Protocol,
  type ServiceDefinition,
} from '../../endpoint/service.ts';
import { doBatch, readBatch } from './batch.ts';
import { describeSent, queueAttributeNames, queueAttributes, valuesOf } from './describe.ts';
import { errorTypeOf, queryCodeOf, sqsError } from './errors.ts';
import { failures } from './failures.ts';
import type { NewMessage } from './message.ts';
import { parameterErrors } from './parameters.ts';
import { LONGEST_VISIBILITY_TIMEOUT_SECONDS, type Queue } from './queue.ts';
import { queueArnAt, queueArnIn, queueUrlAt } from './queue-address.ts';
import type { Queues } from './queues.ts';
import { checkBatchBytes, MESSAGE, readMessage } from './read-message.ts';
import { RECEIVE, receiveMessages } from './receive-messages.ts';
import { requireQueueKey } from './require-queue-key.ts';

/** Errors carry the code that they had in the query protocol, too. */
const protocol: Protocol = {
  ...jsonProtocol('AmazonSQS', '1.0'),
  inputErrors: () => parameterErrors,
  fail: (error) => ({
    status: error.status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-query-error': `${queryCodeOf(error)};${error.status < 500 ? 'Sender' : 'Receiver'}`,
    },
    body: JSON.stringify({ __type: errorTypeOf(error), message: error.message }),
  }),
};

const DELETE = { properties: { ReceiptHandle: FILLED }, required: ['ReceiptHandle'] } as const;
const CHANGE_VISIBILITY = {
  properties: { ReceiptHandle: FILLED, VisibilityTimeout: integer(0, LONGEST_VISIBILITY_TIMEOUT_SECONDS) },
  required: ['ReceiptHandle', 'VisibilityTimeout'],
} as const;
const LIST_QUEUES = {
  properties: { QueueNamePrefix: TEXT, MaxResults: integer(1, 1000), NextToken: TEXT },
} as const;
const BATCH = { properties: { Entries: { type: 'array', items: { type: 'object' } } } } as const;

/** An operation on the queue of `QueueUrl`. */
function onQueue<const Schema extends InputSchema>(
  action: string,
  input: Schema,
  work: (
    queue: Queue,
    input: InputOf<Schema> & { QueueUrl: string },
    call: AuthorizedCall,
    queues: Queues,
  ) => object | Promise<object>,
): Operation<Queues> {
  return {
    input: {
      properties: { QueueUrl: FILLED, ...input.properties },
      required: ['QueueUrl', ...(input.required ?? [])],
    },
    action: `sqs:${action}`,
    resource: ({ QueueUrl }: { QueueUrl: string }, { region }) => queueArnAt(QueueUrl, region),
    handle: (call, values, queues) => work(open(call, queues, action), values, call, queues),
  };
}

/**
 * A batch of an operation: asks for the action of that operation.
 *
 * @param read an entry, which has the input of that operation
 * @param checkAll refuses the complete batch, before anything is done
 */
function onEntries<Entry, T>(
  name: string,
  read: (entry: Entry, call: AuthorizedCall) => T,
  work: (queue: Queue, item: T) => object,
  checkAll?: (items: readonly T[]) => void,
): Operation<Queues> {
  return onQueue(name, BATCH, (queue, { QueueUrl, Entries = [] }, call) =>
    doBatch(readBatch(Entries), {
      read: (entry) => read(readInput('sqs', name, { ...entry, QueueUrl }, parameterErrors) as Entry, call),
      work: (item) => work(queue, item),
      ...(checkAll && { checkAll }),
    }),
  );
}

/** Simple Queue Service. */
export const sqs: ServiceDefinition<'sqs', Queues> = {
  name: 'sqs',
  protocol,
  accessDenied: { code: 'AccessDeniedException', status: 403 },
  failures,
  locate: locateResource,
  operations: {
    SendMessage: onQueue('SendMessage', MESSAGE, (queue, input, call) =>
      sendMessage(queue, readMessage(input, call)),
    ),
    SendMessageBatch: onEntries('SendMessage', readMessage, sendMessage, checkBatchBytes),
    ReceiveMessage: onQueue('ReceiveMessage', RECEIVE, (queue, input, _, { signal }) =>
      receiveMessages(queue, input, signal),
    ),
    DeleteMessage: onQueue('DeleteMessage', DELETE, deleteMessage),
    DeleteMessageBatch: onEntries('DeleteMessage', (entry: InputOf<typeof DELETE>) => entry, deleteMessage),
    ChangeMessageVisibility: onQueue('ChangeMessageVisibility', CHANGE_VISIBILITY, changeVisibility),
    ChangeMessageVisibilityBatch: onEntries(
      'ChangeMessageVisibility',
      (entry: InputOf<typeof CHANGE_VISIBILITY>) => entry,
      changeVisibility,
    ),
    GetQueueAttributes: onQueue(
      'GetQueueAttributes',
      { properties: { AttributeNames: { type: 'array', items: { enum: queueAttributeNames } } } },
      (queue, { AttributeNames = [] }) => {
        const chosen = valuesOf(queueAttributes, queue, AttributeNames);
        return Object.keys(chosen).length === 0 ? {} : { Attributes: chosen };
      },
    ),
    GetQueueUrl: operation({
      input: { properties: { QueueName: FILLED, QueueOwnerAWSAccountId: TEXT }, required: ['QueueName'] },
      action: 'sqs:GetQueueUrl',
      resource: ({ QueueName, QueueOwnerAWSAccountId }, { principal, region }) =>
        queueArnIn(QueueOwnerAWSAccountId ?? principal.account, region, QueueName),
      handle: (call, _, queues) => ({ QueueUrl: queueUrlAt(call, open(call, queues, 'GetQueueUrl')) }),
    }),
    ListQueues: operation({
      input: LIST_QUEUES,
      action: 'sqs:ListQueues',
      resource: (_, { principal, region }) => queueArnIn(principal.account, region, '*'),
      handle: listQueues,
    }),
    PurgeQueue: onQueue('PurgeQueue', { properties: {} }, (queue) => {
      queue.purge();
      return {};
    }),
  },
};

function sendMessage(queue: Queue, message: NewMessage): object {
  return describeSent(queue.send(message));
}

function deleteMessage(queue: Queue, { ReceiptHandle }: InputOf<typeof DELETE>): object {
  queue.delete(ReceiptHandle);
  return {};
}

function changeVisibility(
  queue: Queue,
  { ReceiptHandle, VisibilityTimeout }: InputOf<typeof CHANGE_VISIBILITY>,
): object {
  queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
  return {};
}

/** The queue that a call is about, once the caller may do the action to it. */
function open(
  { resource: arn, principal, authorize }: AuthorizedCall,
  queues: Queues,
  action: string,
): Queue {
  const queue = queues.find(arn);
  authorize(arn, { resourceAccount: accountOf(arn), resourcePolicy: queue?.deployed.policy });
  if (queue === undefined) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
  requireQueueKey(principal, queue.deployed, action, { code: 'KmsAccessDenied', status: 400 });
  return queue;
}

function listQueues(
  call: AuthorizedCall,
  { QueueNamePrefix: prefix = '', MaxResults: most, NextToken: after = '' }: InputOf<typeof LIST_QUEUES>,
  queues: Queues,
): object {
  const { principal, region, resource } = call;
  call.authorize(resource);
  const found = queues
    .all()
    .filter(({ deployed }) => deployed.account === principal.account && deployed.region === region)
    .filter(({ deployed: { name } }) => name.startsWith(prefix) && name > after)
    .sort((a, b) => (a.deployed.name < b.deployed.name ? -1 : 1));
  // A token is the name of the last queue on the pages before.
  const page = found.slice(0, most ?? 1000);
  const more = most !== undefined && page.length < found.length;
  return {
    QueueUrls: page.map((queue) => queueUrlAt(call, queue)),
    ...(more && { NextToken: page.at(-1)?.deployed.name }),
  };
}
