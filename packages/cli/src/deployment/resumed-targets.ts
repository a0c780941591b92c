import { functionFromArn, type Routes } from '@xacct/core';
import { deployedRoutes } from '../rollout/deployed-routes.ts';
import type { PhaseOutcome } from '../rollout/progress.ts';
import { accountNames } from '../routes-file/account-labels.ts';
import { routeOf, type Stack } from '../stacks/stack.ts';

/** A target that is no longer paused: what was kept for it is in the failure bucket. */
export interface ResumedTarget {
  route: string;
  /** ARN of its function. */
  target: string;
  /** Brings back what is kept. */
  command: string;
}

/**
 * The targets that a deployment has resumed.
 *
 * @param text of the routes file, for the names of accounts
 */
export function resumedTargets(
  { routes, text, config }: { routes: Routes; text: string; config: string },
  { deployed, wanted }: { deployed: readonly Stack[]; wanted: readonly Stack[] },
  outcomes: readonly Pick<PhaseOutcome, 'stack' | 'outcome'>[],
): ResumedTarget[] {
  const names = accountNames(text);
  const isDeployed = (route: string) =>
    wanted.some(
      (stack) =>
        routeOf(stack) === route &&
        outcomes.some(({ stack: name, outcome }) => name === stack.name && outcome === 'deployed'),
    );
  return deployedRoutes(routes, deployed, []).flatMap(({ name, stored }) => {
    const now = routes.routes.find((route) => route.name === name);
    if (now === undefined || stored === undefined || !isDeployed(name)) return [];
    const receiving = new Set(now.targets.flatMap((target) => (target.paused ? [] : target.functionArn)));
    return stored.targets
      .filter(({ paused, functionArn }) => paused && receiving.has(functionArn))
      .map(({ functionArn, account }) => {
        const target = `${names.get(account) ?? account}/${functionFromArn(functionArn).qualifiedName}`;
        const flag = config === 'routes.yaml' ? '' : ` --config ${config}`;
        return { route: name, target: functionArn, command: `xacct resume ${name} ${target}${flag}` };
      });
  });
}

/** A line for each. */
export function renderResumed(resumed: readonly ResumedTarget[]): string {
  return resumed
    .map(({ route, command }) => {
      return `route ${route}: a target is no longer paused; what was kept for it is in the failure bucket. Next: ${command}\n`;
    })
    .join('');
}
