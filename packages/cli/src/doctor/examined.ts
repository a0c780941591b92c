import { namesOf, type Route, type Routes, stackRegion } from '@xacct/core';
import type { AccountLabels } from '../routes-file/account-labels.ts';
import type { Clients } from './clients.ts';

/** What is examined, and with what. */
export interface Examined {
  /** The routes of the file. */
  routes: Routes;
  /** Those that were asked for. */
  chosen: readonly Route[];
  /** Whether these are all routes of the file, with all of their targets. */
  isAll: boolean;
  /** Whether the targets of an account were asked for. */
  isAsked(account: string): boolean;
  /** Whether the owner of an account deploys its stacks. */
  isLeft(account: string): boolean;
  labels: AccountLabels;
  clients: Clients;
  profile: string | undefined;
}

/** An account and region with stacks. */
export interface Environment {
  account: string;
  region: string;
}

/** The names of the chosen routes of a forwarder. */
export function routesOf({ chosen }: Pick<Examined, 'chosen'>, forwarder: string): string[] {
  return chosen.filter((route) => route.forwarder === forwarder).map(({ name }) => name);
}

/** The names of the forwarders of the chosen routes. */
export function forwardersOf({ chosen }: Pick<Examined, 'chosen'>): string[] {
  return [...new Set(chosen.map(({ forwarder }) => forwarder))];
}

export function countTargets(routes: readonly Route[]): number {
  return routes.reduce((sum, { targets }) => sum + targets.length, 0);
}

/** Where the chosen routes have stacks: in the source account, and where roles are generated. */
export function environmentsOf({
  routes,
  chosen,
  isAsked,
  isLeft,
}: Pick<Examined, 'routes' | 'chosen' | 'isAsked' | 'isLeft'>): Environment[] {
  const accounts = chosen
    .flatMap(({ targets }) => targets.filter(({ hasGeneratedRole }) => hasGeneratedRole))
    .map(({ account }) => account)
    .filter((account) => isAsked(account) && !isLeft(account));
  return [...new Set([routes.source.account, ...accounts])].map((account) => ({
    account,
    region: stackRegion(routes, account),
  }));
}

/** The names of the stacks that the chosen routes and the targets that were asked for need. */
export function stacksOf({
  routes,
  chosen,
  isAsked,
}: Pick<Examined, 'routes' | 'chosen' | 'isAsked'>): Set<string> {
  const names = namesOf(routes);
  return new Set(
    chosen.flatMap(({ name, forwarder, targets }) => [
      names.route(name).stack,
      names.forwarder(forwarder).stack,
      ...targets
        .filter(({ account }) => isAsked(account))
        .map(({ account }) => names.targetStack({ account, forwarder })),
    ]),
  );
}
