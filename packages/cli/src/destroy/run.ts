import { accountIds } from '@xacct/core';
import { readValidFile, readValidRoutes } from '../routes-file/read-routes.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { checkCanAsk, confirm } from '../terminal/confirm.ts';
import { count } from '../terminal/count.ts';
import { destroyAccount } from './destroy-account.ts';
import { destroyRoute } from './destroy-route.ts';
import { renderKept } from './render-kept.ts';

export interface DestroyFlags {
  account?: string;
  yes: boolean;
  config: string;
  profile?: string;
  json: boolean;
}

/** Deletes the stack of a route, or the stacks that no route needs any more in an account. */
export async function run(route: string | undefined, { account, ...flags }: DestroyFlags): Promise<void> {
  if ((route === undefined) === (account === undefined)) {
    const got = route === undefined ? 'neither' : 'both';
    throw new CommandFailure(`Expected the name of a route, or --account, got ${got}`, 2);
  }
  checkCanAsk(flags.yes);
  if (account !== undefined) await ofAccount(account, flags);
  else if (route !== undefined) await ofRoute(route, flags);
}

type Flags = Omit<DestroyFlags, 'account'>;

async function ofRoute(route: string, { yes, config, profile, json }: Flags): Promise<void> {
  const routes = await readValidRoutes(config);
  if (routes.routes.some(({ name }) => name === route)) {
    throw new CommandFailure(
      `${config} has route "${route}", so the next deployment would make it again. Delete its entry first`,
      2,
    );
  }
  const signal = abortOnSignal();
  const { stack, ...left } = await destroyRoute({
    routes,
    route,
    profile,
    signal,
    async agree(name, kept) {
      process.stderr.write(
        `- stack ${name}: the route reads its stream no more\n${renderKept(kept, routes.source.region, Date.now())}`,
      );
      if (!yes) await confirm(`Delete stack ${name}?`, 'Nothing is deleted', { signal });
    },
  });
  process.stdout.write(
    json
      ? `${JSON.stringify({ route, stack, ...left })}\n`
      : `Route "${route}" is gone. Next: "xacct deploy" takes its roles and permissions away. While its queues stay, no route of this name can be deployed\n`,
  );
}

async function ofAccount(written: string, { yes, config, profile, json }: Flags): Promise<void> {
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
