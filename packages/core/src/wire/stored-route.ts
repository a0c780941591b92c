import { createHash } from 'node:crypto';
import type { FromSchema } from 'json-schema-to-ts';
import { compileFilterPattern } from '../filter/compile-filter-pattern.ts';
import validate from '../generated/validate-stored-route.js';
import * as limits from '../limits/aws-limits.ts';
import { DEFAULT_RETRY_FOR_SECONDS } from '../limits/retry-budget.ts';
import type { FilterPattern } from '../model/filter-pattern.ts';
import type { Route } from '../model/routes.ts';
import type { Target } from '../model/target.ts';
import { parseArn } from '../names/arn.ts';
import type { storedRouteSchema } from '../schema/stored-route-schema.ts';

/** A route as the handler needs it. */
export interface StoredRoute
  extends Pick<Route, 'name' | 'deaggregate' | 'retryQueueUrl' | 'deadLetterQueueUrl' | 'retryForSeconds'> {
  /** At least one. */
  targets: Target[];
}

/**
 * Why the parameters of a route could not be read as one route. `mixed` passes by itself once a deployment is done;
 * the others need a person.
 */
export class StoredRouteError extends Error {
  override readonly name = 'StoredRouteError';
  readonly reason: 'mixed' | 'malformed';

  constructor(reason: 'mixed' | 'malformed', message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

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
  const json = escapeForParameter(JSON.stringify(toWire(route)));
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
  return fromWire(parts.map((part) => part.body).join(''));
}

type Wire = FromSchema<typeof storedRouteSchema>;

function toWire({
  name,
  deaggregate,
  retryQueueUrl,
  deadLetterQueueUrl,
  retryForSeconds,
  targets,
}: StoredRoute): Wire {
  const first = targets[0];
  if (first === undefined) throw new Error(`Route "${name}" has no target`);
  const role = rolePattern(first);
  return {
    route: name,
    ...(deaggregate && { deaggregate }),
    retryQueue: retryQueueUrl,
    deadLetterQueue: deadLetterQueueUrl,
    ...(retryForSeconds !== DEFAULT_RETRY_FOR_SECONDS && { retryForSeconds }),
    role,
    externalId: first.externalId,
    targets: targets.map((target) => ({
      function: target.functionArn,
      ...(rolePattern(target) !== role && { role: target.roleArn }),
      ...(target.externalId !== first.externalId && { externalId: target.externalId }),
      ...(target.invocation !== 'event' && { invocation: target.invocation }),
      ...(target.onFailure !== 'park' && { onFailure: target.onFailure }),
      ...(target.timeoutSeconds !== undefined && { timeoutSeconds: target.timeoutSeconds }),
      ...(target.filter !== undefined && { filter: target.filter }),
      ...(target.replaces !== undefined && {
        replaces: target.replaces.map((arn) => shortened(arn, target)),
      }),
    })),
  };
}

function fromWire(json: string): StoredRoute {
  const wire = parseJson(json);
  if (!isWire(wire)) {
    throw new StoredRouteError('malformed', 'The parameter does not hold a route as this version writes it');
  }
  const role = wire.role.split('::*:');
  return {
    name: wire.route,
    deaggregate: wire.deaggregate ?? false,
    retryQueueUrl: wire.retryQueue,
    deadLetterQueueUrl: wire.deadLetterQueue,
    retryForSeconds: wire.retryForSeconds ?? DEFAULT_RETRY_FOR_SECONDS,
    targets: wire.targets.map((target) => {
      const { region, account } = parseArn(target.function);
      return {
        account,
        region,
        functionArn: target.function,
        roleArn: target.role ?? role.join(`::${account}:`),
        externalId: target.externalId ?? wire.externalId,
        invocation: target.invocation ?? 'event',
        onFailure: target.onFailure ?? 'park',
        ...(target.timeoutSeconds !== undefined && { timeoutSeconds: target.timeoutSeconds }),
        ...(target.filter !== undefined && { filter: target.filter as FilterPattern }),
        ...(target.replaces !== undefined && {
          replaces: target.replaces.map((written) => startOf(written, target.function) + written),
        }),
      };
    }),
  };
}

/**
 * Parameter Store takes `{{` for a reference and refuses it; in JSON it can only be within a string. All that is not
 * ASCII is escaped too, so that a character is a byte and a part may end after any of them.
 */
function escapeForParameter(json: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return json.replaceAll(/(?<=\{)\{|[^\0-\x7f]/g, escaped);
}

/** A function beside a target is known by its name. */
function shortened(arn: string, { functionArn }: Target): string {
  const start = startOf('', functionArn);
  return arn.startsWith(start) ? arn.slice(start.length) : arn;
}

/** The start of the target's ARN, up to the function's name, for a replaced function that is written by name. */
function startOf(written: string, functionArn: string): string {
  return written.startsWith('arn:') ? '' : (/^(.*:function:)/.exec(functionArn)?.[1] ?? '');
}

function rolePattern({ roleArn, account }: Target): string {
  return roleArn.replace(`::${account}:`, '::*:');
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

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new StoredRouteError('malformed', 'The parameter does not hold JSON', { cause });
  }
}

function isWire(value: unknown): value is Wire {
  return validate(value) && (value as Wire).targets.every(({ filter }) => isFilterOrAbsent(filter));
}

/** What cannot be compiled here would fail each batch there. */
function isFilterOrAbsent(value: unknown): boolean {
  if (value === undefined) return true;
  try {
    compileFilterPattern(value as FilterPattern);
    return true;
  } catch {
    return false;
  }
}
