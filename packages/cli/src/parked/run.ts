import { createQueueClient } from '../aws/queue-client.ts';
import { openBucketOf } from '../bucket/open-bucket-of.ts';
import { findRoute } from '../routes-file/find-route.ts';
import { readValidRoutes } from '../routes-file/read-routes.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { lookAtRoute } from './look-at-route.ts';
import { renderParked } from './render-parked.ts';

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
  const sqs = createQueueClient(region, profile);
  const hasPaused = route.targets.some(({ paused }) => paused);
  const bucket = flags.bucket || hasPaused ? await openBucketOf(routes, route, profile) : undefined;
  const options = { sqs, limit, sample, bucket, onlyPaused: !flags.bucket, signal: abortOnSignal() };
  const look = await lookAtRoute(route, options);
  process.stdout.write(
    json ? `${JSON.stringify({ route: name, ...look })}\n` : renderParked(look, region, Date.now()),
  );
}
