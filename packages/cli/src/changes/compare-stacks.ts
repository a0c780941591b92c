import { isDeepStrictEqual } from 'node:util';
import { keyOf, kindOf, type Stack } from '../stacks/stack.ts';
import { compareResources, type ResourceChange } from './compare-resources.ts';

export interface StackChange {
  name: string;
  account: string;
  kind: 'forwarder' | 'target' | 'route';
  /** `remove`: it is deployed and no longer in the file; no deployment deletes it. */
  change: 'add' | 'update' | 'remove';
  resources: ResourceChange[];
  before: Stack | undefined;
  after: Stack | undefined;
}

/** What differs between deployed stacks and synthesized ones: first the synthesized ones, in their order. */
export function compareStacks(deployed: readonly Stack[], synthesized: readonly Stack[]): StackChange[] {
  const before = new Map(deployed.map((stack) => [keyOf(stack), stack]));
  const after = new Map(synthesized.map((stack) => [keyOf(stack), stack]));
  return [...new Set([...after.keys(), ...before.keys()])]
    .map((key) => compare(before.get(key), after.get(key)))
    .filter((change) => change !== undefined);
}

function compare(before: Stack | undefined, after: Stack | undefined): StackChange | undefined {
  const stack = after ?? before;
  if (stack === undefined) return undefined;
  const isSame = isDeepStrictEqual(before?.template, after?.template);
  if (isSame && isDeepStrictEqual(before?.tags, after?.tags)) return undefined;
  const { name, account } = stack;
  const change = before === undefined ? 'add' : after === undefined ? 'remove' : 'update';
  return {
    name,
    account,
    kind: kindOf(stack),
    change,
    resources: compareResources(before, after),
    before,
    after,
  };
}
