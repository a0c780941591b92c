import { type Named, namesOf, type Route } from '@xacct/core';
import type { FailureBucket } from './failure-bucket.ts';

/** The failure bucket of a route's forwarder. Loads the S3 client, which few commands need, only when called. */
export async function openBucketOf(
  { name, source }: Named,
  { forwarder }: Pick<Route, 'forwarder'>,
  profile: string | undefined,
): Promise<FailureBucket> {
  const { createBucketClient, openFailureBucket } = await import('./failure-bucket.ts');
  const s3 = createBucketClient(source.region, profile);
  return openFailureBucket(s3, namesOf({ name, source }).forwarder(forwarder).failureBucket);
}
