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
  const byFunction = Map.groupBy(functionArns, (arn) => arn.split(':').slice(0, 7).join(':'));
  return Array.from(byFunction, ([arn, group]) => ({
    arn,
    name: arn.slice(arn.lastIndexOf(':') + 1),
    region: arn.split(':')[3] ?? '',
    invokedArns: new Set([arn, ...group]),
  }));
}
