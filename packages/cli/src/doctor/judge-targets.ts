import { namesOf, parseArn } from '@xacct/core';
import { describeGroup } from './describe-group.ts';
import type { Examined } from './examined.ts';
import type { Cause, Finding } from './finding.ts';
import { type AnyTarget, type BrokenGroup, type BrokenTarget, groupByCause } from './probed-targets.ts';

/**
 * What keeps the forwarder from targets, one finding for each cause.
 *
 * @param all every target that was probed
 */
export function judgeTargets(
  broken: readonly BrokenTarget[],
  all: readonly AnyTarget[],
  { routes, labels, isLeft }: Pick<Examined, 'routes' | 'labels' | 'isLeft'>,
): Finding[] {
  const names = namesOf(routes);
  return groupByCause(broken, all).map((group): Finding => {
    const described = describeGroup(group, { routes, labels, isLeft });
    // Whoever paused a target knows that it is broken, and no record is sent to it.
    const isPaused = group.broken.every(({ paused }) => paused);
    return {
      severity: isPaused ? 'warning' : 'error',
      check: group.what,
      ...described,
      ...(isPaused && { found: `paused, and ${described.found}` }),
      routes: [...new Set(group.broken.map(({ route }) => route.name))],
      targets: group.broken.map(({ target }) => target),
      causes: causesOf(group),
    };
  });

  /** The roles of the targets, and the policy of the forwarder. */
  function causesOf({ what, broken: members }: BrokenGroup): Cause[] {
    if (what === 'region' || what === 'function' || what === 'target') return [];
    const causes = members.flatMap(({ role, route: { name, forwarder } }): Cause[] => {
      const { account, resource } = parseArn(role);
      const roleName = resource.split('/').at(-1) ?? '';
      const stack = names.targetStack({ account, forwarder });
      return [
        { stack, type: 'AWS::IAM::Role', name: roleName, deploy: name },
        {
          stack: names.forwarder(forwarder).stack,
          type: 'AWS::IAM::Policy',
          deploy: `--forwarder ${forwarder}`,
        },
      ];
    });
    return [...new Map(causes.map((cause) => [`${cause.stack} ${cause.name}`, cause])).values()];
  }
}
