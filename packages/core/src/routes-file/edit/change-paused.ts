import { isDeepStrictEqual } from 'node:util';
import { isMap } from 'yaml';
import { formatPath, type Path } from '../../problems/problem.ts';
import { isObject } from '../../values/is-object.ts';
import { parseYaml } from '../../yaml/parse-yaml.ts';
import { accountIds } from '../account-ids.ts';
import { AddRouteError } from '../add/add-route.ts';
import { knownNames } from '../known-names.ts';
import { parseRoutes } from '../parse-routes.ts';
import { removeField, setField } from './fields.ts';
import { writtenTargets } from './written-targets.ts';

/** Which targets of a routes file to pause or to resume. */
export interface PausedChange {
  /** The route's name. */
  route: string;
  /** Place of the entry in the route's `targets`. */
  entry: number;
  /** ID of the one account of the entry's group; undefined: all of the entry. */
  account?: string | undefined;
  paused: boolean;
}

/**
 * Pauses or resumes a target in the text of a routes file. Every other character stays as it was; the text itself is returned
 * where it says so already.
 *
 * @param file the name that problems carry
 * @throws {AddRouteError} when the file has problems, or has a form in which the entry cannot be changed by itself
 *
 * @example
 * const text = changePaused(before, { route: 'orders', entry: 0, paused: true });
 */
export function changePaused(text: string, change: PausedChange, file = 'routes.yaml'): string {
  const { routes, problems } = parseRoutes(text, file);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (routes === undefined) throw new AddRouteError(errors);
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const plain = text.slice(mark.length);
  const { document, value, locate } = parseYaml(plain, file);
  const at = routes.routes.findIndex(({ name }) => name === change.route);
  const path = ['routes', at, 'targets', change.entry];
  const refuse = (message: string) =>
    new AddRouteError([
      {
        ...{ file, path: formatPath(path), ...locate(path), severity: 'error', code: 'wrong-form' },
        ...{ message, hint: `edit "paused" by hand` },
      },
    ]);

  const before = valueAt(value, path);
  const after = wantedValue(text, change, isObject(before) ? before.paused : undefined);
  if (after === SAME) return text;
  const node = document.getIn(path, true);
  if (!isMap(node)) throw refuse('expected an entry written out here, got an alias');
  const changed =
    after === undefined
      ? removeField(plain, node, 'paused')
      : setField(plain, document, node, 'paused', after);
  const { paused: _, ...rest } = isObject(before) ? before : {};
  const entry = after === undefined ? rest : { ...rest, paused: after };
  // The entry may also be used elsewhere through an anchor, or have the key from a merge.
  if (!isDeepStrictEqual(parseYaml(changed, file).value, withValue(value, path, entry))) {
    throw refuse('expected an entry that can be changed without changing anything else in the file');
  }
  return mark + changed;
}

const SAME = Symbol('as it is');

/** What `paused` is to say afterwards; undefined: nothing. */
function wantedValue(
  text: string,
  { route, entry, account, paused }: PausedChange,
  before: unknown,
): true | string[] | undefined | typeof SAME {
  const { targets = [], isGroup = false } = writtenTargets(text, route)[entry] ?? {};
  const isMeant = (id: string) => account === undefined || id === account;
  const others = targets.filter((target) => target.paused && !isMeant(target.account));
  if (targets.every((target) => !isMeant(target.account) || (target.paused ?? false) === paused)) return SAME;
  if (!isGroup || (account === undefined && paused)) return paused ? true : undefined;

  const written = Array.isArray(before) ? before.map(String) : [];
  if (!paused) {
    const kept = written.filter((name) => accountIds(text, name)?.ids[0] !== account);
    const left = before === true ? others.map((target) => nameOf(text, target.account)) : kept;
    return account === undefined || left.length === 0 ? undefined : left;
  }
  return account === undefined ? true : [...written, nameOf(text, account)];
}

/** As `accounts` names it, or else its ID. */
function nameOf(text: string, id: string): string {
  return knownNames(text).accounts.find((name) => accountIds(text, name)?.ids[0] === id) ?? id;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((above, key) => Object(above)[key], value);
}

function withValue(value: unknown, [key, ...rest]: Path, item: unknown): unknown {
  if (key === undefined) return item;
  if (Array.isArray(value))
    return value.map((child, index) => (index === key ? withValue(child, rest, item) : child));
  return isObject(value) ? { ...value, [key]: withValue(value[key], rest, item) } : value;
}
