import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { HttpRequest } from '../../endpoint/http.ts';
import { AwsError } from '../../shared/aws-error.ts';

/** Base64. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
const digests: Readonly<Record<string, (body: Buffer) => string>> = {
  'content-md5': (body) => createHash('md5').update(body).digest('base64'),
  'x-amz-checksum-crc32': (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
};

/** @throws {AwsError} BadDigest for a digest that is not that of the body */
export function checkDigests({ headers, body }: HttpRequest): void {
  for (const [name, digest] of Object.entries(digests)) {
    const claimed = headers[name];
    if (claimed !== undefined && claimed !== digest(body))
      throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
  }
}
