import { limits } from '@xacct/core';
import { isObject } from '../../endpoint/input.ts';
import { invalidParameter, invalidValue, missingParameter, sqsError } from './errors.ts';
import type { MessageAttribute, MessageAttributes, NewMessage } from './message.ts';
import {
  type Input,
  optionalInteger,
  optionalObject,
  optionalText,
  refuseOthers,
  requiredText,
} from './parameters.ts';

/** All but these characters are refused. https://www.w3.org/TR/REC-xml/#charsets */
const OTHER_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const GROUP_ID = /^[\w!"#$%&'()*+,./:;<=>?@[\\\]^`{|}~-]+$/;
const ATTRIBUTES = 10;
const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;
const ATTRIBUTE_TYPE = /^(?<kind>String|Number|Binary)(\.[^\s]+)?$/;
const PARAMETERS = ['MessageBody', 'DelaySeconds', 'MessageAttributes', 'MessageGroupId'];

/**
 * Reads a message from a request or an entry of one.
 *
 * @param also what else the request or entry may have
 * @throws {AwsError} for a message that no queue takes
 */
export function readMessage(input: Input, senderId: string, also: string): Omit<NewMessage, 'traceHeader'> {
  const deduplicationId = input.MessageDeduplicationId;
  if (deduplicationId !== undefined) {
    const reason = 'The request include parameter that is not valid for this queue type';
    throw invalidValue(deduplicationId, 'MessageDeduplicationId', reason);
  }
  refuseOthers(input, [...PARAMETERS, also]);
  return {
    body: checkCharacters(requiredText(input, 'MessageBody')),
    attributes: readAttributes(optionalObject(input, 'MessageAttributes')),
    groupId: readGroupId(input),
    senderId,
    delaySeconds: optionalInteger(input, 'DelaySeconds', 0, limits.sqs.delaySeconds),
  };
}

function checkCharacters(text: string): string {
  if (!OTHER_CHARACTER.test(text)) return text;
  throw sqsError(
    'InvalidMessageContents',
    'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
  );
}

function readGroupId(input: Input): string | undefined {
  const groupId = optionalText(input, 'MessageGroupId');
  const longest = limits.sqs.messageGroupIdLength;
  if (groupId === undefined || (GROUP_ID.test(groupId) && groupId.length <= longest)) return groupId;
  throw invalidValue(
    groupId,
    'MessageGroupId',
    `MessageGroupId can only include alphanumeric and punctuation characters. 1 to ${longest} in length.`,
  );
}

function readAttributes(input: Input): MessageAttributes {
  const entries = Object.entries(input);
  if (entries.length > ATTRIBUTES)
    throw invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${ATTRIBUTES}].`,
    );
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, value: unknown): MessageAttribute {
  if (!ATTRIBUTE_NAME.test(name)) {
    throw invalidParameter(
      `Invalid message attribute name: '${name}'. It has 1–256 of letters, digits, _, - and single dots inside, and does not begin with AWS. or Amazon.`,
    );
  }
  if (!isObject(value)) throw missingParameter(`MessageAttributes.${name}`);
  refuseOthers(value, ['DataType', 'StringValue', 'BinaryValue']);
  const DataType = requiredText(value, 'DataType');
  const kind = ATTRIBUTE_TYPE.exec(DataType)?.groups?.kind;
  if (kind === undefined) {
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, ${DataType}.`,
    );
  }
  const used = kind === 'Binary' ? 'BinaryValue' : 'StringValue';
  const content = optionalText(value, used);
  if (content === undefined || content === '' || Object.keys(value).length !== 2) {
    throw invalidParameter(
      `The message attribute '${name}' with type '${DataType}' must have exactly one value, a ${used} that is not empty.`,
    );
  }
  if (kind === 'Binary') return { DataType, BinaryValue: content };
  if (kind === 'Number' && (content.trim() === '' || Number.isNaN(Number(content))))
    throw invalidParameter(`Could not cast message attribute '${name}' value to number.`);
  return { DataType, StringValue: checkCharacters(content) };
}
