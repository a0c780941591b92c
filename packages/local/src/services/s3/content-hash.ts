import { createHash } from 'node:crypto';
import type { HttpRequest } from '../../endpoint/http.ts';
import { AwsError } from '../../shared/aws-error.ts';

const NAME = 'x-amz-content-sha256';

/**
 * Only S3 requires the hash of the body in a header, and signed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @throws {AwsError} when it is missing, not signed, not that of the body, or marks a body that is not hashed
 */
export function checkContentHash({ headers, body }: HttpRequest, signedHeaders: readonly string[]): void {
  const claimed = headers[NAME];
  if (claimed === undefined)
    throw new AwsError('InvalidRequest', `Missing required header for this request: ${NAME}`);
  if (!signedHeaders.includes(NAME))
    throw new AwsError(
      'AccessDenied',
      `There were headers present in the request which were not signed: ${NAME}`,
      403,
    );
  if (!/^[0-9a-f]{64}$/.test(claimed))
    throw new AwsError('NotImplemented', `The local AWS does not know bodies sent as ${claimed}`, 501);
  if (claimed !== createHash('sha256').update(body).digest('hex')) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      `The provided '${NAME}' header does not match what was computed.`,
    );
  }
}
