import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { createRouteStacks } from '../src/app.ts';
import { appOf, HANDLER_FOLDER, routesOf, templatesOf } from './factories.ts';

const ORDERS = `
  - stream: orders
    targets: [{ account: analytics, function: reader }]
`;
const PAYMENTS = `
  - stream: payments
    targets: [{ account: billing, function: ledger }]
`;

function templatesAsJson(entries: string) {
  return new Map([...templatesOf(routesOf(entries))].map(([name, template]) => [name, template.toJSON()]));
}

describe('createApp', () => {
  test('makes a stack for each forwarder, target account and route, each in its account', () => {
    const stacks = appOf(routesOf(ORDERS + PAYMENTS)).node.children.filter((child) => Stack.isStack(child));
    expect(Object.fromEntries(stacks.map((stack) => [stack.stackName, stack.account]))).toEqual({
      'xacct-forwarder-default': '111111111111',
      'xacct-target-222222222222': '222222222222',
      'xacct-target-999999999999': '999999999999',
      'xacct-route-orders': '111111111111',
      'xacct-route-payments': '111111111111',
    });
  });

  test('deploys a route after its forwarder and its target accounts, and after nothing else', () => {
    const stacks = appOf(routesOf(ORDERS + PAYMENTS)).node.children.filter((child) => Stack.isStack(child));
    const orders = stacks.find(({ stackName }) => stackName === 'xacct-route-orders');
    expect(orders?.dependencies.map(({ stackName }) => stackName).sort()).toEqual([
      'xacct-forwarder-default',
      'xacct-target-999999999999',
    ]);
  });

  test('tags every stack, and with it all its resources, with what it belongs to', () => {
    const { stacks } = appOf(routesOf(ORDERS)).synth();
    const name = { 'xacct:name': 'xacct', 'xacct:forwarder': 'default' };
    expect(Object.fromEntries(stacks.map((stack) => [stack.stackName, stack.tags]))).toEqual({
      'xacct-forwarder-default': name,
      'xacct-target-999999999999': name,
      'xacct-route-orders': { ...name, 'xacct:route': 'orders' },
    });
  });

  test('refuses a qualifier that the app has not in its context', () => {
    const { source, ...rest } = routesOf(ORDERS);
    const routes = { ...rest, source: { ...source, qualifier: 'streams' } };
    const into = (context: Record<string, string>) => () =>
      createRouteStacks(new App({ context }), { routes, handlerFolder: HANDLER_FOLDER });
    expect(into({})).toThrow(
      'The routes file has bootstrap.qualifier "streams", and the app\'s context @aws-cdk/core:bootstrapQualifier is not set: set it, or remove the option',
    );
    expect(into({ '@aws-cdk/core:bootstrapQualifier': 'other' })).toThrow(' is "other": ');
    expect(into({ '@aws-cdk/core:bootstrapQualifier': 'streams' })).not.toThrow();
  });

  test('protects the stacks that hold records from deletion', () => {
    const { stacks } = appOf(routesOf(ORDERS)).synth();
    const isProtected = stacks.map((stack) => [stack.stackName, stack.terminationProtection]);
    expect(Object.fromEntries(isProtected)).toEqual({
      'xacct-forwarder-default': true,
      'xacct-target-999999999999': false,
      'xacct-route-orders': true,
    });
  });

  test('leaves every other route and target account as it is when a route is added', () => {
    const before = templatesAsJson(ORDERS);
    const after = templatesAsJson(ORDERS + PAYMENTS);
    for (const name of ['xacct-route-orders', 'xacct-target-999999999999'])
      expect(after.get(name)).toEqual(before.get(name));
    expect([...after.keys()].filter((name) => !before.has(name))).toEqual([
      'xacct-target-222222222222',
      'xacct-route-payments',
    ]);
  });

  test('keeps the queues of a route in its own stack, so that no other route touches them', () => {
    const holders = [...templatesOf(routesOf(ORDERS + PAYMENTS))]
      .map(([name, template]) => [name, Object.keys(template.findResources('AWS::SQS::Queue')).length])
      .filter(([, queues]) => queues !== 0);
    expect(holders).toEqual([
      ['xacct-route-orders', 2],
      ['xacct-route-payments', 2],
    ]);
  });

  test('changes nothing but order when routes are reordered', () => {
    const [one, other] = [templatesAsJson(ORDERS + PAYMENTS), templatesAsJson(PAYMENTS + ORDERS)];
    for (const [name, template] of one) expect(other.get(name)).toEqual(template);
  });
});
