import { functionArn, functionFromArn } from '@xacct/core';
/** A function that no template deploys: it belongs to the owner of its account. */
export interface TargetFunction {
  /** Without alias or version. */
  arn: string;
  name: string;
  region: string;
  /** ARNs that it is invoked by: its own, and those of its aliases and versions. */
  invokedArns: ReadonlySet<string>;
}

/**
 * Every function once.
 *
 * @param functionArns with aliases and versions
 */
export function targetFunctionsOf(functionArns: readonly string[]): TargetFunction[] {
  const byFunction = Map.groupBy(functionArns, (arn) => {
    const invoked = functionFromArn(arn);
    return functionArn(invoked, invoked.name);
  });
  return Array.from(byFunction, ([arn, group]) => {
    const { name, region } = functionFromArn(arn);
    return { arn, name, region, invokedArns: new Set([arn, ...group]) };
  });
}
