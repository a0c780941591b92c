import { Command } from 'commander';
import { CommandFailure } from '../terminal/command-failure.ts';
import { configOption, jsonOption, profileOption } from '../terminal/options.ts';

type Flags = Omit<DestroyFlags, 'account'>;

interface DestroyFlags {
  account?: string;
  yes: boolean;
  config: string;
  profile?: string;
  json: boolean;
}

export function destroyCommand(): Command {
  return new Command('destroy')
    .description(
      'Delete the stack of a route whose entry is deleted from the routes file. Its queues stay, with all that is in them; the next "xacct deploy" takes its roles and permissions away. Or, with --account, the stacks that no route needs any more in a target account.',
    )
    .argument('[route]', "the route's name, as it was in the file")
    .option('--account <account>', 'a target account in place of a route: a name, or 12 digits')
    .option('--yes', 'do not ask; needed where there is no terminal', false)
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption('print {route, stack, queues}, or with --account {account, stacks}, as one JSON object'),
    )
    .action(async (route: string | undefined, { account, ...flags }: DestroyFlags) => {
      const { checkCanAsk } = await import('../terminal/confirm.ts');
      if ((route === undefined) === (account === undefined)) {
        const got = route === undefined ? 'neither' : 'both';
        throw new CommandFailure(`Expected the name of a route, or --account, got ${got}`, 2);
      }
      checkCanAsk(flags.yes);
      if (account !== undefined) await ofAccount(account, flags);
      else if (route !== undefined) await ofRoute(route, flags);
    });
}

async function ofRoute(route: string, { yes, config, profile, json }: Flags): Promise<void> {
  const [{ confirm }, { readValidRoutes }, { destroyRoute }, { renderKeptQueues }, { abortOnSignal }] =
    await Promise.all([
      import('../terminal/confirm.ts'),
      import('../routes-file/read-routes.ts'),
      import('./destroy-route.ts'),
      import('./render-kept-queues.ts'),
      import('../terminal/abort-on-signal.ts'),
    ]);
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
      process.stderr.write(`- stack ${name}: the route reads its stream no more\n${renderKeptQueues(kept)}`);
      if (!yes) await confirm(`Delete stack ${name}?`, 'Nothing is deleted', { signal });
    },
  });
  process.stdout.write(
    json
      ? `${JSON.stringify({ route, stack, queues })}\n`
      : `Route "${route}" is gone. Next: "xacct deploy" takes its roles and permissions away. While its queues stay, no route of this name can be deployed\n`,
  );
}

async function ofAccount(written: string, { yes, config, profile, json }: Flags): Promise<void> {
  const [{ accountIds }, { confirm }, { count }, { readValidFile }, { destroyAccount }, { abortOnSignal }] =
    await Promise.all([
      import('@xacct/core'),
      import('../terminal/confirm.ts'),
      import('../terminal/count.ts'),
      import('../routes-file/read-routes.ts'),
      import('./destroy-account.ts'),
      import('../terminal/abort-on-signal.ts'),
    ]);
  const { routes, text } = await readValidFile(config);
  const { kind, ids: [account = ''] = [] } = accountIds(text, written) ?? { kind: undefined };
  if (kind !== 'account') {
    throw new CommandFailure(
      `${config} has no account "${written}", expected a name from "accounts", or 12 digits`,
      2,
    );
  }
  const signal = abortOnSignal();
  const stacks = await destroyAccount({
    routes,
    account,
    profile,
    signal,
    async agree(names) {
      process.stderr.write(
        names.map((name) => `- stack ${name} of account ${account}: its roles\n`).join(''),
      );
      const what = names.length === 1 ? `stack ${names[0]}` : count(names.length, 'stack');
      if (!yes) await confirm(`Delete ${what}?`, 'Nothing is deleted', { signal });
    },
  });
  process.stdout.write(
    json
      ? `${JSON.stringify({ account, stacks })}\n`
      : `Account ${account} has nothing of ${routes.name} any more that no route needs\n`,
  );
}
