import type { Path } from '../../problems/problem.ts';
import type { RouteEntry, RoutesFile, TargetEntry } from '../../schema/routes-schema.ts';
import { isObject } from '../../values/is-object.ts';

/** A routes file without its mistakes. Entries of which nothing usable is left are undefined. */
export interface SoundFile extends Omit<RoutesFile, 'routes' | 'groups' | 'source' | 'accounts'> {
  accounts: Record<string, SoundAccount>;
  /** Undefined where it is wrong: nothing that rests on it can be checked. */
  source: RoutesFile['source'] | undefined;
  groups: Record<string, (string | undefined)[]>;
  routes: (SoundRoute | undefined)[];
}

export interface SoundAccount {
  id: string;
  region?: string;
}

export interface SoundRoute extends Omit<RouteEntry, 'targets'> {
  targets: (TargetEntry | undefined)[];
}

export type Defaults = NonNullable<RoutesFile['defaults']>;

/**
 * Leaves out what the shape check found wrong, so that all the rest can be checked for its meaning.
 * The places of what stays are as they were.
 *
 * @param value of the document, which is changed
 * @param wrong the places found wrong; keys that are missing are none
 */
export function soundPart(value: unknown, wrong: readonly Path[]): SoundFile {
  const names = { accounts: namesIn(value, 'accounts'), groups: namesIn(value, 'groups') };
  for (const path of wrong) leaveOut(value, whoseIs(path));

  const file = isObject(value) ? value : {};
  const accounts = isObject(file.accounts) ? file.accounts : {};
  const groups = isObject(file.groups) ? file.groups : {};
  return {
    ...(file as Omit<RoutesFile, 'routes' | 'groups' | 'source' | 'accounts'>),
    source: soundSource(file.source),
    // A name whose account is wrong still counts as known; IDs that start with 0000 belong to nobody.
    accounts: fromEntries(
      names.accounts.map((name, index) => [name, soundAccount(accounts[name], standIn(index))]),
    ),
    groups: fromEntries(names.groups.map((name) => [name, list(groups[name]) as (string | undefined)[]])),
    routes: list(file.routes).map(soundRoute),
  };
}

function soundAccount(written: unknown, otherwise: string): SoundAccount {
  if (!isObject(written)) return { id: textOf(written) ?? otherwise };
  const region = textOf(written.region);
  return { id: textOf(written.id) ?? otherwise, ...(region !== undefined && { region }) };
}

function soundSource(source: unknown): RoutesFile['source'] | undefined {
  if (!isObject(source)) return undefined;
  const { account, region } = source;
  return textOf(account) === undefined || textOf(region) === undefined
    ? undefined
    : (source as RoutesFile['source']);
}

function soundRoute(route: unknown): SoundRoute | undefined {
  if (!isObject(route) || textOf(route.stream) === undefined) return undefined;
  const targets = list(route.targets).map((target) => {
    return isObject(target) && textOf(target.function) !== undefined ? (target as TargetEntry) : undefined;
  });
  return { ...(route as RouteEntry), targets };
}

/** A target whose account is wrong is no target; any other wrong option may be taken for one that is not there. */
function whoseIs(path: Path): Path {
  const [, , targets, , option] = path;
  return targets === 'targets' && (option === 'account' || option === 'group') ? path.slice(0, 4) : path;
}

function leaveOut(value: unknown, path: Path): void {
  const key = path.at(-1);
  if (key === undefined) return;
  let parent: unknown = value;
  for (const step of path.slice(0, -1)) parent = isContainer(parent) ? parent[step] : undefined;
  if (Array.isArray(parent)) parent[Number(key)] = undefined;
  else if (isObject(parent)) delete parent[key];
}

/** The keys of a mapping in the file; none where it has no such mapping. */
export function namesIn(value: unknown, key: string): string[] {
  const names = isObject(value) ? value[key] : undefined;
  return isObject(names) ? Object.keys(names) : [];
}

function standIn(index: number): string {
  return `0000${String(index).padStart(8, '0')}`;
}

/** Names come from the file: `__proto__` among them is a name like any other. */
function fromEntries<T>(entries: [string, T][]): Record<string, T> {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
