import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { HttpRequest } from '../../endpoint/http.ts';
import { AwsError } from '../../shared/aws-error.ts';

/** Headers that say nothing about an object. */
const PASSED = [
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-user-agent',
];
/** Asks for a checksum along with the object, if S3 has one. */
const CHECKSUM_MODE = 'x-amz-checksum-mode';

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

/** @throws {AwsError} BadDigest for a checksum that is not that of the body; NotImplemented */
export function checkPutHeaders({ headers, body }: HttpRequest): void {
  refuseOthers(headers, [...PASSED, ...Object.keys(checksums)]);
  for (const [name, checksum] of Object.entries(checksums)) {
    const claimed = headers[name];
    if (claimed !== undefined && claimed !== checksum(body))
      throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
  }
}

/** @throws {AwsError} NotImplemented */
export function checkReadHeaders({ headers }: HttpRequest): void {
  refuseOthers(headers, [...PASSED, CHECKSUM_MODE]);
}

/** What such a header asks for, a part or encryption or a condition, would be passed over in silence. */
function refuseOthers(headers: HttpRequest['headers'], known: readonly string[]): void {
  const unknown = Object.keys(headers).find(
    (name) => /^(x-amz-|if-|range$|content-encoding$)/.test(name) && !known.includes(name),
  );
  if (unknown !== undefined)
    throw new AwsError('NotImplemented', `The local AWS does not know the header ${unknown} of S3 here`, 501);
}
