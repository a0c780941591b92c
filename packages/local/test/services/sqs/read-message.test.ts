import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type InputOf, readInput } from '../../../src/endpoint/input.ts';
import { parameterErrors } from '../../../src/services/sqs/parameters.ts';
import { type MESSAGE, readMessage } from '../../../src/services/sqs/read-message.ts';
import { user } from '../../factories.ts';

const read = (input: object) =>
  readMessage(
    readInput(
      'sqs',
      'SendMessage',
      { QueueUrl: 'url', MessageBody: 'a', ...input },
      parameterErrors,
    ) as InputOf<typeof MESSAGE>,
    { principal: user(), request: { headers: { 'x-amzn-trace-id': 'Root=1' } } },
  );

function codeOf(input: object): unknown {
  try {
    read(input);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'accepted';
}

const INVALID = 'InvalidParameterValueException';
const MISSING = 'MissingRequiredParameterException';

describe('readMessage', () => {
  test('reads all that a message may have', () => {
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'é' },
      number: { DataType: 'Number.int', StringValue: '-1e3' },
      bytes: { DataType: 'Binary', BinaryValue: 'AQI=' },
    };
    expect(read({ DelaySeconds: 900, MessageGroupId: 'a~!', MessageAttributes })).toEqual({
      body: 'a',
      attributes: MessageAttributes,
      groupId: 'a~!',
      senderId: 'ann',
      delaySeconds: 900,
      traceHeader: 'Root=1',
    });
    expect(read({})).toMatchObject({ attributes: {}, groupId: undefined, delaySeconds: undefined });
  });

  test('takes exactly the characters that XML has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x10ffff }), (code) => {
        const inXml =
          [9, 10, 13].includes(code) ||
          (code >= 0x20 && code <= 0xd7ff) ||
          (code >= 0xe000 && code <= 0xfffd) ||
          code >= 0x10000;
        expect(codeOf({ MessageBody: `a${String.fromCodePoint(code)}` })).toBe(
          inXml ? 'accepted' : 'InvalidMessageContents',
        );
      }),
      {
        examples: [0, 8, 0x0b, 0x1f, 0x7f, 0xd7ff, 0xd800, 0xdfff, 0xfffd, 0xfffe, 0xffff, 0x10000].map(
          (code) => [code],
        ),
      },
    );
  });

  test.each([
    ['no body', { MessageBody: undefined }, MISSING],
    ['an empty body', { MessageBody: '' }, MISSING],
    ['a body that is no text', { MessageBody: 1 }, INVALID],
    ['a delay of 901 s', { DelaySeconds: 901 }, INVALID],
    ['a delay of -1 s', { DelaySeconds: -1 }, INVALID],
    ['a delay of half a second', { DelaySeconds: 0.5 }, INVALID],
    ['a group of 129 characters', { MessageGroupId: 'g'.repeat(129) }, INVALID],
    ['an empty group', { MessageGroupId: '' }, INVALID],
    ['a group with a space', { MessageGroupId: 'a b' }, INVALID],
    ['a deduplication id', { MessageDeduplicationId: 'a' }, INVALID],
    ['a system attribute', { MessageSystemAttributes: {} }, INVALID],
  ])('refuses %s', (_, input, code) => {
    expect(codeOf(input)).toBe(code);
  });

  test.each([
    ['without a type', { StringValue: 'a' }, MISSING],
    ['of another type', { DataType: 'Text', StringValue: 'a' }, INVALID],
    ['without a value', { DataType: 'String' }, INVALID],
    ['with an empty value', { DataType: 'String', StringValue: '' }, INVALID],
    ['with the value of another type', { DataType: 'Binary', StringValue: 'a' }, INVALID],
    ['with two values', { DataType: 'String', StringValue: 'a', BinaryValue: 'AQI=' }, INVALID],
    ['with a list', { DataType: 'String', StringListValues: ['a'] }, INVALID],
    ['that is no number', { DataType: 'Number', StringValue: 'one' }, INVALID],
    [
      'with characters outside of XML',
      { DataType: 'String', StringValue: '\u0000' },
      'InvalidMessageContents',
    ],
    ['that is text', 'a', MISSING],
  ])('refuses an attribute %s', (_, attribute, code) => {
    expect(codeOf({ MessageAttributes: { a: attribute } })).toBe(code);
  });

  test('refuses names of attributes that are not allowed, and more than ten', () => {
    const attribute = { DataType: 'String', StringValue: 'a' };
    for (const name of ['', '.a', 'a.', 'a..b', 'AWS.a', 'amazon.a', 'a b', 'a'.repeat(257)]) {
      expect(codeOf({ MessageAttributes: { [name]: attribute } })).toBe(INVALID);
    }
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, attribute]));
    expect(codeOf({ MessageAttributes: many(10) })).toBe('accepted');
    expect(codeOf({ MessageAttributes: many(11) })).toBe(INVALID);
  });
});
