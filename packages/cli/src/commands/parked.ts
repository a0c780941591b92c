import { Command } from 'commander';
import { configOption, jsonOption, profileOption, wholeNumber } from './options.ts';

interface ParkedFlags {
  config: string;
  limit: number;
  sample: number;
  profile?: string;
  json: boolean;
}

export function parkedCommand(): Command {
  return new Command('parked')
    .description(
      "Show what waits in a route's retry queue and what is dead-lettered, by target and reason. Dead letters are read and handed back; of the retry queue only the counts are asked for, as each look at a message would take one of its tries.",
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
      'messages of the retry queue to read too, 0 to 100; takes one of the 16 tries of each',
      wholeNumber(0, 100),
      0,
    )
    .addOption(profileOption())
    .addOption(jsonOption('print {route, retryQueue, deadLetterQueue} as one JSON object'))
    .action(async (name: string, { config, limit, sample, profile, json }: ParkedFlags) => {
      const [
        { readValidRoutes },
        { findRoute },
        { createQueueClient },
        { lookAtRoute },
        { abortOnSignal },
        { renderParked },
      ] = await Promise.all([
        import('../read-routes.ts'),
        import('../find-route.ts'),
        import('../queues/queue-client.ts'),
        import('../queues/look-at-route.ts'),
        import('../abort-on-signal.ts'),
        import('../render/parked.ts'),
      ]);
      const routes = await readValidRoutes(config);
      const { region } = routes.source;
      const route = findRoute(routes, name, config);
      const sqs = createQueueClient({ region, profile });
      const look = await lookAtRoute(route, { sqs, limit, sample, signal: abortOnSignal() });
      process.stdout.write(
        json ? `${JSON.stringify({ route: name, ...look })}\n` : renderParked(look, region, Date.now()),
      );
    });
}
