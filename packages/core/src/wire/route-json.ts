import type { FromSchema } from 'json-schema-to-ts';
import { compileFilterPattern } from '../filter/compile-filter-pattern.ts';
import validate from '../generated/validate-stored-route.js';
import { DEFAULT_RETRY_FOR_SECONDS } from '../limits/agreed-times.ts';
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

type Wire = FromSchema<typeof storedRouteSchema>;

/** What its parameters hold together. */
export function toJson(route: StoredRoute): string {
  return JSON.stringify(toWire(route));
}

function toWire({ name, deaggregate, retryForSeconds, targets, ...route }: StoredRoute): Wire {
  const [first] = targets;
  if (first === undefined) throw new Error(`Route "${name}" has no target`);
  const role = rolePattern(first);
  return {
    route: name,
    ...(deaggregate && { deaggregate }),
    retryQueue: route.retryQueueUrl,
    deadLetterQueue: route.deadLetterQueueUrl,
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
      ...(target.paused && { paused: true as const }),
      ...(target.filter !== undefined && { filter: target.filter }),
      ...(target.replaces !== undefined && {
        replaces: target.replaces.map((arn) => shortened(arn, target)),
      }),
    })),
  };
}

/** @throws {StoredRouteError} `malformed` */
export function fromJson(json: string): StoredRoute {
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
        ...(target.paused && { paused: true as const }),
        ...(target.filter !== undefined && { filter: target.filter as FilterPattern }),
        ...(target.replaces !== undefined && {
          replaces: target.replaces.map((written) => startOf(written, target.function) + written),
        }),
      };
    }),
  };
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
