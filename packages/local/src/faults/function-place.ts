import { functionFromArn } from '@xacct/core';
import type { FaultPlace } from './faults.ts';

/** The place of a function, from its ARN with or without an alias or version. */
export function functionPlace(functionArn: string): FaultPlace {
  const { region, account, name } = functionFromArn(functionArn);
  return { account, region, function: name };
}
