import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isScalar, isSeq } from 'yaml';
import type { Route, Routes } from '../../model/routes.ts';
import { streamArn, streamFromArn } from '../../names/resource-arns.ts';
import { formatPath, formatProblem, type Path, type Problem } from '../../problems/problem.ts';
import { sharedRouteOptions } from '../../schema/route-options.ts';
import { isObject } from '../../values/is-object.ts';
import { parseYaml } from '../../yaml/parse-yaml.ts';
import { parseRoutes } from '../parse-routes.ts';
import { type Insertion, insertFirst, insertItem } from './insert-item.ts';
import { entryStyle, type Fields, targetsStyle, textStyle } from './style.ts';

/** What to route, in the words of routes.yaml. */
export interface NewEntry {
  /** Name or ARN. */
  stream: string;
  /** The route's name; the stream's by default. */
  name?: string | undefined;
  /** By default that of `defaults`, or `default`. */
  forwarder?: string | undefined;
  /** With either `account` or `group`. */
  target: {
    account?: string | undefined;
    group?: string | undefined;
    function: string;
    region?: string | undefined;
    invocation?: string | undefined;
    onFailure?: string | undefined;
  };
}

/** A routes file with one more entry. */
export interface AddedEntry {
  /** The text given with one piece inserted, and every other character as it was. */
  text: string;
  /** Where the new entry starts, 1-based. */
  line: number;
  /** Whether the stream got a route, or a target in the route that it has in the forwarder. */
  added: 'route' | 'target';
  /** The route's name. */
  route: string;
}

/** Thrown when an entry cannot be added or changed in the text as it is. The problems have their places in that text. */
export class AddRouteError extends Error {
  override readonly name = 'AddRouteError';
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/**
 * Adds an entry to the text of a routes file, in the style of the entries beside it. Every other character stays as it was.
 * Whether the new entry is valid (for example, whether its account exists) is checked by `parseRoutes` of the new text.
 *
 * @param file the name that problems carry
 * @throws {AddRouteError} when the file has problems, or has a form that an entry cannot be inserted into
 *
 * @example
 * const { text, line } = addRoute(before, {
 *   stream: 'orders',
 *   target: { account: 'analytics', function: 'order-reader' },
 * });
 */
export function addRoute(text: string, entry: NewEntry, file = 'routes.yaml'): AddedEntry {
  const { routes, problems } = parseRoutes(text, file);
  // A file may still be without its first route.
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.some(({ path }) => path !== 'routes')) throw new AddRouteError(errors);
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const plain = text.slice(mark.length);
  const { document, value, locate } = parseYaml(plain, file);
  const refuse = (path: Path, code: Problem['code'], message: string, hint: string): AddRouteError =>
    new AddRouteError([
      { file, path: formatPath(path), ...locate(path), severity: 'error', code, message, hint },
    ]);

  const index = routes === undefined ? -1 : findRoute(routes, entry, forwarderDefault(value));
  const route = routes?.routes[index];
  if (route !== undefined && entry.name !== undefined && entry.name !== route.name) {
    const message = `"${route.stream.name}" is already routed here, as "${route.name}"`;
    const hint = `leave out the name "${entry.name}" to add the target here, or name another forwarder`;
    throw refuse(['routes', index], 'duplicate-stream', message, hint);
  }

  const path = route === undefined ? ['routes'] : ['routes', index, 'targets'];
  const fields = route === undefined ? routeFields(entry) : targetFields(entry);
  const insertion = insertInto(plain, document, path, fields);
  if (insertion === undefined) {
    if (errors.length > 0) throw new AddRouteError(errors);
    const message = 'expected a list written out here, got an alias or a merge';
    throw refuse(path, 'wrong-form', message, 'add the entry by hand');
  }

  const { offset, inserted } = insertion;
  const changed = plain.slice(0, offset) + inserted + plain.slice(offset);
  // The list may also be used elsewhere through an anchor, and a text may have an unexpected form.
  if (!isDeepStrictEqual(parseYaml(changed, file).value, withItem(value, path, toValue(fields)))) {
    const message = 'expected a list that can be added to without changing anything else in the file';
    throw refuse(path, 'wrong-form', message, 'add the entry by hand');
  }
  return {
    text: mark + changed,
    line: changed.slice(0, offset + inserted.search(/[^\s,]/)).split('\n').length,
    added: route === undefined ? 'route' : 'target',
    route: route?.name ?? entry.name ?? streamFromArn(entry.stream)?.name ?? entry.stream,
  };
}

/** The index of the stream's route in the entry's forwarder, or -1. */
function findRoute({ routes, source }: Routes, entry: NewEntry, forwarder: string): number {
  const arn = streamFromArn(entry.stream)?.arn ?? streamArn(source, entry.stream);
  const isMeant = (route: Route) =>
    route.stream.arn === arn && route.forwarder === (entry.forwarder ?? forwarder);
  return routes.findIndex(isMeant);
}

function forwarderDefault(file: unknown): string {
  const defaults = isObject(file) ? file.defaults : undefined;
  const forwarder = isObject(defaults) ? defaults.forwarder : undefined;
  return typeof forwarder === 'string' ? forwarder : sharedRouteOptions.forwarder.default;
}

function routeFields(entry: NewEntry): Fields {
  return [
    ...present({ stream: entry.stream, name: entry.name, forwarder: entry.forwarder }),
    ['targets', [targetFields(entry)]],
  ];
}

function targetFields({ target }: NewEntry): Fields {
  const { account, group, function: name, region, invocation, onFailure } = target;
  return present({ account, group, function: name, region, invocation, onFailure });
}

function present(fields: Record<string, string | undefined>): [string, string][] {
  return Object.entries(fields).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
}

/** Undefined where the text has no list to insert into at `path`. */
function insertInto(
  text: string,
  document: Document.Parsed,
  path: Path,
  fields: Fields,
): Insertion | undefined {
  const root = document.contents;
  if (!isMap(root)) return undefined;
  const routes = root.get('routes', true);
  const list = path.length === 1 ? routes : document.getIn(path, true);
  const style = textStyle(text, document);
  const targets = targetsStyle(text, routes);
  if (isSeq(list)) {
    return insertItem(text, list, fields, { ...style, ...entryStyle(text, list), targets });
  }
  const isEmpty = isScalar(list) && list.value === null && !list.source;
  return isEmpty && !root.flow
    ? insertFirst(text, root, 'routes', fields, { ...style, flow: false, gap: 1, targets })
    : undefined;
}

/** What the file should say once `item` is at the end of the list at `path`. */
function withItem(value: unknown, [key, ...rest]: Path, item: unknown): unknown {
  if (key === undefined) return [...(Array.isArray(value) ? value : []), item];
  const step = (child: unknown, at: string | number) => (at === key ? withItem(child, rest, item) : child);
  if (Array.isArray(value)) return value.map(step);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, step(child, name)]));
}

function toValue(fields: Fields): unknown {
  return Object.fromEntries(
    fields.map(([key, value]) => [key, typeof value === 'string' ? value : value.map(toValue)]),
  );
}
