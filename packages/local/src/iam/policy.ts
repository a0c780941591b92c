import { isObject } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';
import { isKnownKey, isKnownOperator } from './conditions.ts';

/** A policy document, checked: the evaluator knows all that is in it. */
export type Policy = readonly Statement[];

export interface Statement {
  effect: 'Allow' | 'Deny';
  actions: readonly string[];
  /** Empty in trust policies, whose resource is the role. */
  resources: readonly string[];
  /** Undefined in identity policies, whose principal is the one that they are attached to. */
  principals: readonly PrincipalPattern[] | undefined;
  conditions: readonly Condition[];
}

export interface PrincipalPattern {
  kind: 'AWS' | 'Service';
  value: string;
}

export interface Condition {
  operator: string;
  key: string;
  values: readonly string[];
}

/**
 * Reads a policy document as a template holds it.
 *
 * @param where for messages, e.g. `stack xacct-target-1 resource Role`
 * @throws {NotSupportedError} for an element, operator or key that the evaluator does not know
 */
export function parsePolicy(document: unknown, where: string): Policy {
  const { Version, Statement, ...rest } = object(document, where, 'a policy');
  refuseOthers(rest, where);
  if (Version !== '2012-10-17')
    throw new NotSupportedError(`policy version ${JSON.stringify(Version)}`, where);
  return list(Statement).map((statement) => parseStatement(statement, where));
}

function parseStatement(value: unknown, where: string): Statement {
  const {
    Sid: _,
    Effect,
    Action,
    Resource,
    Principal,
    Condition,
    ...rest
  } = object(value, where, 'a statement');
  refuseOthers(rest, where);
  if (Effect !== 'Allow' && Effect !== 'Deny')
    throw new NotSupportedError(`Effect ${JSON.stringify(Effect)}`, where);
  // Neither an identity policy, which has a Resource, nor a trust policy, which has a Principal.
  if (Resource === undefined && Principal === undefined)
    throw new NotSupportedError('a statement with neither Resource nor Principal', where);
  return {
    effect: Effect,
    actions: strings(Action, where, 'Action'),
    resources: Resource === undefined ? [] : strings(Resource, where, 'Resource'),
    principals: Principal === undefined ? undefined : parsePrincipals(Principal, where),
    conditions: Condition === undefined ? [] : parseConditions(Condition, where),
  };
}

function parsePrincipals(value: unknown, where: string): PrincipalPattern[] {
  if (value === '*') return [{ kind: 'AWS', value: '*' }];
  const { AWS, Service, ...rest } = object(value, where, 'Principal');
  refuseOthers(rest, where);
  const patterns = (kind: PrincipalPattern['kind'], given: unknown) =>
    given === undefined
      ? []
      : strings(given, where, `Principal.${kind}`).map((one) => ({ kind, value: one }));
  return [...patterns('AWS', AWS), ...patterns('Service', Service)];
}

function parseConditions(value: unknown, where: string): Condition[] {
  return Object.entries(object(value, where, 'Condition')).flatMap(([operator, keys]) => {
    if (!isKnownOperator(operator)) throw new NotSupportedError(`the condition operator ${operator}`, where);
    const pairs = Object.entries(object(keys, where, operator));
    if (pairs.length === 0)
      throw new NotSupportedError(`the condition operator ${operator} without a key`, where);
    return pairs.map(([key, values]) => {
      if (!isKnownKey(key)) throw new NotSupportedError(`the condition key ${key}`, where);
      return { operator, key, values: strings(values, where, `${operator}.${key}`) };
    });
  });
}

function strings(value: unknown, where: string, what: string): string[] {
  const items = list(value);
  if (items.length === 0) throw new NotSupportedError(`${what} []`, where);
  return items.map((item) => {
    if (typeof item === 'boolean') return String(item);
    if (typeof item !== 'string') throw new NotSupportedError(`${what} ${JSON.stringify(item)}`, where);
    if (item.includes('${')) throw new NotSupportedError(`the policy variable in ${what} ${item}`, where);
    return item;
  });
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function object(value: unknown, where: string, what: string): Record<string, unknown> {
  if (isObject(value)) return value;
  throw new NotSupportedError(`${what} that is ${JSON.stringify(value)}`, where);
}

function refuseOthers(rest: Record<string, unknown>, where: string): void {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new NotSupportedError(`the policy element ${unknown}`, where);
}
