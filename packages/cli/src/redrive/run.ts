import { namesOf, queueUrl } from '@xacct/core';
import { createQueueClient } from '../aws/queue-client.ts';
import { openBucketOf } from '../bucket/open-bucket-of.ts';
import { findRoute } from '../routes-file/find-route.ts';
import { readValidFile } from '../routes-file/read-routes.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { findFormerTargets, findTargets } from './find-targets.ts';
import { redriveInSteps } from './redrive-in-steps.ts';

export interface RedriveFlags {
  fromBucket: boolean;
  fromRoute?: string;
  target?: string;
  to?: string;
  since?: number;
  dryRun: boolean;
  rate: number;
  config: string;
  profile?: string;
  json: boolean;
}

/** Moves the dead letters of a route, or what the failure bucket holds for it, to its retry queue. */
export async function run(
  name: string,
  { config, target, to, since, profile, json, fromBucket, fromRoute, ...flags }: RedriveFlags,
): Promise<void> {
  const { routes, text } = await readValidFile(config);
  const route = findRoute(routes, name, config);
  const { source } = routes;
  const { region } = source;
  const wanted =
    target === undefined
      ? undefined
      : to === undefined
        ? findTargets(route, target, text)
        : findFormerTargets(route, source, target, text);
  if (fromRoute !== undefined && routes.routes.some((other) => other.name === fromRoute)) {
    throw new CommandFailure(`${config} has route "${fromRoute}", which sends its parked records itself`, 2);
  }
  const queues =
    fromRoute === undefined
      ? [route.deadLetterQueueUrl]
      : (['retryQueue', 'deadLetterQueue'] as const).map((queue) =>
          queueUrl(source, namesOf(routes).route(fromRoute)[queue]),
        );
  const signal = abortOnSignal();
  const { failure, result, rendered } = await redriveInSteps({
    ...flags,
    route,
    targets: wanted,
    since,
    queues,
    from: fromRoute,
    to: to === undefined ? undefined : onlyTarget(findTargets(route, to, text), to),
    region,
    signal,
    sqs: createQueueClient(region, profile),
    bucket: fromBucket ? await openBucketOf(routes, route, profile) : undefined,
    now: Date.now,
  });
  process.stdout.write(
    json ? `${JSON.stringify({ route: name, dryRun: flags.dryRun, ...result })}\n` : rendered,
  );
  if (failure !== undefined) throw failure;
  if (signal.aborted) throw new CommandFailure('Interrupted; run it again to continue');
}

/** A dead letter goes to one target. */
function onlyTarget(found: ReadonlySet<string>, written: string): string {
  const [only = '', ...others] = found;
  if (others.length === 0) return only;
  throw new CommandFailure(
    `Expected one target, got "${written}", which is ${found.size}: ${[...found].join(', ')}`,
    2,
  );
}
