import { type Named, namesOf } from '@xacct/core';
import { clientConfig, ofSource } from '../aws/account-credentials.ts';
import type { KeptForTarget } from '../paused/count-paused.ts';

/** What the failure bucket keeps for the paused targets of a route. */
export interface KeptPaused {
  /** Null where it is not known. */
  targets: KeptForTarget[] | null;
  /** Why it is not known. */
  reason: string | null;
}

/** Counts what is kept for the paused targets of a route, which stays when its stack is deleted. */
export async function countKeptPaused(
  routes: Named,
  options: { route: string; forwarder: string | undefined; profile: string | undefined; signal: AbortSignal },
): Promise<KeptPaused> {
  const { route, forwarder, profile, signal } = options;
  if (forwarder === undefined) return { targets: null, reason: 'its stack does not name its forwarder' };
  const [{ createBucketClient, openFailureBucket }, { countPaused }] = await Promise.all([
    import('../bucket/failure-bucket.ts'),
    import('../paused/count-paused.ts'),
  ]);
  const { source } = routes;
  const s3 = createBucketClient(source.region, profile, clientConfig(ofSource(source, 'lookup', profile)));
  try {
    const bucket = openFailureBucket(s3, namesOf(routes).forwarder(forwarder).failureBucket);
    return { targets: await countPaused(bucket, route, signal), reason: null };
  } catch (error) {
    return { targets: null, reason: (error as Error).message };
  } finally {
    s3.destroy();
  }
}
