import type { DeployedRoute } from '../../routed.ts';

/** A function that routes lead to. It belongs to its account's owner: no template here deploys it. */
export interface TargetFunction {
  /** Without alias or version. */
  arn: string;
  name: string;
  region: string;
  /** The function itself, and the aliases and versions of it that are routed. */
  routedArns: ReadonlySet<string>;
}

/** Every target function, once. */
export function targetFunctionsOf(routes: readonly DeployedRoute[]): TargetFunction[] {
  const targets = routes.flatMap((route) => route.targets);
  const byFunction = Map.groupBy(targets, ({ functionArn }) => functionArn.split(':').slice(0, 7).join(':'));
  return [...byFunction].map(([arn, group]) => ({
    arn,
    name: arn.slice(arn.lastIndexOf(':') + 1),
    region: arn.split(':')[3] ?? '',
    routedArns: new Set([arn, ...group.map(({ functionArn }) => functionArn)]),
  }));
}
