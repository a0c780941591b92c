import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { md5OfAttributes, md5OfBody } from '../../../src/services/sqs/md5.ts';

describe('md5OfBody', () => {
  test('is of the text in UTF-8', () => {
    expect(md5OfBody('hello')).toBe('5d41402abc4b2a76b9719d911017c592');
    expect(md5OfBody('é')).toBe(
      createHash('md5')
        .update(Buffer.from([0xc3, 0xa9]))
        .digest('hex'),
    );
  });
});

describe('md5OfAttributes', () => {
  test('is of names in order, types and values, each with its length', () => {
    const digest = createHash('md5');
    for (const part of [
      [0, 0, 0, 1, 0x61, 0, 0, 0, 6, ...Buffer.from('Binary'), 2, 0, 0, 0, 2, 1, 2],
      [0, 0, 0, 1, 0x62, 0, 0, 0, 6, ...Buffer.from('String'), 1, 0, 0, 0, 2, 0xc3, 0xa9],
    ]) {
      digest.update(Buffer.from(part));
    }
    const attributes = {
      b: { DataType: 'String', StringValue: 'é' },
      a: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]).toString('base64') },
    };
    expect(md5OfAttributes(attributes)).toBe(digest.digest('hex'));
  });

  test('is nothing without attributes', () => {
    expect(md5OfAttributes({})).toBeUndefined();
  });
});
