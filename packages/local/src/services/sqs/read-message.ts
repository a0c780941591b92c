import { limits } from '@xacct/core';
import type { HttpRequest } from '../../endpoint/http.ts';
import { FILLED, type InputOf, integer, TEXT } from '../../endpoint/input.ts';
import { type Principal, userIdOf } from '../../iam/principal.ts';
import { invalidParameter, invalidValue, sqsError } from './errors.ts';
import { type MessageAttribute, type MessageAttributes, messageBytes, type NewMessage } from './message.ts';

/** All but these characters are refused. https://www.w3.org/TR/REC-xml/#charsets */
const OTHER_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const GROUP_ID = /^[\w!"#$%&'()*+,./:;<=>?@[\\\]^`{|}~-]+$/;
const ATTRIBUTES = 10;
const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;
const ATTRIBUTE_TYPE = /^(?<kind>String|Number|Binary)(\.[^\s]+)?$/;

/** A message in a request, or in an entry of one. */
export const MESSAGE = {
  properties: {
    MessageBody: FILLED,
    DelaySeconds: integer(0, limits.sqs.delaySeconds),
    MessageAttributes: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: { DataType: FILLED, StringValue: TEXT, BinaryValue: TEXT },
        required: ['DataType'],
        additionalProperties: false,
      },
    },
    MessageDeduplicationId: {},
    MessageGroupId: TEXT,
  },
  required: ['MessageBody'],
} as const;

/** @throws {AwsError} for a message that no queue takes */
export function readMessage(
  {
    MessageBody,
    DelaySeconds,
    MessageAttributes = {},
    MessageDeduplicationId,
    MessageGroupId,
  }: InputOf<typeof MESSAGE>,
  { principal, request }: { principal: Principal; request: Pick<HttpRequest, 'headers'> },
): NewMessage {
  if (MessageDeduplicationId !== undefined) {
    const reason = 'The request include parameter that is not valid for this queue type';
    throw invalidValue(MessageDeduplicationId, 'MessageDeduplicationId', reason);
  }
  return {
    body: checkCharacters(MessageBody),
    attributes: readAttributes(MessageAttributes),
    groupId: checkGroupId(MessageGroupId),
    senderId: userIdOf(principal),
    delaySeconds: DelaySeconds,
    traceHeader: request.headers['x-amzn-trace-id'],
  };
}

/** @throws {AwsError} when the messages of one batch are too large together */
export function checkBatchBytes(messages: readonly NewMessage[]): void {
  const bytes = messages.reduce((sum, message) => sum + messageBytes(message), 0);
  const most = limits.sqs.messageBytes;
  if (bytes <= most) return;
  const message = `Batch requests cannot be longer than ${most} bytes. You have sent ${bytes} bytes.`;
  throw sqsError('BatchRequestTooLong', message);
}

function checkCharacters(text: string): string {
  if (!OTHER_CHARACTER.test(text)) return text;
  throw sqsError(
    'InvalidMessageContents',
    'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
  );
}

function checkGroupId(groupId: string | undefined): string | undefined {
  const longest = limits.sqs.messageGroupIdLength;
  if (groupId === undefined || (GROUP_ID.test(groupId) && groupId.length <= longest)) return groupId;
  throw invalidValue(
    groupId,
    'MessageGroupId',
    `MessageGroupId can only include alphanumeric and punctuation characters. 1 to ${longest} in length.`,
  );
}

function readAttributes(attributes: MessageAttributes): MessageAttributes {
  const entries = Object.entries(attributes);
  if (entries.length > ATTRIBUTES)
    throw invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${ATTRIBUTES}].`,
    );
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, attribute: MessageAttribute): MessageAttribute {
  if (!ATTRIBUTE_NAME.test(name)) {
    throw invalidParameter(
      `Invalid message attribute name: '${name}'. It has 1–256 of letters, digits, _, - and single dots inside, and does not begin with AWS. or Amazon.`,
    );
  }
  const { DataType } = attribute;
  const kind = ATTRIBUTE_TYPE.exec(DataType)?.groups?.kind;
  if (kind === undefined) {
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, ${DataType}.`,
    );
  }
  const used = kind === 'Binary' ? 'BinaryValue' : 'StringValue';
  const content = attribute[used];
  if (!content || Object.keys(attribute).length !== 2) {
    throw invalidParameter(
      `The message attribute '${name}' with type '${DataType}' must have exactly one value, a ${used} that is not empty.`,
    );
  }
  if (kind === 'Binary') return { DataType, BinaryValue: content };
  if (kind === 'Number' && (content.trim() === '' || Number.isNaN(Number(content))))
    throw invalidParameter(`Could not cast message attribute '${name}' value to number.`);
  return { DataType, StringValue: checkCharacters(content) };
}
