import { describe, expect, test } from 'vitest';
import { planDeployment } from '../../src/deploy/plan-deployment.ts';
import { accountLabels } from '../../src/diff/account-labels.ts';
import type { DeployedDiff } from '../../src/diff/diff-deployed.ts';
import { diffRoutes } from '../../src/diff/diff-routes.ts';
import type { AssemblyStack } from '../../src/stacks/read-assembly-stacks.ts';
import { routesYaml } from '../xacct.ts';
import { forwarderStack, routeStack, targetStack } from './stacks.ts';

const FORWARDER = forwarderStack('forwarder');
const ONE = targetStack('one', '222222222222');
const TWO = targetStack('two', '333333333333');
const ORDERS = routeStack('orders', ['forwarder', 'one']);
const PAYMENTS = routeStack('payments', ['forwarder', 'two']);
const STACKS = [FORWARDER, ONE, TWO, ORDERS, PAYMENTS];

/** The names that are deployed, where these stacks are there and those of some accounts are not known. */
function plan(deployed: AssemblyStack[], routes: string[] = [], unknown: string[] = []) {
  const labels = accountLabels(routesYaml());
  const known = (stack: AssemblyStack) => !unknown.includes(stack.account);
  const compared: DeployedDiff = {
    diff: diffRoutes(deployed.filter(known), STACKS.filter(known), labels),
    stacks: STACKS,
    labels,
    unreadable: unknown.map((account) => ({ account, reason: 'refused' })),
  };
  return planDeployment(compared, routes).map(({ name }) => name);
}

describe('planDeployment', () => {
  test('takes all stacks where none is deployed, and none where all are', () => {
    expect(plan([])).toEqual(['forwarder', 'one', 'two', 'route-orders', 'route-payments']);
    expect(plan(STACKS)).toEqual([]);
  });

  test('takes of named routes what they need', () => {
    expect(plan([], ['orders'])).toEqual(['forwarder', 'one', 'route-orders']);
    expect(plan([FORWARDER, ONE], ['orders'])).toEqual(['route-orders']);
    expect(plan([FORWARDER], ['orders', 'payments'])).toEqual([
      'one',
      'two',
      'route-orders',
      'route-payments',
    ]);
  });

  test('takes a stack of which it is not known whether it is deployed', () => {
    expect(plan(STACKS, [], ['333333333333'])).toEqual(['two']);
    expect(plan(STACKS, ['orders'], ['333333333333'])).toEqual([]);
  });

  test('refuses to take the roles of routes that still read their streams', () => {
    const removed = [...STACKS, routeStack('invoices', []), routeStack('returns', [])];
    expect(() => plan(removed, ['orders'])).toThrow(
      'Nothing is deployed: the file no longer has route "invoices", route "returns", whose stack would go on reading its stream, but without its roles. First: xacct destroy invoices && xacct destroy returns',
    );
  });
});
