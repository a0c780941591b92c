import { describe, expect, test } from 'vitest';
import { readInput } from '../../../src/endpoint/input.ts';
import { parameterErrors } from '../../../src/services/sqs/parameters.ts';

const INVALID = expect.objectContaining({ code: 'InvalidParameterValueException' });
const read = (operation: string, values: Record<string, unknown>) =>
  readInput('sqs', operation, { QueueUrl: 'url', ...values }, parameterErrors);
const send = (values: Record<string, unknown>) => read('SendMessage', { MessageBody: 'a', ...values });
const receive = (values: Record<string, unknown>) => read('ReceiveMessage', values);

describe('readInput', () => {
  test('takes what the schema describes; null counts as missing', () => {
    const sent = send({ DelaySeconds: 900, MessageGroupId: null, MessageAttributes: {} });
    expect(sent.MessageBody).toBe('a');
    expect(sent.DelaySeconds).toBe(900);
    expect(sent.MessageGroupId).toBeUndefined();
    expect(sent.MessageAttributes).toEqual({});
    const received = receive({ MessageAttributeNames: ['x'], AttributeNames: null, WaitTimeSeconds: null });
    expect(received.MessageAttributeNames).toEqual(['x']);
    expect(received.AttributeNames).toBeUndefined();
    expect(received.WaitTimeSeconds).toBeUndefined();
    expect(read('SendMessageBatch', { Entries: [{ Id: 'y' }] }).Entries).toEqual([{ Id: 'y' }]);
  });

  test('refuses parameters of another type or out of range, by name', () => {
    expect(() => send({ MessageGroupId: 1 })).toThrow(INVALID);
    expect(() => receive({ MaxNumberOfMessages: 11 })).toThrow(
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    );
    expect(() => receive({ MaxNumberOfMessages: '1' })).toThrow(INVALID);
    expect(() => receive({ MessageAttributeNames: [1] })).toThrow(INVALID);
    expect(() => read('SendMessageBatch', { Entries: ['x'] })).toThrow(INVALID);
    expect(() => send({ MessageAttributes: [] })).toThrow(INVALID);
    expect(() => send({ b: 2 })).toThrow('The local AWS does not know the parameter b here');
    expect(() => read('SendMessage', {})).toThrow('The request must contain the parameter MessageBody.');
  });
});
