import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { HttpRequest } from '../../endpoint/http.ts';
import { AwsError } from '../../shared/aws-error.ts';

const HASH_HEADER = 'x-amz-content-sha256';

/**
 * Only S3 requires the hash of the body in a header, and signed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @throws {AwsError} when it is missing, not signed, not that of the body, or marks a body that is not hashed
 */
export function checkContentHash({ headers, body }: HttpRequest, signedHeaders: readonly string[]): void {
  const claimed = headers[HASH_HEADER];
  if (claimed === undefined)
    throw new AwsError('InvalidRequest', `Missing required header for this request: ${HASH_HEADER}`);
  if (!signedHeaders.includes(HASH_HEADER))
    throw new AwsError(
      'AccessDenied',
      `There were headers present in the request which were not signed: ${HASH_HEADER}`,
      403,
    );
  if (!/^[0-9a-f]{64}$/.test(claimed))
    throw new AwsError('NotImplemented', `The local AWS does not know bodies sent as ${claimed}`, 501);
  if (claimed !== hash('sha256', body)) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      `The provided '${HASH_HEADER}' header does not match what was computed.`,
    );
  }
}

/** Base64. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
const digests: Readonly<Record<string, (body: Buffer) => string>> = {
  'content-md5': (body) => hash('md5', body, 'base64'),
  'x-amz-checksum-crc32': (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
  'x-amz-checksum-sha256': (body) => hash('sha256', body, 'base64'),
};

/** @throws {AwsError} BadDigest for a digest that is not that of the body */
export function checkDigests({ headers, body }: HttpRequest): void {
  for (const [name, digest] of Object.entries(digests)) {
    const claimed = headers[name];
    if (claimed !== undefined && claimed !== digest(body))
      throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
  }
}
