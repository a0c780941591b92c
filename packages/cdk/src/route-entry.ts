import { functionFromArn } from '@xacct/core';
import { Token } from 'aws-cdk-lib';
import { Alias, CfnAlias, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ForwarderContext } from './forwarder-context.ts';
import { knownValue, secondsOf } from './known-value.ts';
import { givenName } from './physical-name.ts';
import { keyArn } from './resource-arn.ts';
import type { RouteOptions } from './route-options.ts';
import type { RouteTarget } from './route-target.ts';
import type { Options, RouteEntry } from './routes-file.ts';
import { sourceStream } from './source-stream.ts';

/**
 * A route of a CDK app, as an entry of a routes file. An option that is undefined is not in it.
 *
 * @throws {Error} for a token where the value has to be known
 */
export function routeEntry(name: string, options: RouteOptions, scope: ForwarderContext): RouteEntry {
  const { place, late, forwarderName } = scope;
  const where = (option: string) => `${scope.path}: route "${name}", ${option}`;
  knownValue(name, `${scope.path}: the name of a route`);
  const { stream, targets, encryptionKey, startingPositionTimestamp, filters, ...others } = options;
  const { batchWindow, maximumRecordAge, retryFor, ...plain } = others;
  for (const [option, value] of Object.entries(plain)) knownValue(value, where(option));
  const start = knownValue(startingPositionTimestamp, where('startingPositionTimestamp'));
  const key = encryptionKey ?? stream.encryptionKey;
  return {
    ...plain,
    name,
    forwarder: forwarderName,
    stream: sourceStream(stream, place, late, where('stream')),
    batchWindowSeconds: secondsOf(batchWindow, where('batchWindow')),
    maximumRecordAgeSeconds: secondsOf(maximumRecordAge, where('maximumRecordAge')),
    retryForSeconds: secondsOf(retryFor, where('retryFor')),
    startingTimestamp: start === undefined ? undefined : new Date(start * 1_000).toISOString(),
    filters: filters?.map((filter) => pattern(knownValue(filter, where('filters')))),
    kmsKey: key === undefined ? undefined : keyArn(key, place, late),
    targets: targets.map((target, index) =>
      targetEntry(target, (option) => where(`targets[${index}].${option}`)),
    ),
  };
}

function targetEntry(target: RouteTarget, where: (option: string) => string): Options {
  const { function: invoked, timeout, role, filter, ...plain } = target;
  for (const [option, value] of Object.entries(plain)) knownValue(value, where(option));
  return {
    ...(typeof invoked === 'string'
      ? { function: knownValue(invoked, where('function'), "pass the function's name") }
      : functionOf(invoked, target, where('function'))),
    // What is written at the target wins.
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    timeoutSeconds: secondsOf(timeout, where('timeout')),
    filter: filter === undefined ? undefined : pattern(knownValue(filter, where('filter'))),
    role:
      role === undefined
        ? undefined
        : knownValue(role.roleArn, where('role'), 'pass Role.fromRoleArn with the ARN of the role'),
  };
}

/** The account, region and qualified name of a function of an app, or that its ARN names. */
function functionOf(invoked: IFunction, { account, region }: RouteTarget, where: string): Options {
  if (!Token.isUnresolved(invoked.functionArn)) {
    const { account: owner, region: home, qualifiedName } = functionFromArn(invoked.functionArn);
    return { account: owner, region: home, function: qualifiedName };
  }
  const name = qualifiedName(invoked);
  if (name === undefined)
    throw new Error(
      `${where}: the name of ${invoked.node.path} is not known at synthesis, and the forwarder invokes it by name: set "functionName" on the function, and "aliasName" on an alias`,
    );
  const { env } = invoked;
  return {
    account:
      account ??
      knownValue(env.account, where, 'set "account" of the target, or "env" of the stack of the function'),
    ...(region === undefined && !Token.isUnresolved(env.region) && { region: env.region }),
    function: name,
  };
}

function qualifiedName(invoked: IFunction): string | undefined {
  const { defaultChild } = invoked.node;
  if (!(defaultChild instanceof CfnAlias)) return givenName(invoked, 'functionName');
  const name = invoked instanceof Alias ? givenName(invoked.version.lambda, 'functionName') : undefined;
  return name === undefined ? undefined : `${name}:${defaultChild.name}`;
}

/** `FilterCriteria.filter` of the CDK writes a pattern as text. */
function pattern(filter: { readonly [key: string]: unknown }): unknown {
  const { pattern: text, ...others } = filter;
  return typeof text === 'string' && Object.keys(others).length === 0 ? JSON.parse(text) : filter;
}
