import { App, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { describe, expect, test } from 'vitest';
import type { RouteTarget } from '../src/index.ts';
import { forwarderIn, orders, READER, SOURCE, sourceStack } from './factories.ts';

const BILLING: RouteTarget = { ...READER, account: '333333333333', function: 'ledger' };

/** An app with a forwarder, and what it asks for stacks of accounts. */
function appWithTargets() {
  const app = new App();
  const stack = sourceStack(SOURCE, app);
  const forwarder = forwarderIn({}, stack);
  const stacks = new Map<string, Stack>();
  const stackOf = (account: string) => {
    const made = stacks.get(account) ?? new Stack(app, `Target${account}`, { env: { account } });
    stacks.set(account, made);
    return made;
  };
  return { app, stack, forwarder, stackOf, stacks };
}

function roleNames(stack: Stack | undefined): string[] {
  if (stack === undefined) return [];
  const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  return roles.map(({ Properties }) => Properties.RoleName).sort();
}

function warnings(stack: Stack): string {
  const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('no stack holds'));
  return found.map(({ entry }) => entry.data).join();
}

describe('addToTargets', () => {
  test('makes the roles of routes that were added before and after, one for a route and account', () => {
    const { stack, forwarder, stackOf, stacks } = appWithTargets();
    forwarder.addRoute('orders', {
      stream: orders(stack),
      targets: [READER, { ...READER, function: 'other' }],
    });
    forwarder.addToTargets(stackOf);
    forwarder.addRoute('events', { stream: new Stream(stack, 'Events'), targets: [READER, BILLING] });
    expect([...stacks.keys()]).toEqual(['222222222222', '333333333333']);
    expect(roleNames(stacks.get('222222222222'))).toEqual(['xacct-route-events', 'xacct-route-orders']);
    expect(roleNames(stacks.get('333333333333'))).toEqual(['xacct-route-events']);
    expect(warnings(stack)).toBe('');
  });

  test('deploys a route after the roles, where both are in one stage', () => {
    const { app, stack, forwarder, stackOf } = appWithTargets();
    forwarder.addRoute('orders', { stream: orders(stack), targets: [READER] });
    forwarder.addToTargets(stackOf);
    const dependencies = app
      .synth()
      .getStackByName('Streams')
      .dependencies.map(({ id }) => id);
    expect(dependencies).toContain('Target222222222222');

    const stage = new Stage(new App(), 'Targets', { env: { account: '222222222222' } });
    const other = appWithTargets();
    other.forwarder.addRoute('orders', { stream: orders(other.stack), targets: [READER] });
    other.forwarder.addToTargets(() => new Stack(stage, 'Target'));
    expect(() => other.app.synth()).not.toThrow();
  });

  test('orders resources where a target is in the account of the streams', () => {
    const stack = sourceStack();
    const forwarder = forwarderIn({}, stack);
    const targets = [{ ...READER, account: SOURCE.account }];
    forwarder.addRoute('orders', { stream: orders(stack), targets });
    forwarder.addToTargets(() => stack);
    Template.fromStack(stack).hasResource('AWS::Lambda::EventSourceMapping', {
      Properties: { StartingPosition: 'TRIM_HORIZON' },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^xaccttarget111111111111ordersRole')]),
    });
  });

  test('warns of an account that no call has named, and not of one whose roles are made elsewhere', () => {
    const { stack, forwarder, stackOf, stacks } = appWithTargets();
    forwarder.addRoute('orders', { stream: orders(stack), targets: [READER, BILLING] });
    expect(warnings(stack)).toContain('222222222222, 333333333333');

    const second = appWithTargets();
    second.forwarder.addToTargets((account) => (account === '222222222222' ? stackOf(account) : undefined));
    second.forwarder.addRoute('orders', { stream: orders(second.stack), targets: [READER, BILLING] });
    expect([...stacks.keys()]).toEqual(['222222222222']);
    expect(warnings(second.stack)).toBe('');
  });

  test('asks later calls for accounts of which earlier ones say nothing', () => {
    const { stack, forwarder, stackOf, stacks } = appWithTargets();
    forwarder.addRoute('orders', { stream: orders(stack), targets: [READER, BILLING] });
    forwarder.addToTargets((account) => (account === '222222222222' ? stackOf(account) : undefined));
    forwarder.addToTargets(stackOf);
    expect(roleNames(stacks.get('222222222222'))).toEqual(['xacct-route-orders']);
    expect(roleNames(stacks.get('333333333333'))).toEqual(['xacct-route-orders']);
  });

  test('makes no role where a target has one', () => {
    const { stack, forwarder, stackOf, stacks } = appWithTargets();
    const role = { roleArn: 'arn:aws:iam::222222222222:role/invoker' };
    const imported = Object.assign(Object.create(null), role);
    forwarder.addRoute('orders', { stream: orders(stack), targets: [{ ...READER, role: imported }] });
    forwarder.addToTargets(stackOf);
    expect(stacks.size).toBe(0);
    expect(forwarder.targetAccounts).toEqual([]);
  });

  test('makes the roles of several forwarders in one stack', () => {
    const { app, stack, forwarder, stackOf, stacks } = appWithTargets();
    const other = forwarderIn({ forwarderName: 'isolated' }, new Stack(app, 'Other', { env: SOURCE }));
    const stream = orders(stack);
    for (const one of [forwarder, other]) {
      one.addRoute(`orders-${one.forwarderName}`, { stream, targets: [READER] });
      one.addToTargets(stackOf);
    }
    expect(roleNames(stacks.get('222222222222'))).toEqual([
      'xacct-route-orders-default',
      'xacct-route-orders-isolated@isolated',
    ]);
  });
});
