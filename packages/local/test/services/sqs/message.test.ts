import { describe, expect, test } from 'vitest';
import { messageBytes } from '../../../src/services/sqs/message.ts';

describe('messageBytes', () => {
  test('counts the body, and name, type and value of each attribute', () => {
    const attributes = {
      é: { DataType: 'String', StringValue: 'ü' },
      b: { DataType: 'Binary', BinaryValue: Buffer.alloc(100).toString('base64') },
    };
    expect(messageBytes({ body: 'ä', attributes })).toBe(2 + (2 + 6 + 2) + (1 + 6 + 100));
  });
});
