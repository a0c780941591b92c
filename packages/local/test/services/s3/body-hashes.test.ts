import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readInput } from '../../../src/endpoint/input.ts';
import { checkDigests } from '../../../src/services/s3/body-hashes.ts';
import { s3 } from '../../../src/services/s3/s3.ts';

const request = (headers: Record<string, string>) => ({
  method: 'PUT',
  path: '/a/b',
  query: new URLSearchParams(),
  headers,
  body: Buffer.from('hello'),
});
const check = (headers: Record<string, string>) => () => checkDigests(request(headers));
const read = (operation: string, headers: Record<string, string>) => () =>
  readInput('s3', operation, s3.protocol.parse(request(headers)), s3.protocol.inputErrors(operation));

describe('checkDigests', () => {
  test('takes true checksums', () => {
    const md5 = createHash('md5').update('hello').digest('base64');
    const sha256 = createHash('sha256').update('hello').digest('base64');
    // CRC-32 of "hello" is 0x3610a686.
    const crc32 = Buffer.from('3610a686', 'hex').toString('base64');
    expect(
      check({ 'content-md5': md5, 'x-amz-checksum-sha256': sha256, 'x-amz-checksum-crc32': crc32 }),
    ).not.toThrow();
  });

  test.each(['content-md5', 'x-amz-checksum-sha256', 'x-amz-checksum-crc32'])(
    'refuses a wrong %s',
    (name) => {
      expect(check({ [name]: 'AAAA' })).toThrow(expect.objectContaining({ code: 'BadDigest' }));
    },
  );
});

describe('the headers of PutObject', () => {
  test.each(['x-amz-checksum-crc64nvme', 'x-amz-acl', 'x-amz-meta-a', 'if-match', 'content-encoding'])(
    'refuses %s by name',
    (name) => {
      expect(read('PutObject', { [name]: 'a' })).toThrow(
        `The local AWS does not know the header ${name} of S3 here`,
      );
    },
  );
});

describe('the headers of GetObject', () => {
  test('takes what says nothing about the object', () => {
    expect(read('GetObject', { 'x-amz-checksum-mode': 'ENABLED', accept: '*/*' })).not.toThrow();
  });

  test.each(['range', 'if-none-match', 'x-amz-server-side-encryption-customer-key'])(
    'refuses %s by name',
    (name) => {
      expect(read('GetObject', { [name]: 'a' })).toThrow(
        `The local AWS does not know the header ${name} of S3 here`,
      );
    },
  );
});
