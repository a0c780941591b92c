import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkContentHash } from '../../../src/services/s3/body-hashes.ts';

const NAME = 'x-amz-content-sha256';
const body = Buffer.from('hello');
const hash = createHash('sha256').update(body).digest('hex');

function check(claimed: string | undefined, signedHeaders: string[]) {
  const headers = claimed === undefined ? {} : { [NAME]: claimed };
  return () =>
    checkContentHash(
      { method: 'PUT', path: '/', query: new URLSearchParams(), headers, body },
      signedHeaders,
    );
}

describe('checkContentHash', () => {
  test('takes the hash of the body', () => {
    expect(check(hash, ['host', NAME])).not.toThrow();
  });

  test.each([
    ['no hash', undefined, [NAME], 'InvalidRequest'],
    ['a hash that is not signed', hash, ['host'], 'AccessDenied'],
    ['the hash of another body', 'f'.repeat(64), [NAME], 'XAmzContentSHA256Mismatch'],
    ['a body that is not hashed', 'UNSIGNED-PAYLOAD', [NAME], 'NotImplemented'],
    ['a body in signed chunks', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', [NAME], 'NotImplemented'],
  ])('refuses %s', (_, claimed, signedHeaders, code) => {
    expect(check(claimed, signedHeaders)).toThrow(expect.objectContaining({ code }));
  });
});
