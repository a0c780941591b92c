import { describe, expect, test } from 'vitest';
import { diffRoutes } from '../../../src/changes/diff-routes.ts';
import { checkStacks } from '../../../src/doctor/checks/stacks.ts';
import type { Stack } from '../../../src/stacks/stack.ts';
import { stacksOf } from '../../stacks/stacks-of.ts';
import { routesYaml } from '../../xacct.ts';
import { examinedOf } from '../examined.ts';

const stacks = await stacksOf(routesYaml());

/** @param routes names of the chosen routes; none: all */
function look(
  deployed: readonly Stack[],
  { wanted = stacks, routes = [] as string[], unreadable = [] as string[] } = {},
) {
  const all = examinedOf({});
  const chosen = routes.length === 0 ? all.chosen : all.chosen.filter(({ name }) => routes.includes(name));
  const examined = { ...all, chosen, isAll: routes.length === 0 };
  const diff = diffRoutes(deployed, wanted, all.labels);
  const unread = unreadable.map((account) => ({ account, reason: 'AccessDenied: no' }));
  const compared = { ...all, diff, stacks: wanted, deployed, unreadable: unread, unseen: [], starting: [] };
  const { findings, differences } = checkStacks({ ...compared, synthesize: async () => [] }, examined);
  return [...findings, ...differences].map(({ severity, where, found, fix, routes: concerned }) => {
    return { severity, where, found, fix, concerned: concerned.join(' ') };
  });
}

const withStatus = (status: string) =>
  stacks.map((stack) => ({
    ...stack,
    status: stack.name === 'xacct-target-999999999999' ? status : 'UPDATE_COMPLETE',
  }));

describe('checkStacks', () => {
  test('finds nothing where all stacks are deployed as in the file', () => {
    expect(look(withStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'))).toEqual([]);
  });

  test.each([
    [
      'UPDATE_ROLLBACK_FAILED',
      'error',
      /^aws cloudformation continue-update-rollback --stack-name xacct-target-999999999999 /,
    ],
    [
      'UPDATE_ROLLBACK_COMPLETE',
      'warning',
      /^aws cloudformation describe-stack-events .*; then xacct deploy --forwarder default$/,
    ],
    ['UPDATE_IN_PROGRESS', 'warning', /^wait for the deployment that runs$/],
  ])('reports a stack that is %s, for the routes of its account', (status, severity, fix) => {
    expect(look(withStatus(status))).toEqual([
      {
        severity,
        where: 'stack xacct-target-999999999999 in analytics (999999999999)',
        found: `it is ${status}`,
        fix: expect.stringMatching(fix),
        concerned: 'orders payments',
      },
    ]);
  });

  test('warns of a route that the file no longer has, where all routes are asked for', async () => {
    const invoices = '  - stream: invoices\n    targets: [{ account: analytics, function: reader }]\n';
    const before = await stacksOf(routesYaml() + invoices);
    const deployed = before.map((stack) => ({ ...stack, status: 'CREATE_COMPLETE' }));
    const removed = { where: 'stack xacct-route-invoices in 111111111111', fix: 'xacct destroy invoices' };
    expect(look(deployed)).toContainEqual(expect.objectContaining({ severity: 'warning', ...removed }));
    expect(look(deployed, { routes: ['orders'] })).not.toContainEqual(expect.objectContaining(removed));
  });

  test('warns of an account that cannot be read; of the source account it is an error', () => {
    const [target, source] = look(withStatus('CREATE_COMPLETE'), {
      unreadable: ['222222222222', '111111111111'],
    });
    expect(target).toMatchObject({
      severity: 'warning',
      where: 'account billing (222222222222)',
      fix: expect.stringContaining('--without-account 222222222222'),
      concerned: 'payments',
    });
    expect(source).toMatchObject({ severity: 'error', where: 'account 111111111111' });
  });
});
