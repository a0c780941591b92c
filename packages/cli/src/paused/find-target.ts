import {
  accountIds,
  few,
  functionFromArn,
  type RoutedTarget,
  type WrittenTarget,
  writtenTargets,
} from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';

/** What a person means by a target: an entry of the file, or one account of it. */
export interface FoundTarget {
  /** Place of the entry in the route's `targets`. */
  entry: number;
  /** ID of the one account that is meant of a group; undefined: all of the entry. */
  account: string | undefined;
  /** The targets that are meant. */
  targets: RoutedTarget[];
  /** Account and function in one word, for messages: `analytics/reader`. */
  label: string;
}

/** How many targets a message lists. */
const MOST_TARGETS = 10;

/**
 * Finds a target of a route by the name of its function, with or without alias, after `account/` where that is needed, or by the
 * ARN of the function.
 *
 * @param text of the routes file
 * @param place an account or a group, where the function's name is not enough
 * @throws {CommandFailure} where there is none, or more than one
 */
export function findTarget(
  text: string,
  { route, wanted, place: asked }: { route: string; wanted: string; place: string | undefined },
): FoundTarget {
  const [, before, name = wanted] = /^([^/:]+)\/(.+)$/.exec(wanted) ?? [];
  const place = asked ?? before;
  const entries = writtenTargets(text, route);
  const isArn = wanted.startsWith('arn:');
  const named = isArn ? byArn(entries, wanted) : byName(entries, name);
  const found = place === undefined ? named : named.filter((one) => isAt(text, one, place));
  const [only, ...others] = found;
  if (only === undefined) {
    const known = entries.map(labelOf);
    const what = `route "${route}" has no target "${wanted}"${asked === undefined ? '' : ` in "${asked}"`}`;
    throw new CommandFailure(`${capital(what)}, expected one of ${few(known, MOST_TARGETS)}`, 2);
  }
  if (others.length > 0) {
    const which = found.map((one) => `${labelOf(one)}${regionOf(one)}`);
    const fix =
      new Set(found.map(({ place: its }) => its)).size > 1 ? '--account' : 'the ARN of its function';
    throw new CommandFailure(
      `Route "${route}" has ${found.length} targets "${wanted}": ${few(which, MOST_TARGETS)}. Name one by ${fix}`,
      2,
    );
  }
  const account = only.isGroup ? accountOf(text, only, isArn ? wanted : undefined, place) : undefined;
  const targets = only.targets.filter((target) => account === undefined || target.account === account);
  const label = account === undefined ? labelOf(only) : `${place ?? account}/${qualifiedName(only)}`;
  return { entry: only.index, account, targets, label };
}

function byArn(entries: readonly WrittenTarget[], arn: string): WrittenTarget[] {
  return entries.filter(({ targets }) => targets.some(({ functionArn }) => functionArn === arn));
}

/** With the alias, or by the name alone where no target has exactly that. */
function byName(entries: readonly WrittenTarget[], name: string): WrittenTarget[] {
  const exact = entries.filter((entry) => qualifiedName(entry) === name);
  return exact.length > 0 ? exact : entries.filter((entry) => qualifiedName(entry).split(':')[0] === name);
}

function isAt(text: string, { place, targets }: WrittenTarget, wanted: string): boolean {
  const named = accountIds(text, wanted);
  if (named?.kind !== 'account') return place === wanted;
  return targets.some(({ account }) => named.ids.includes(account));
}

/** The account that a person means of a group. */
function accountOf(
  text: string,
  { targets }: WrittenTarget,
  arn: string | undefined,
  place: string | undefined,
): string | undefined {
  if (arn !== undefined) return targets.find(({ functionArn }) => functionArn === arn)?.account;
  const named = place === undefined ? undefined : accountIds(text, place);
  return named?.kind === 'account' ? named.ids[0] : undefined;
}

function labelOf(entry: WrittenTarget): string {
  return `${entry.place}/${qualifiedName(entry)}`;
}

function regionOf({ targets }: WrittenTarget): string {
  return ` (${[...new Set(targets.map(({ region }) => region))].join(', ')})`;
}

function qualifiedName({ targets: [first] }: WrittenTarget): string {
  return first === undefined ? '' : functionFromArn(first.functionArn).qualifiedName;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
