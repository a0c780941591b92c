import { createQueueClient } from '../aws/queue-client.ts';
import { openBucketOf } from '../bucket/open-bucket-of.ts';
import { countPaused } from '../paused/count-paused.ts';
import { findRoute } from '../routes-file/find-route.ts';
import { readValidRoutes } from '../routes-file/read-routes.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { countKept } from './count-kept.ts';
import { lookAtParked } from './look-at-parked.ts';
import { type RouteLook, renderParked } from './render-parked.ts';

export interface ParkedFlags {
  config: string;
  limit: number;
  sample: number;
  bucket: boolean;
  profile?: string;
  json: boolean;
}

/** Shows what the queues of a route hold, and what the failure bucket holds for it. */
export async function run(
  name: string,
  { config, limit, sample, profile, json, ...flags }: ParkedFlags,
): Promise<void> {
  const routes = await readValidRoutes(config);
  const { region } = routes.source;
  const route = findRoute(routes, name, config);
  const signal = abortOnSignal();
  const sqs = createQueueClient(region, profile);
  const hasPaused = route.targets.some(({ paused }) => paused);
  const bucket = flags.bucket || hasPaused ? await openBucketOf(routes, route, profile) : undefined;
  const lookAt = (queueUrl: string, most: number) => lookAtParked({ sqs, signal, queueUrl, limit: most });
  const look: RouteLook = {
    retryQueue: await lookAt(route.retryQueueUrl, sample),
    deadLetterQueue: await lookAt(route.deadLetterQueueUrl, limit),
    failureBucket: bucket && flags.bucket ? await countKept(bucket, route, signal) : undefined,
    paused: bucket && (await countPaused(bucket, name, signal)),
  };
  process.stdout.write(
    json ? `${JSON.stringify({ route: name, ...look })}\n` : renderParked(look, region, Date.now()),
  );
}
