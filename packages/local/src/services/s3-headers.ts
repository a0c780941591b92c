import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../aws-error.ts';
import type { HttpRequest } from '../http.ts';

/** Headers that say nothing about the object. */
const PASSED = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-user-agent',
]);

/** Base64. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
const checksums: Readonly<Record<string, (body: Buffer) => string>> = {
  'content-md5': (body) => createHash('md5').update(body).digest('base64'),
  'x-amz-checksum-crc32': (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
};

/**
 * Checks the headers of a PutObject. What one that is not known asks for, encryption or a condition,
 * would be passed over in silence.
 *
 * @throws {AwsError} BadDigest, or NotImplemented
 */
export function checkPutHeaders({ headers, body }: HttpRequest): void {
  for (const [name, value] of Object.entries(headers)) {
    const checksum = Object.hasOwn(checksums, name) ? checksums[name] : undefined;
    if (checksum !== undefined && checksum(body) !== value)
      throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
    if (checksum === undefined && /^(x-amz-|if-|content-encoding$)/.test(name) && !PASSED.has(name))
      throw new AwsError(
        'NotImplemented',
        `The local AWS does not know the header ${name} of PutObject`,
        501,
      );
  }
}
