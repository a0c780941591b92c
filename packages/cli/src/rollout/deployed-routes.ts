import { isDeepStrictEqual } from 'node:util';
import { parameterArn, queueArn, type Routes } from '@xacct/core';
import type { DeployedRoute } from '@xacct/core/rollout';
import {
  forwarderOf,
  type Resource,
  resourcesOf,
  resourcesOfType,
  routeOf,
  type Stack,
} from '../stacks/stack.ts';
import { routeParameters, storedRoute } from '../stacks/stored-route.ts';

/**
 * The routes that stacks hold.
 *
 * @param wanted the stacks of the file
 */
export function deployedRoutes(
  { source }: Pick<Routes, 'source'>,
  stacks: readonly Stack[],
  wanted: readonly Stack[],
): DeployedRoute[] {
  return stacks.flatMap((stack) => {
    const [name, forwarder] = [routeOf(stack), forwarderOf(stack)];
    if (name === undefined || forwarder === undefined) return [];
    const same = wanted.find((other) => routeOf(other) === name);
    return {
      name,
      forwarder,
      // A stack whose update failed may store either of two routes.
      stored: stack.status?.endsWith('_FAILED') ? undefined : storedRoute(stack),
      read: [
        ...routeParameters(stack).map((parameter) => parameterArn(source, parameter.name)),
        ...resourcesOf(stack).flatMap(([, resource]) => streamsOf(resource)),
        ...resourcesOfType(stack, 'AWS::SQS::Queue').map(({ Properties }) =>
          queueArn(source, String(Properties?.QueueName)),
        ),
      ],
      isCurrent: same !== undefined && isDeepStrictEqual(withoutPolicies(stack), withoutPolicies(same)),
    };
  });
}

/** The stream that a mapping reads, or with which a consumer is registered. */
function streamsOf({ Type, Properties = {} }: Resource): string[] {
  const { EventSourceArn, StreamARN } = Properties;
  if (Type === 'AWS::Kinesis::StreamConsumer') return [String(StreamARN), `${StreamARN}/consumer/*`];
  return Type === 'AWS::Lambda::EventSourceMapping' && typeof EventSourceArn === 'string'
    ? [EventSourceArn]
    : [];
}

/** The route is the same whoever may send to its queues. */
function withoutPolicies(stack: Stack): [string, Resource][] {
  return resourcesOf(stack)
    .filter(([, { Type }]) => Type !== 'AWS::SQS::QueuePolicy')
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}
