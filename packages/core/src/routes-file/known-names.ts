import { isObject } from '../values/is-object.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { namesIn } from './resolve/sound-part.ts';

/** What a routes file has names for. */
export interface KnownNames {
  /** Keys of `accounts`. */
  accounts: string[];
  /** Keys of `groups`. */
  groups: string[];
  /** The names of streams in routes. */
  streams: string[];
}

/** The names to choose from for a new entry; empty where the file has mistakes in these places. */
export function knownNames(text: string): KnownNames {
  const file = parseYaml(text, '').value;
  const routes = isObject(file) ? file.routes : undefined;
  const streams = Array.isArray(routes)
    ? routes.map((route) => (isObject(route) ? route.stream : undefined))
    : [];
  return {
    accounts: namesIn(file, 'accounts'),
    groups: namesIn(file, 'groups'),
    streams: [...new Set(streams)].filter((stream) => typeof stream === 'string'),
  };
}
