import { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { configOption, jsonOption, profileOption } from './options.ts';

interface DestroyFlags {
  yes: boolean;
  config: string;
  profile?: string;
  json: boolean;
}

export function destroyCommand(): Command {
  return new Command('destroy')
    .description(
      'Delete the stack of a route whose entry is deleted from the routes file. Its queues stay, with all that is in them; the next "xacct deploy" takes its roles and permissions away.',
    )
    .argument('<route>', "the route's name, as it was in the file")
    .option('--yes', 'do not ask; needed where there is no terminal', false)
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(jsonOption('print {route, stack, queues} as one JSON object'))
    .action(async (route: string, { yes, config, profile, json }: DestroyFlags) => {
      const [
        { checkCanAsk, confirm },
        { readValidRoutes },
        { destroyRoute },
        { renderKeptQueues },
        { abortOnSignal },
      ] = await Promise.all([
        import('../confirm.ts'),
        import('../read-routes.ts'),
        import('../destroy/destroy-route.ts'),
        import('../render/kept-queues.ts'),
        import('../abort-on-signal.ts'),
      ]);
      checkCanAsk(yes);
      const routes = await readValidRoutes(config);
      if (routes.routes.some(({ name }) => name === route)) {
        throw new CommandFailure(
          `${config} has route "${route}", so the next deployment would make it again. Delete its entry first`,
          2,
        );
      }
      const signal = abortOnSignal();
      const { stack, queues } = await destroyRoute({
        routes,
        route,
        profile,
        signal,
        async agree(name, kept) {
          process.stderr.write(
            `- stack ${name}: the route reads its stream no more\n${renderKeptQueues(kept)}`,
          );
          if (!yes) await confirm(`Delete stack ${name}?`, 'Nothing is deleted', { signal });
        },
      });
      process.stdout.write(
        json
          ? `${JSON.stringify({ route, stack, queues })}\n`
          : `Route "${route}" is gone. Next: "xacct deploy" takes its roles and permissions away. While its queues stay, no route of this name can be deployed\n`,
      );
    });
}
