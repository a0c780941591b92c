import { describeReceived, refuseUnknownNames, systemAttributeNames } from './describe.ts';
import { type Input, optionalInteger, refuseOthers, texts } from './parameters.ts';
import { LONGEST_VISIBILITY_TIMEOUT_SECONDS, type Queue } from './queue.ts';

const RECEIVE_PARAMETERS = [
  'AttributeNames',
  'MaxNumberOfMessages',
  'MessageAttributeNames',
  'MessageSystemAttributeNames',
  'QueueUrl',
  'VisibilityTimeout',
  'WaitTimeSeconds',
];

/** ReceiveMessage. Rejects when the signal aborts while it waits for a message. */
export async function receiveMessages(queue: Queue, input: Input, signal: AbortSignal): Promise<object> {
  refuseOthers(input, RECEIVE_PARAMETERS);
  const max = optionalInteger(input, 'MaxNumberOfMessages', 1, 10) ?? 1;
  const waitSeconds = optionalInteger(input, 'WaitTimeSeconds', 0, 20) ?? queue.deployed.receiveWaitSeconds;
  const timeout = optionalInteger(input, 'VisibilityTimeout', 0, LONGEST_VISIBILITY_TIMEOUT_SECONDS);
  const system = [...texts(input, 'AttributeNames'), ...texts(input, 'MessageSystemAttributeNames')];
  refuseUnknownNames(system, systemAttributeNames);
  const messages = await queue.receiveWithin(waitSeconds * 1000, max, timeout, signal);
  if (messages.length === 0) return {};
  const attributes = texts(input, 'MessageAttributeNames');
  return { Messages: messages.map((message) => describeReceived(message, system, attributes)) };
}
