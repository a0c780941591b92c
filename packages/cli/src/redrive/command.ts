import { Command, Option } from 'commander';
import { openBucketOf } from '../bucket/open-bucket-of.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { configOption, jsonOption, profileOption, wholeNumber } from '../terminal/options.ts';
import { pointInTime } from './point-in-time.ts';

interface RedriveFlags {
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

export function redriveCommand(): Command {
  return new Command('redrive')
    .description(
      "Move a route's dead letters, or what the failure bucket holds for it, to its retry queue, with all of retryForSeconds ahead. Dead letters and parked records go to their own target only; a batch that was given up goes to every target. What is not routed any more, unless --to says where to, and what is no parked records, stays.",
    )
    .argument('<route>', "the route's name")
    .option(
      '--from-bucket',
      'in place of dead letters, the parked records and the batches that were given up in the failure bucket',
      false,
    )
    .addOption(
      new Option(
        '--from-route <name>',
        'in place of its own, what the queues hold that a route of this name has left behind: after a rename',
      ).conflicts('fromBucket'),
    )
    .option(
      '--target <target>',
      'only those of this target: the ARN of its function, or account/function, where account is a name, 12 digits or a group',
    )
    .addOption(
      new Option(
        '--to <target>',
        'only what is not routed any more, and to this target; --target then names the one that it was for',
      ).conflicts('fromBucket'),
    )
    .option(
      '--since <time>',
      'only those parked or given up at this time or later: ISO 8601, or how long ago, such as 90m, 12h or 3d',
      pointInTime(Date.now),
    )
    .option('--rate <n>', 'messages a second at the most, 1 to 100', wholeNumber(1, 100), 10)
    .option('--dry-run', 'show what would move, and move nothing', false)
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption('print {route, dryRun, moved, staying, complete}, with --from-bucket {bucket} too, as JSON'),
    )
    .action(
      async (
        name: string,
        { config, target, to, since, profile, json, fromBucket, fromRoute, ...flags }: RedriveFlags,
      ) => {
        const [
          { deadLetterQueueName, queueUrl, retryQueueName },
          { readValidFile },
          { findRoute },
          { findFormerTargets, findTargets },
          { createQueueClient },
          { abortOnSignal },
          { redriveInSteps },
        ] = await Promise.all([
          import('@xacct/core'),
          import('../routes-file/read-routes.ts'),
          import('../routes-file/find-route.ts'),
          import('./find-targets.ts'),
          import('../aws/queue-client.ts'),
          import('../terminal/abort-on-signal.ts'),
          import('./redrive-in-steps.ts'),
        ]);
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
          throw new CommandFailure(
            `${config} has route "${fromRoute}", which sends what it has parked by itself`,
            2,
          );
        }
        const queues =
          fromRoute === undefined
            ? [route.deadLetterQueueUrl]
            : [retryQueueName, deadLetterQueueName].map((queue) =>
                queueUrl(source, queue(routes.name, fromRoute)),
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
          sqs: createQueueClient({ region, profile }),
          bucket: fromBucket ? await openBucketOf(routes, route, profile) : undefined,
          now: Date.now,
        });
        process.stdout.write(
          json ? `${JSON.stringify({ route: name, dryRun: flags.dryRun, ...result })}\n` : rendered,
        );
        if (failure !== undefined) throw failure;
        if (signal.aborted) throw new CommandFailure('Interrupted; run it again for the rest');
      },
    );
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
