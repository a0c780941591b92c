import { Command } from 'commander';
import { openBucketOf } from '../bucket/open-bucket-of.ts';
import { configOption, jsonOption, profileOption, wholeNumber } from '../terminal/options.ts';

interface ParkedFlags {
  config: string;
  limit: number;
  sample: number;
  bucket: boolean;
  profile?: string;
  json: boolean;
}

export function parkedCommand(): Command {
  return new Command('parked')
    .description(
      "Show what waits in a route's retry queue and what is dead-lettered, by target and reason. Dead letters are read and handed back; of the retry queue only the counts are asked for, as each look at a message would hide it from the forwarder for a while.",
    )
    .argument('<route>', "the route's name")
    .addOption(configOption())
    .option(
      '--limit <n>',
      'the most dead letters to read, 1 to 100000; of more, a sample is shown',
      wholeNumber(1, 100_000),
      1000,
    )
    .option(
      '--sample <n>',
      'messages of the retry queue to read too, 0 to 100; each is hidden from the forwarder meanwhile',
      wholeNumber(0, 100),
      0,
    )
    .option('--bucket', "count the route's objects in the failure bucket too, which lists the bucket", false)
    .addOption(profileOption())
    .addOption(jsonOption('print {route, retryQueue, deadLetterQueue, failureBucket} as one JSON object'))
    .action(async (name: string, { config, limit, sample, profile, json, ...flags }: ParkedFlags) => {
      const [
        { readValidRoutes },
        { findRoute },
        { createQueueClient },
        { lookAtRoute },
        { abortOnSignal },
        { renderParked },
      ] = await Promise.all([
        import('../routes-file/read-routes.ts'),
        import('../routes-file/find-route.ts'),
        import('../aws/queue-client.ts'),
        import('./look-at-route.ts'),
        import('../terminal/abort-on-signal.ts'),
        import('./render-parked.ts'),
      ]);
      const routes = await readValidRoutes(config);
      const { region } = routes.source;
      const route = findRoute(routes, name, config);
      const sqs = createQueueClient({ region, profile });
      const bucket = flags.bucket ? await openBucketOf(routes, route, profile) : undefined;
      const look = await lookAtRoute(route, { sqs, limit, sample, bucket, signal: abortOnSignal() });
      process.stdout.write(
        json ? `${JSON.stringify({ route: name, ...look })}\n` : renderParked(look, region, Date.now()),
      );
    });
}
