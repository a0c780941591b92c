import type { Routes } from '@xacct/core';
import { accountCredentials } from '../aws/account-credentials.ts';
import { createStacksClient } from '../aws/stacks-client.ts';
import { findStop } from './find-stop.ts';
import type { StoppedMappings } from './with-starting-times.ts';

/** What CloudFormation and CloudWatch know about deleted mappings, read with the bootstrap's lookup role. */
export function stoppedMappings(
  routes: Pick<Routes, 'name' | 'source'>,
  profile: string | undefined,
): StoppedMappings {
  const { source } = routes;
  const { account, region } = source;
  const options = { source, account, region, role: 'lookup', profile } as const;
  return {
    async findStop(mapping) {
      const client = createStacksClient(options);
      try {
        return await findStop(client, routes, mapping);
      } finally {
        client.destroy();
      }
    },
    async readLag(mapping, at) {
      // Few deployments need it.
      const [{ CloudWatchClient }, { readLag }] = await Promise.all([
        import('@aws-sdk/client-cloudwatch'),
        import('./read-lag.ts'),
      ]);
      const client = new CloudWatchClient({
        region: source.region,
        credentials: () => accountCredentials(options),
      });
      try {
        return await readLag(client, { ...mapping, at });
      } finally {
        client.destroy();
      }
    },
    now: Date.now,
  };
}
