import { createHash } from 'node:crypto';
import * as limits from '../limits/aws-limits.ts';
import { fromJson, type StoredRoute, StoredRouteError, toJson } from './route-json.ts';

/**
 * Writes a route as the values of its parameters, each within the 4 KB of a standard parameter of Parameter Store.
 * Every value starts with a line `xacct/1 <revision> <part>/<parts>`; the rest, joined, is the route as JSON.
 *
 * @throws {Error} when the route has no target
 *
 * @example
 * const names = encodeRoute(route).map((_, part) => parameterPartName('/xacct/default/kinesis/orders', part));
 */
export function encodeRoute(route: StoredRoute): string[] {
  const json = escapeForParameter(toJson(route));
  const revision = createHash('sha256').update(json).digest('hex').slice(0, 16);
  const room = limits.ssm.parameterValueBytes - header(revision, 9999, 9999).length;
  const parts = Math.ceil(json.length / room);
  return Array.from({ length: parts }, (_, part) => {
    return header(revision, part, parts) + json.slice(part * room, (part + 1) * room);
  });
}

/** How many parts any of a route's targets together could take: most where no two of them share anything. */
export function mostParts(route: StoredRoute): number {
  const [first] = route.targets;
  if (first === undefined) return 1;
  const stranger = { ...first, roleArn: '-', externalId: '-' };
  return encodeRoute({ ...route, targets: [stranger, ...route.targets] }).length;
}

/** The number of parts that a route's first parameter speaks of. */
export function countParts(first: string): number {
  return parsePart(first).parts;
}

/**
 * Reads a route from the values of all of its parameters, in order.
 *
 * @throws {StoredRouteError} `mixed` when parts are missing or of several revisions; `malformed` when they hold no route
 *
 * @example decodeRoute(encodeRoute(route)).targets
 */
export function decodeRoute(values: readonly string[]): StoredRoute {
  const parts = values.map(parsePart);
  const revision = parts[0]?.revision;
  const isComplete = parts.every((part, index) => {
    return part.revision === revision && part.part === index && part.parts === values.length;
  });
  if (!isComplete) {
    const seen = parts.map((part) => `${part.revision} ${part.part}/${part.parts}`).join(', ');
    throw new StoredRouteError('mixed', `The parts of the route are not of one revision: ${seen}`);
  }
  return fromJson(parts.map((part) => part.body).join(''));
}

/**
 * Parameter Store reads `{{` as a reference and refuses it; in JSON it can only be within a string. What is not
 * ASCII is escaped too, so that a character is a byte and a part may end after any of them.
 */
function escapeForParameter(json: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return json.replaceAll(/(?<=\{)\{|[^\0-\x7f]/g, escaped);
}

function header(revision: string, part: number, parts: number): string {
  return `xacct/1 ${revision} ${part}/${parts}\n`;
}

function parsePart(value: string): { revision: string; part: number; parts: number; body: string } {
  const match = /^xacct\/1 ([0-9a-f]{16}) (\d+)\/(\d+)\n/.exec(value);
  if (match === null) {
    throw new StoredRouteError(
      'malformed',
      'The parameter does not start with "xacct/1 <revision> <part>/<parts>"',
    );
  }
  return {
    revision: match[1] ?? '',
    part: Number(match[2]),
    parts: Number(match[3]),
    body: value.slice(match[0].length),
  };
}
