import type { Input } from '../../endpoint/input.ts';
import { describeReceived, refuseUnknownNames, systemAttributeNames } from './describe.ts';
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
  input.refuseOthers(...RECEIVE_PARAMETERS);
  const max = input.optionalInteger('MaxNumberOfMessages', { least: 1, most: 10 }) ?? 1;
  const waitSeconds =
    input.optionalInteger('WaitTimeSeconds', { least: 0, most: 20 }) ?? queue.deployed.receiveWaitSeconds;
  const timeout = input.optionalInteger('VisibilityTimeout', {
    least: 0,
    most: LONGEST_VISIBILITY_TIMEOUT_SECONDS,
  });
  const system = [...input.texts('AttributeNames', []), ...input.texts('MessageSystemAttributeNames', [])];
  refuseUnknownNames(system, systemAttributeNames);
  const messages = await queue.receiveWithin(waitSeconds * 1000, max, timeout, signal);
  if (messages.length === 0) return {};
  const attributes = input.texts('MessageAttributeNames', []);
  return { Messages: messages.map((message) => describeReceived(message, system, attributes)) };
}
