import { limits } from '@xacct/core';
import { createInput, type Input, isObject } from '../../endpoint/input.ts';
import { invalidParameter, invalidValue, missingParameter, sqsError } from './errors.ts';
import type { MessageAttribute, MessageAttributes, NewMessage } from './message.ts';
import { parameterErrors } from './parameters.ts';

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
  const deduplicationId = input.raw('MessageDeduplicationId');
  if (deduplicationId !== undefined) {
    const reason = 'The request include parameter that is not valid for this queue type';
    throw invalidValue(deduplicationId, 'MessageDeduplicationId', reason);
  }
  input.refuseOthers(...PARAMETERS, also);
  return {
    body: checkCharacters(input.text('MessageBody')),
    attributes: readAttributes(input.entries('MessageAttributes')),
    groupId: readGroupId(input),
    senderId,
    delaySeconds: input.optionalInteger('DelaySeconds', { least: 0, most: limits.sqs.delaySeconds }),
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
  const groupId = input.optionalText('MessageGroupId');
  const longest = limits.sqs.messageGroupIdLength;
  if (groupId === undefined || (GROUP_ID.test(groupId) && groupId.length <= longest)) return groupId;
  throw invalidValue(
    groupId,
    'MessageGroupId',
    `MessageGroupId can only include alphanumeric and punctuation characters. 1 to ${longest} in length.`,
  );
}

function readAttributes(entries: [name: string, value: unknown][]): MessageAttributes {
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
  const attribute = createInput(value, parameterErrors);
  attribute.refuseOthers('DataType', 'StringValue', 'BinaryValue');
  const DataType = attribute.text('DataType');
  const kind = ATTRIBUTE_TYPE.exec(DataType)?.groups?.kind;
  if (kind === undefined) {
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, ${DataType}.`,
    );
  }
  const used = kind === 'Binary' ? 'BinaryValue' : 'StringValue';
  const content = attribute.optionalText(used);
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
