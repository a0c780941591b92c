import { isDeepStrictEqual } from 'node:util';
import { type Named, namesOf, writeArn } from '@xacct/core';
import { forwarderOf, functionOf, kindOf, type Stack } from '../stacks/stack.ts';

/** An alarm that rolls an update back if it is raised during the update or some minutes afterwards. */
export interface Watch {
  /** ARN. */
  alarm: string;
  minutes: number;
}

/**
 * How an update of a stack is watched: if the function of a forwarder changes, by the forwarder's own alarm. `none` removes
 * the alarm of an earlier update, which CloudFormation would keep.
 *
 * @param minutes 0 for no watch
 */
export function watchOf(
  { name, source }: Named,
  stack: Stack,
  deployed: Stack | undefined,
  minutes: number,
): Watch | 'none' | undefined {
  const forwarder = forwarderOf(stack);
  if (kindOf(stack) !== 'forwarder' || forwarder === undefined || deployed === undefined) return undefined;
  if (minutes > 0 && !isDeepStrictEqual(functionOf(stack)?.Properties, functionOf(deployed)?.Properties)) {
    const alarm = namesOf({ name, source }).forwarder(forwarder).alarm('errors');
    return { alarm: writeArn('cloudwatch', source, `alarm:${alarm}`), minutes };
  }
  return deployed.isWatched ? 'none' : undefined;
}
