import { limits } from '@xacct/core';
import type { Input } from '../../endpoint/input.ts';
import { validatedJsonProtocol } from '../../endpoint/json-protocol.ts';
import {
  type AuthorizedCall,
  accountOf,
  type Call,
  locateResource,
  type Operation,
  type Protocol,
  type Service,
  type ServiceDefinition,
  serve,
} from '../../endpoint/service.ts';
import { userIdOf } from '../../iam/principal.ts';
import { requireKey } from '../../iam/require-key.ts';
import { doBatch, readBatch } from './batch.ts';
import { describeSent, queueAttributeNames, queueAttributes, refuseUnknownNames } from './describe.ts';
import { errorTypeOf, missingParameter, queryCodeOf, sqsError } from './errors.ts';
import { failures } from './failures.ts';
import { KEY_ACTIONS } from './key-actions.ts';
import { messageBytes, type NewMessage } from './message.ts';
import { parameterErrors } from './parameters.ts';
import { LONGEST_VISIBILITY_TIMEOUT_SECONDS, type Queue } from './queue.ts';
import { queueArnAt, queueArnIn, queueUrlAt } from './queue-address.ts';
import type { Queues } from './queues.ts';
import { readMessage } from './read-message.ts';
import { receiveMessages } from './receive-messages.ts';

const json = validatedJsonProtocol('AmazonSQS', '1.0', () => parameterErrors);

/** Errors carry the code that they had in the query protocol, too. */
const protocol: Protocol<Input> = {
  ...json,
  fail: (error) => ({
    status: error.status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-query-error': `${queryCodeOf(error)};${error.status < 500 ? 'Sender' : 'Receiver'}`,
    },
    body: JSON.stringify({ __type: errorTypeOf(error), message: error.message }),
  }),
};

/** An operation on the queue of `QueueUrl`; the operations of a batch ask for the action of its entries. */
function onQueue(
  action: string,
  work: (queue: Queue, input: Input, call: AuthorizedCall, queues: Queues) => object | Promise<object>,
): Operation<Queues, Input> {
  return {
    action: `sqs:${action}`,
    resource: (input, { region }) => queueArnAt(input.text('QueueUrl'), region),
    handle: (call, input, queues) => work(open(call, queues, action), input, call, queues),
  };
}

/** Simple Queue Service. */
export const sqs: ServiceDefinition<'sqs', Queues, Input> = {
  name: 'sqs',
  protocol,
  accessDenied: { code: 'AccessDeniedException', status: 403 },
  failures,
  locate: locateResource,
  operations: {
    SendMessage: onQueue('SendMessage', (queue, input, call) =>
      describeSent(queue.send(readNew(call, input, 'QueueUrl'))),
    ),
    SendMessageBatch: onQueue('SendMessage', (queue, input, call) =>
      doBatch(readBatch(input), {
        read: (entry) => readNew(call, entry, 'Id'),
        checkAll: checkBatchBytes,
        work: (message) => describeSent(queue.send(message)),
      }),
    ),
    ReceiveMessage: onQueue('ReceiveMessage', (queue, input, _, { signal }) =>
      receiveMessages(queue, input, signal),
    ),
    DeleteMessage: onQueue('DeleteMessage', (queue, input) => {
      queue.delete(input.text('ReceiptHandle'));
      return {};
    }),
    DeleteMessageBatch: onQueue('DeleteMessage', (queue, input) =>
      doBatch(readBatch(input), {
        read: (entry) => entry.text('ReceiptHandle'),
        work: (receiptHandle) => void queue.delete(receiptHandle),
      }),
    ),
    ChangeMessageVisibility: onQueue('ChangeMessageVisibility', (queue, input) => {
      queue.changeVisibility(...readVisibility(input));
      return {};
    }),
    ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility', (queue, input) =>
      doBatch(readBatch(input), {
        read: readVisibility,
        work: (change) => void queue.changeVisibility(...change),
      }),
    ),
    GetQueueAttributes: onQueue('GetQueueAttributes', (queue, input) => {
      const asked = input.texts('AttributeNames', []);
      refuseUnknownNames(asked, queueAttributeNames);
      const chosen = Object.entries(queueAttributes(queue)).filter(
        ([name]) => asked.includes('All') || asked.includes(name),
      );
      return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) };
    }),
    GetQueueUrl: {
      action: 'sqs:GetQueueUrl',
      resource(input, { principal, region }) {
        const account = input.optionalText('QueueOwnerAWSAccountId') ?? principal.account;
        return queueArnIn(account, region, input.text('QueueName'));
      },
      handle: (call, _, queues) => ({ QueueUrl: queueUrlAt(call, open(call, queues, 'GetQueueUrl')) }),
    },
    ListQueues: {
      action: 'sqs:ListQueues',
      resource: (_, { principal, region }) => queueArnIn(principal.account, region, '*'),
      handle: listQueues,
    },
    PurgeQueue: onQueue('PurgeQueue', (queue) => {
      queue.purge();
      return {};
    }),
  },
};

export function createSqs(queues: Queues): Service {
  return serve(sqs, queues);
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
  const { kmsKeyArn: keyArn, region } = queue.deployed;
  requireKey({ principal, keyArn, actions: KEY_ACTIONS[action] ?? [], service: 'sqs', region }, KEY_DENIED);
  return queue;
}

/** @param also name of another parameter that the request or the entry has */
function readNew({ principal, request }: Call, input: Input, also: string): NewMessage {
  const traceHeader = request.headers['x-amzn-trace-id'];
  return { ...readMessage(input, userIdOf(principal), also), traceHeader };
}

function listQueues(call: AuthorizedCall, input: Input, queues: Queues): object {
  const { principal, region, resource } = call;
  call.authorize(resource);
  const prefix = input.optionalText('QueueNamePrefix') ?? '';
  const most = input.optionalInteger('MaxResults', { least: 1, most: 1000 });
  const after = input.optionalText('NextToken') ?? '';
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

const KEY_DENIED = { code: 'KmsAccessDenied', status: 400 };

function readVisibility(input: Input): [receiptHandle: string, timeoutSeconds: number] {
  const receiptHandle = input.text('ReceiptHandle');
  const timeout = input.optionalInteger('VisibilityTimeout', {
    least: 0,
    most: LONGEST_VISIBILITY_TIMEOUT_SECONDS,
  });
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
