import type { AssemblyStack } from '../../src/stacks/read-assembly-stacks.ts';

/** Stacks with as much in them as a deployment goes by. */

export function forwarderStack(name: string): AssemblyStack {
  const resources = { Function: { Type: 'AWS::Lambda::Function' } };
  return stack(name, '111111111111', { template: { Resources: resources } });
}

export function targetStack(name: string, account = '222222222222'): AssemblyStack {
  return stack(name, account, { template: { Resources: { Role: { Type: 'AWS::IAM::Role' } } } });
}

export function routeStack(route: string, needs: string[]): AssemblyStack {
  return stack(`route-${route}`, '111111111111', { tags: { 'xacct:route': route }, needs });
}

function stack(name: string, account: string, more: Partial<AssemblyStack>): AssemblyStack {
  return { name, account, region: 'us-west-2', tags: {}, template: {}, folder: '', needs: [], ...more };
}
