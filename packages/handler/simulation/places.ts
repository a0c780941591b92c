import {
  DEFAULT_RETRY_FOR_SECONDS,
  functionArn,
  namesOf,
  queueArn,
  queueUrl,
  roleArn,
  type StoredRoute,
  streamArn,
  type Target,
} from '@xacct/core';
import type { TargetPlan } from './plan.ts';

export const SOURCE = { account: '111111111111', region: 'us-west-2', partition: 'aws' };
const names = namesOf({ name: 'xacct', source: SOURCE });
export const { parameterPrefix: PREFIX, function: FORWARDER } = names.forwarder('default');

/** Functions stand in accounts of their own, which has the number in their names. */
export function functionArnOf(name: string): string {
  return functionArn({ ...SOURCE, account: accountOf(name) }, name);
}

export function roleArnOf(route: string, functionName: string): string {
  return roleArn(SOURCE, accountOf(functionName), names.generatedRole({ name: route, forwarder: 'default' }));
}

export function streamArnOf(route: string): string {
  return streamArn(SOURCE, route);
}

export function queuePlaces(route: string) {
  const { retryQueue, deadLetterQueue } = names.route(route);
  const place = (name: string) => ({ name, url: queueUrl(SOURCE, name), arn: queueArn(SOURCE, name) });
  return {
    retry: place(retryQueue),
    deadLetters: place(deadLetterQueue),
  };
}

/** A route as its parameters hold it. */
export function storedRouteOf(name: string, targets: readonly TargetPlan[]): StoredRoute {
  const { retry, deadLetters } = queuePlaces(name);
  return {
    name,
    deaggregate: false,
    retryQueueUrl: retry.url,
    deadLetterQueueUrl: deadLetters.url,
    retryForSeconds: DEFAULT_RETRY_FOR_SECONDS,
    targets: targets.map((plan): Target => {
      const { invocation, onFailure, filter, timeoutSeconds } = plan;
      return {
        account: accountOf(plan.function),
        region: SOURCE.region,
        functionArn: functionArnOf(plan.function),
        roleArn: roleArnOf(name, plan.function),
        externalId: `xacct:${name}`,
        invocation,
        onFailure,
        ...(filter && { filter }),
        ...(timeoutSeconds !== undefined && { timeoutSeconds }),
      };
    }),
  };
}

function accountOf(functionName: string): string {
  const [number = '0'] = /\d+/.exec(functionName) ?? [];
  return String(200_000_000_000 + Number(number));
}
