import { isObject } from '../values/is-object.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';

/** What a routes file has names for. */
export interface KnownNames {
  /** Keys of `accounts`. */
  accounts: string[];
  /** Keys of `groups`. */
  groups: string[];
  /** As routes name them. */
  streams: string[];
}

/** For those who write an entry; empty where the file has mistakes in these places. */
export function knownNames(text: string): KnownNames {
  const file = parseYaml(text, '').value;
  const routes = child(file, 'routes');
  const streams = Array.isArray(routes) ? routes.map((route) => child(route, 'stream')) : [];
  return {
    accounts: keysOf(child(file, 'accounts')),
    groups: keysOf(child(file, 'groups')),
    streams: [...new Set(streams)].filter((stream) => typeof stream === 'string'),
  };
}

function keysOf(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function child(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}
