import { S3Client } from '@aws-sdk/client-s3';
import type { AccountCredentials } from './account-credentials.ts';

/**
 * A client for the failure buckets of a source account: credentials come from the SDK's default chain, the endpoint from
 * `AWS_ENDPOINT_URL` if it is set.
 *
 * @param region of the buckets; the region of the environment or the profile may be another
 * @param credentials in place of those of the default chain
 */
export function createBucketClient(
  region: string,
  profile: string | undefined,
  credentials?: () => Promise<AccountCredentials>,
): S3Client {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 = AWS_ENDPOINT_URL } = process.env;
  // Only AWS's own endpoint has a host name for each bucket.
  const forcePathStyle = AWS_ENDPOINT_URL_S3 !== undefined;
  return new S3Client({
    region,
    forcePathStyle,
    ...(profile !== undefined && { profile }),
    ...(credentials !== undefined && { credentials }),
  });
}
