import type { Named } from '@xacct/core';
import { clientConfig, ofSource } from '../aws/account-credentials.ts';
import { withStacksClient } from '../aws/stacks-client.ts';
import { findStop } from './find-stop.ts';
import type { StoppedMappings } from './start-after.ts';

/** What CloudFormation and CloudWatch know about deleted mappings, read with the bootstrap's lookup role. */
export function stoppedMappings(routes: Named, profile: string | undefined): StoppedMappings {
  const options = ofSource(routes.source, 'lookup', profile);
  return {
    findStop: (mapping) => withStacksClient(options, (client) => findStop(client, routes, mapping)),
    async readLag(mapping, at) {
      // Few deployments need it.
      const [{ CloudWatchClient }, { readLag }] = await Promise.all([
        import('@aws-sdk/client-cloudwatch'),
        import('./read-lag.ts'),
      ]);
      const client = new CloudWatchClient(clientConfig(options));
      try {
        return await readLag(client, { ...mapping, at });
      } finally {
        client.destroy();
      }
    },
    now: Date.now,
  };
}
