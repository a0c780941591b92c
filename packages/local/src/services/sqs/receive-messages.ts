import { type InputOf, integer, TEXTS } from '../../endpoint/input.ts';
import { describeReceived, systemAttributeNames } from './describe.ts';
import { LONGEST_VISIBILITY_TIMEOUT_SECONDS, type Queue } from './queue.ts';

const SYSTEM_NAMES = { type: 'array', items: { enum: systemAttributeNames } } as const;

export const RECEIVE = {
  properties: {
    AttributeNames: SYSTEM_NAMES,
    MaxNumberOfMessages: integer(1, 10),
    MessageAttributeNames: TEXTS,
    MessageSystemAttributeNames: SYSTEM_NAMES,
    VisibilityTimeout: integer(0, LONGEST_VISIBILITY_TIMEOUT_SECONDS),
    WaitTimeSeconds: integer(0, 20),
  },
} as const;

/** ReceiveMessage. Rejects when the signal aborts while it waits for a message. */
export async function receiveMessages(
  queue: Queue,
  {
    AttributeNames = [],
    MaxNumberOfMessages: max = 1,
    MessageAttributeNames = [],
    MessageSystemAttributeNames = [],
    VisibilityTimeout,
    WaitTimeSeconds = queue.deployed.receiveWaitSeconds,
  }: InputOf<typeof RECEIVE>,
  signal: AbortSignal,
): Promise<object> {
  const messages = await queue.receiveWithin(WaitTimeSeconds * 1000, max, VisibilityTimeout, signal);
  if (messages.length === 0) return {};
  const system = [...AttributeNames, ...MessageSystemAttributeNames];
  return { Messages: messages.map((message) => describeReceived(message, system, MessageAttributeNames)) };
}
