import { few, functionFromArn, namesOf, parseArn } from '@xacct/core';
import type { Examined } from './examined.ts';
import type { Cause, Finding } from './finding.ts';
import { type AnyTarget, type BrokenGroup, type BrokenTarget, groupByCause } from './probed-targets.ts';

const MOST_ROUTES = 5;

/**
 * What keeps the forwarder from targets, one finding for each cause.
 *
 * @param all every target that was probed
 */
export function judgeTargets(
  broken: readonly BrokenTarget[],
  all: readonly AnyTarget[],
  { routes, labels }: Pick<Examined, 'routes' | 'labels'>,
): Finding[] {
  const names = namesOf(routes);
  return groupByCause(broken, all).map((group): Finding => {
    const [first] = group.broken;
    const concerned = [...new Set(group.broken.map(({ route }) => route.name))];
    return {
      severity: 'error',
      check: group.what,
      ...describe(group, few(concerned, MOST_ROUTES), first),
      routes: concerned,
      targets: group.broken.map(({ target }) => target),
      causes: causesOf(group),
    };
  });

  function describe(
    { what, name, broken: members }: BrokenGroup,
    concerned: string,
    first: BrokenTarget | undefined,
  ): Pick<Finding, 'where' | 'found' | 'expected' | 'fix'> {
    const [reason, failureClass] = [first?.reason ?? '', first?.class ?? ''];
    const { account } = parseArn(first?.target ?? '');
    const owner = labels.account(account);
    const of = `of ${concerned.includes(',') ? 'routes' : 'route'} ${concerned}`;
    const found = `${failureClass}: ${reason}`;
    switch (what) {
      case 'region':
        return {
          where: `region ${name}`,
          found: `Lambda answers for none of its ${members.length} targets (${found})`,
          expected: 'an answer',
          fix: `look at https://health.aws.amazon.com; records wait, and arrive by themselves within retryForSeconds`,
        };
      case 'forwarder':
        return {
          where: `role ${names.forwarder(name).executionRole} of forwarder ${name}`,
          found: `it may assume the role of none of its ${members.length} targets (${found})`,
          expected: 'sts:AssumeRole on the roles of its routes',
          fix: `its stack is as in the file: aws iam list-role-policies --role-name ${names.forwarder(name).executionRole} shows what it lacks; a service control policy may deny it too`,
        };
      case 'account':
        return {
          where: `account ${owner}`,
          found: `none of its roles can be assumed (${found})`,
          expected: 'an account that is open, with the roles of the routes',
          fix: deployOr(
            members,
            `see whether the account is closed or a service control policy denies it: aws organizations describe-account --account-id ${account}`,
          ),
        };
      case 'role':
        return {
          where: `role ${name} ${of}`,
          found,
          expected: 'a trust that lets the forwarder assume it',
          fix: deployOr(members, restoreRole(name, account)),
        };
      case 'policy':
        return {
          where: `policy of role ${name} ${of}`,
          found,
          expected: `lambda:InvokeFunction on ${few(
            members.map(({ target }) => target),
            3,
          )}`,
          fix: deployOr(members, restoreRole(name, account)),
        };
      case 'function':
        return {
          where: `function ${labels.target(name)} ${of}`,
          found,
          expected: 'a function that can be invoked',
          fix: `have the owner of ${owner} create it: aws lambda get-function --function-name ${name} --region ${functionFromArn(name).region} shows what is there; or take it out of the file, then xacct deploy ${concerned.split(',')[0]}`,
        };
      default:
        return {
          where: `target ${labels.target(name)} ${of}`,
          found,
          expected: 'ok',
          fix:
            failureClass === 'throttled'
              ? `have the owner of ${owner} raise the concurrency; run xacct doctor again`
              : `look at https://health.aws.amazon.com for ${functionFromArn(name).region}; run xacct doctor again`,
        };
    }
  }

  /** An existing role is its owner's. */
  function deployOr(members: readonly BrokenTarget[], otherwise: string): string {
    const own = members.some(({ route, target }) =>
      route.targets.some((one) => one.functionArn === target && !one.hasGeneratedRole),
    );
    return own ? `have the owner of the account change it: docs/routes.md, "An existing role"` : otherwise;
  }

  function restoreRole(role: string, account: string): string {
    const { resource } = parseArn(role);
    const roleName = resource.split('/').at(-1);
    return `its stack is as in the file, so somebody changed it by hand: aws iam get-role --role-name ${roleName}, with credentials of ${account}; xacct export ${account} prints what it has to be`;
  }

  function causesOf({ what, broken: members }: BrokenGroup): Cause[] {
    if (what === 'region' || what === 'function' || what === 'target') return [];
    const causes = members.flatMap(({ role, route: { name, forwarder } }): Cause[] => {
      const { account, resource } = parseArn(role);
      const roleName = resource.split('/').at(-1) ?? '';
      const stack = names.targetStack({ account, forwarder });
      return [
        { stack, type: 'AWS::IAM::Role', name: roleName, deploy: name },
        { stack: names.forwarder(forwarder).stack, type: 'AWS::IAM::Policy', deploy: name },
      ];
    });
    return [...new Map(causes.map((cause) => [`${cause.stack} ${cause.name}`, cause])).values()];
  }
}
