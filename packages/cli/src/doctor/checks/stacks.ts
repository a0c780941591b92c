import { few } from '@xacct/core';
import { bootstrapCommand } from '../../aws/bootstrap-command.ts';
import type { StackChange } from '../../changes/compare-stacks.ts';
import type { DeployedDiff } from '../../changes/diff-deployed.ts';
import { forwarderOf, routeOf, type Stack } from '../../stacks/stack.ts';
import { type Examined, routesOf, stacksOf } from '../examined.ts';
import type { Finding } from '../finding.ts';

/** How many differences a line lists. */
const MOST_DETAILS = 5;
/** An update is also complete while replaced resources are being deleted. */
const DONE = /^(CREATE|UPDATE)_COMPLETE(_CLEANUP_IN_PROGRESS)?$/;

/** A stack that differs, with what a finding about one of its resources would explain. */
export interface StackFinding extends Finding {
  change: StackChange;
}

export interface StacksLook {
  findings: Finding[];
  /** What differs from the file, by the comparison of `xacct diff`. */
  differences: StackFinding[];
}

/** Reports stacks that are not deployed, whose last update failed, or that differ from the file. */
export function checkStacks(
  { diff, deployed, unreadable }: DeployedDiff,
  examined: Pick<Examined, 'routes' | 'chosen' | 'isAll' | 'isAsked' | 'labels'>,
): StacksLook {
  const { routes, chosen, isAll, isAsked, labels } = examined;
  const asked = stacksOf(examined);
  const isChosen = ({ name }: { name: string }) => isAll || asked.has(name);
  return {
    findings: [...deployed.filter(isChosen).flatMap(checkStatus), ...unreadable.flatMap(describeUnreadable)],
    differences: diff.stacks.filter(isChosen).map(describeChange),
  };

  function checkStatus(stack: Stack): Finding[] {
    const { name, account, region, status = '' } = stack;
    if (DONE.test(status)) return [];
    const isUnderWay = status.endsWith('_IN_PROGRESS');
    const command =
      status === 'UPDATE_ROLLBACK_FAILED' ? 'continue-update-rollback' : 'describe-stack-events';
    return [
      {
        // After a rollback it runs as before.
        severity: isUnderWay || status === 'UPDATE_ROLLBACK_COMPLETE' ? 'warning' : 'error',
        check: 'stack',
        where: `stack ${name} in ${labels.account(account)}`,
        found: `it is ${status}`,
        expected: 'CREATE_COMPLETE or UPDATE_COMPLETE',
        fix: isUnderWay
          ? 'wait for the deployment that runs'
          : `aws cloudformation ${command} --stack-name ${name} --region ${region}, with credentials of ${account}; then ${deployCommand(stack)}`,
        routes: routesOfStack(stack),
      },
    ];
  }

  function describeUnreadable({ account, reason }: { account: string; reason: string }): Finding[] {
    if (!isAsked(account) && account !== routes.source.account) return [];
    return [
      {
        severity: account === routes.source.account ? 'error' : 'warning',
        check: 'account',
        where: `account ${labels.account(account)}`,
        found: `its stacks cannot be read: ${reason}`,
        expected: 'stacks that are as in the file',
        fix: `${bootstrapCommand(account, routes.source)}; where others deploy them: --without-account ${account}`,
        routes: chosen
          .filter(({ targets }) => targets.some((target) => target.account === account))
          .map(({ name }) => name),
      },
    ];
  }

  function describeChange(change: StackChange): StackFinding {
    const { name, account, before, after } = change;
    const stack = after ?? before;
    const isMissing = change.change === 'add';
    const route = stack && routeOf(stack);
    return {
      // Without its stack, a route does not run. What differs runs as it was deployed.
      severity: isMissing ? 'error' : 'warning',
      check: 'stack',
      where: `stack ${name} in ${labels.account(account)}`,
      found: isMissing
        ? 'it is not deployed'
        : change.change === 'remove'
          ? 'the file no longer needs it'
          : `it differs from the file: ${detailsOf(change, route)}`,
      expected: 'what the file says',
      fix:
        change.change !== 'remove'
          ? deployCommand(stack)
          : route === undefined
            ? `xacct destroy --account ${account}`
            : `xacct destroy ${route}`,
      routes: stack === undefined ? [] : routesOfStack(stack),
      change,
    };
  }

  function detailsOf({ resources }: StackChange, route: string | undefined): string {
    const described = diff.routes.find((changed) => changed.route === route);
    if (described !== undefined && route !== undefined) return few(described.details, MOST_DETAILS);
    const properties = resources.flatMap(({ id, change, properties: changed }) =>
      changed.length === 0 ? [`${id} ${change}d`] : changed.map(({ property }) => `${id}.${property}`),
    );
    return properties.length === 0 ? 'tags' : few(properties, MOST_DETAILS);
  }

  function deployCommand(stack: Stack | undefined): string {
    const [route, forwarder] = [stack && routeOf(stack), stack && forwarderOf(stack)];
    if (route !== undefined) return `xacct deploy ${route}`;
    return forwarder === undefined ? 'xacct deploy' : `xacct deploy --forwarder ${forwarder}`;
  }

  function routesOfStack(stack: Stack): string[] {
    const [route, forwarder] = [routeOf(stack), forwarderOf(stack)];
    if (route !== undefined) return [route];
    const isTarget = stack.account !== routes.source.account || forwarder === undefined;
    const ofForwarder = routesOf({ chosen }, forwarder ?? '');
    if (!isTarget) return ofForwarder;
    return chosen
      .filter(({ name }) => ofForwarder.includes(name))
      .filter(({ targets }) => targets.some(({ account }) => account === stack.account))
      .map(({ name }) => name);
  }
}
