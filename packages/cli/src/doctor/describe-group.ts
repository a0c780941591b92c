import { few, functionFromArn, namesOf, parseArn } from '@xacct/core';
import type { Examined } from './examined.ts';
import { type Finding, revertDrift } from './finding.ts';
import type { BrokenGroup, BrokenTarget } from './probed-targets.ts';

type Described = Pick<Finding, 'where' | 'found' | 'expected' | 'fix'>;

const MOST_NAMES = 3;
const HEALTH = 'https://health.aws.amazon.com';
const ORGANIZATION = 'If it is denied still, a service control policy does';

/** What is broken, in words, with a fix for where the stacks are as in the file. */
export function describeGroup(
  { what, name, broken }: BrokenGroup,
  { routes, labels, isLeft }: Pick<Examined, 'routes' | 'labels' | 'isLeft'>,
): Described {
  const [first] = broken;
  const concerned = [...new Set(broken.map(({ route }) => route.name))];
  const { account } = parseArn(first?.target ?? '');
  const owner = labels.account(account);
  const of = `of ${concerned.length > 1 ? 'routes' : 'route'} ${few(concerned, MOST_NAMES)}`;
  const found = `${first?.class}: ${first?.reason}`;
  const restoreRole = () => {
    if (existing(broken)) return `have the owner of ${owner} change it: the role is theirs`;
    if (isLeft(account))
      return `have the owner of ${owner} put it back: xacct export ${account} prints what it has to be`;
    return revertDrift(concerned.join(' '), ORGANIZATION);
  };
  const kinds: Record<BrokenGroup['what'], () => Described> = {
    region: () => ({
      where: `region ${name}`,
      found: `Lambda answers for none of its ${broken.length} targets (${found})`,
      expected: 'an answer',
      fix: `none here: ${HEALTH} shows when it is over; records wait, and arrive by themselves within retryForSeconds`,
    }),
    account: () => ({
      where: `account ${owner}`,
      found: `none of its roles can be assumed (${found})`,
      expected: 'an account that is open, with the roles of the routes',
      fix: `aws organizations describe-account --account-id ${account} shows whether it is closed; a service control policy may deny it too`,
    }),
    forwarder: () => {
      const { executionRole } = namesOf(routes).forwarder(name);
      return {
        where: `role ${executionRole} of forwarder ${name}`,
        found: `it may assume the role of none of its ${broken.length} targets (${found})`,
        expected: 'sts:AssumeRole on the roles of its routes',
        fix: revertDrift(`--forwarder ${name}`, ORGANIZATION),
      };
    },
    role: () => ({
      where: `role ${name} ${of}`,
      found,
      expected: 'a trust that lets the forwarder assume it',
      fix: restoreRole(),
    }),
    policy: () => ({
      where: `policy of role ${name} ${of}`,
      found,
      expected: `lambda:InvokeFunction on ${few(functionsOf(broken), MOST_NAMES)}`,
      fix: restoreRole(),
    }),
    function: () => ({
      where: `function ${labels.target(name)} ${of}`,
      found,
      expected: 'a function that can be invoked',
      fix: `have the owner of ${owner} create it, or take it out of the file and run: xacct deploy ${concerned.join(' ')}`,
    }),
    target: () => ({
      where: `target ${labels.target(name)} ${of}`,
      found,
      expected: 'ok',
      fix: `have the owner of ${owner} look at it; ${HEALTH} shows whether ${functionFromArn(name).region} is well; then run: xacct doctor ${concerned.join(' ')}`,
    }),
  };
  return kinds[what]();
}

function functionsOf(broken: readonly BrokenTarget[]): string[] {
  return [...new Set(broken.map(({ target }) => target))];
}

/** Whether a role is not generated, but its owner's. */
function existing(broken: readonly BrokenTarget[]): boolean {
  return broken.some(({ route, target }) =>
    route.targets.some((one) => one.functionArn === target && !one.hasGeneratedRole),
  );
}
