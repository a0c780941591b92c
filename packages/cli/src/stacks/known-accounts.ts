import { ACCOUNTS_METADATA, namesOf, type Routes } from '@xacct/core';
import { NO_PERMISSIONS } from '@xacct/core/rollout';
import type { ForwarderAccount } from '@xacct/infra';
import { forwarderOf, kindOf, resourcesOf, type Stack } from './stack.ts';
import type { SynthesizedStacks, Variant } from './with-synthesized.ts';

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

/** The regions of accounts that the file may no longer name. */
export function regionsOf(accounts: readonly ForwarderAccount[]): Routes['accountRegions'] {
  return Object.fromEntries(accounts.map(({ account, region }) => [account, region]));
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
  const made = await withAccounts({
    routes,
    also: NO_PERMISSIONS,
    only: (name) => lacking.has(name),
    written: [],
  });
  const byName = new Map(made.map((stack) => [stack.name, stack]));
  return {
    synthesize: withAccounts,
    stacks: stacks.map((stack) => {
      const { template, tags, folder } = byName.get(stack.name) ?? stack;
      return { ...stack, template, tags, folder };
    }),
  };
}

function keyOf({ forwarder, account }: ForwarderAccount): string {
  return `${forwarder} ${account}`;
}
