import { ACCOUNTS_METADATA, namesOf, type Routes } from '@xacct/core';
import type { ForwarderAccount } from '@xacct/infra';
import { type DeployedStacks, readDeployed } from './read-deployed.ts';
import { forwarderOf, kindOf, resourcesOf, type Stack } from './stack.ts';
import { replaceStacks, type SynthesizedStacks, type Variant } from './with-synthesized.ts';

/** The accounts that the stacks of forwarders name, because they have, or had, a stack there. */
export function knownAccounts(stacks: readonly Stack[]): ForwarderAccount[] {
  return stacks.flatMap((stack) => {
    const forwarder = forwarderOf(stack);
    const lists = resourcesOf(stack).flatMap(([, { Metadata }]) => Metadata?.[ACCOUNTS_METADATA] ?? []);
    if (forwarder === undefined || kindOf(stack) !== 'forwarder') return [];
    return lists.map((place) => {
      const [account = '', region = stack.region] = String(place).split('/');
      return { forwarder, account, region };
    });
  });
}

/**
 * Reads what is deployed in the source account, and in others, which only the stacks of forwarders may still name.
 *
 * @param chooseOthers from the accounts that the stacks of forwarders name
 */
export async function readDeployedIn(
  routes: Routes,
  chooseOthers: (named: string[]) => Iterable<string>,
  profile: string | undefined,
): Promise<DeployedStacks> {
  const { account: source } = routes.source;
  const first = await readDeployed(routes, [source], profile);
  const known = knownAccounts(first.stacks);
  const others = new Set(chooseOthers(known.map(({ account }) => account)));
  others.delete(source);
  const regions = Object.fromEntries(known.map(({ account, region }) => [account, region]));
  const accountRegions = { ...regions, ...routes.accountRegions };
  const rest = await readDeployed({ ...routes, accountRegions }, [...others], profile);
  return {
    stacks: [...first.stacks, ...rest.stacks],
    unreadable: [...first.unreadable, ...rest.unreadable],
  };
}

export interface WithAccountsOptions extends SynthesizedStacks {
  deployed: readonly Stack[];
  /** Whether the stacks of an account could not be read, so that one may exist there. */
  isUnread(account: string): boolean;
  /** Whether the owner of an account deploys its stacks. */
  isLeft(account: string): boolean;
}

/** The stacks of a file, whose forwarders continue to name the accounts that still hold a stack of theirs. */
export async function withKnownAccounts({
  routes,
  stacks,
  synthesize,
  deployed,
  isUnread,
  isLeft,
}: WithAccountsOptions): Promise<Pick<SynthesizedStacks, 'stacks' | 'synthesize'>> {
  const names = new Set(deployed.map(({ name }) => name));
  const accounts = knownAccounts(deployed).filter(({ forwarder, account }) => {
    return (
      !isLeft(account) &&
      (isUnread(account) || names.has(namesOf(routes).targetStack({ account, forwarder })))
    );
  });
  const own = new Set(knownAccounts(stacks).map(keyOf));
  const others = accounts.filter((known) => !own.has(keyOf(known)));
  const lacking = new Set(
    stacks
      .filter((stack) => kindOf(stack) === 'forwarder')
      .filter((stack) => others.some(({ forwarder }) => forwarder === forwarderOf(stack)))
      .map(({ name }) => name),
  );
  if (lacking.size === 0) return { stacks, synthesize };
  const withAccounts = (variant: Variant) => synthesize({ ...variant, accounts });
  return {
    synthesize: withAccounts,
    stacks: await replaceStacks({ stacks, synthesize: withAccounts }, { routes, only: lacking }),
  };
}

function keyOf({ forwarder, account }: ForwarderAccount): string {
  return `${forwarder} ${account}`;
}
