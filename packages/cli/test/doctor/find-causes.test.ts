import { describe, expect, test } from 'vitest';
import type { ResourceChange } from '../../src/changes/compare-resources.ts';
import type { StackFinding } from '../../src/doctor/checks/stacks.ts';
import { findCauses } from '../../src/doctor/find-causes.ts';
import type { Check, Finding } from '../../src/doctor/finding.ts';

function finding(check: Check, more: Partial<Finding> = {}): Finding {
  const what = { where: `the ${check}`, found: 'broken', expected: 'ok', fix: 'by hand' };
  return { severity: 'error', check, ...what, routes: ['orders'], ...more };
}

function difference(
  stack: string,
  change: 'add' | 'update',
  ...resources: Partial<ResourceChange>[]
): StackFinding {
  return {
    ...finding('stack', { severity: change === 'add' ? 'error' : 'warning', where: `stack ${stack}` }),
    change: {
      name: stack,
      account: '111111111111',
      kind: 'route',
      change,
      resources: resources.map((resource) => ({
        id: 'Route',
        type: 'AWS::SSM::Parameter',
        change: 'update',
        properties: [{ property: 'Value', before: 1, after: 2 }],
        before: undefined,
        after: undefined,
        ...resource,
      })),
      before: undefined,
      after: undefined,
    },
  };
}

const PARAMETER = { stack: 'route-orders', type: 'AWS::SSM::Parameter', deploy: 'orders' };
const brief = (findings: readonly Finding[]) =>
  findings.map(({ check, severity, consequences = [] }) => [check, severity, consequences.length]);

describe('findCauses', () => {
  test('names what differs from the file as the cause, and a deployment as the fix', () => {
    const [found, ...others] = findCauses(
      [finding('parameter', { causes: [PARAMETER] })],
      [difference('route-orders', 'update', {})],
    );
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      found: 'broken; not as in the file: route-orders Route.Value',
      fix: 'xacct deploy orders',
    });
  });

  test('goes on to report a difference of which only a part is explained', () => {
    const also = { id: 'Mapping', type: 'AWS::Lambda::EventSourceMapping' };
    const found = findCauses(
      [finding('parameter', { causes: [PARAMETER] })],
      [difference('route-orders', 'update', {}, also)],
    );
    expect(brief(found)).toEqual([
      ['parameter', 'error', 0],
      ['stack', 'warning', 0],
    ]);
  });

  test('takes no difference of another stack or another resource for the cause', () => {
    const other = difference('route-orders', 'update', { id: 'Mapping', type: 'AWS::SQS::Queue' });
    const found = findCauses(
      [finding('parameter', { causes: [PARAMETER] })],
      [other, difference('route-payments', 'update', {})],
    );
    expect(found.map(({ fix }) => fix)).toEqual(['by hand', 'by hand', 'by hand']);
  });

  test('names one difference once, whatever it breaks', () => {
    const causes = [{ stack: 'forwarder', type: 'AWS::IAM::Policy', deploy: '--forwarder default' }];
    const found = findCauses(
      [
        finding('mapping', { causes, where: 'orders' }),
        finding('mapping', { causes, where: 'payments', routes: ['payments'] }),
      ],
      [difference('forwarder', 'update', { type: 'AWS::IAM::ManagedPolicy', id: 'Policy1' })],
    );
    expect(brief(found)).toEqual([['mapping', 'error', 1]]);
    expect(found[0]?.routes).toEqual(['orders', 'payments']);
  });

  test('names a stack that is not deployed in place of all that it lacks', () => {
    const found = findCauses(
      [finding('parameter', { causes: [PARAMETER] }), finding('mapping', { causes: [PARAMETER] })],
      [difference('route-orders', 'add', { change: 'create' })],
    );
    expect(brief(found)).toEqual([['stack', 'error', 2]]);
  });

  test.each<[Check, Check]>([
    ['role', 'waiting'],
    ['function', 'dead-letters'],
    ['region', 'alarm'],
    ['stream', 'mapping'],
  ])('lists what follows from a broken %s below it: %s', (cause, consequence) => {
    expect(brief(findCauses([finding(consequence), finding(cause)], []))).toEqual([[cause, 'error', 1]]);
    const elsewhere = finding(consequence, { routes: ['payments'] });
    expect(findCauses([elsewhere, finding(cause)], [])).toHaveLength(2);
  });

  test('lists an alarm on a queue below what is in it, which is an error then', () => {
    const waiting = finding('waiting', { severity: 'warning' });
    const parked = finding('alarm', { where: 'alarm xacct-route-orders-parked' });
    expect(brief(findCauses([waiting, parked], []))).toEqual([['waiting', 'error', 1]]);
    const late = finding('alarm', { where: 'alarm xacct-route-orders-iterator-age' });
    expect(brief(findCauses([waiting, late], []))).toHaveLength(2);
  });

  test('lets the reminder of a paused target follow from nothing', () => {
    const paused = finding('alarm', { severity: 'warning', where: 'alarm xacct-route-orders-paused' });
    expect(findCauses([finding('role'), paused], [])).toHaveLength(2);
  });

  test('has one line for a permission that many routes lack', () => {
    const lacking = ['orders', 'payments', 'invoices'].map((route) =>
      finding('permission', { where: `stream ${route}`, routes: [route] }),
    );
    expect(findCauses(lacking, [])).toEqual([
      expect.objectContaining({
        where: 'stream orders and 2 more',
        routes: ['orders', 'payments', 'invoices'],
      }),
    ]);
  });
});
