import { isDeepStrictEqual } from 'node:util';
import { type Resource, resourcesOf, type Stack } from '../../src/stacks/stack.ts';

/** What is deployed in all accounts, with a clock. A stack changes at once, or not at all. */
export interface World {
  /** Epoch ms. */
  now(): number;
  pass(ms: number): void;
  stacks(): DeployedStack[];
  /** Deploys a stack; tells why it cannot, as CloudFormation would. */
  deploy(stack: Stack): string | undefined;
  /** Deploys a stack, and puts back what was there. */
  rollBack(stack: Stack): void;
  /** Deletes a stack; what it retains stays. */
  destroy(name: string): void;
  deleted(): { name: string; deletedAt: number }[];
}

export interface DeployedStack extends Stack {
  /** Epoch ms of its last change. */
  changedAt: number;
}

/** @param onChange called after each change of any stack */
export function createWorld(onChange: () => void): World {
  let now = Date.parse('2026-01-01T00:00:00Z');
  let stacks = new Map<string, DeployedStack>();
  const deleted: { name: string; deletedAt: number }[] = [];
  /** Resources that outlived their stacks, in a stack that nobody sees. */
  let retained: [string, Resource][] = [];

  const put = (stack: Stack) => {
    stacks = new Map(stacks).set(stack.name, { ...stack, changedAt: now });
    onChange();
  };
  return {
    now: () => now,
    pass(ms) {
      now += ms;
    },
    stacks() {
      const rest = { ...KEPT, template: { Resources: Object.fromEntries(retained) }, changedAt: 0 };
      return retained.length === 0 ? [...stacks.values()] : [...stacks.values(), rest];
    },
    deploy(stack) {
      const taken = takenNames(stack, [...stacks.values()], retained);
      if (taken.length > 0) return `already exists: ${taken.join(', ')}`;
      put(stack);
      return undefined;
    },
    rollBack(stack) {
      const before = stacks;
      if (takenNames(stack, [...stacks.values()], retained).length > 0) return;
      const restored = before.get(stack.name);
      // A first deployment makes what reads a stream last, so that nobody has used what goes again.
      if (restored === undefined) return;
      put(stack);
      stacks = new Map(before).set(stack.name, { ...restored, changedAt: now });
      onChange();
    },
    destroy(name) {
      const stack = stacks.get(name);
      if (stack === undefined) throw new Error(`There is no stack ${name}`);
      const kept = resourcesOf(stack).filter(([, { DeletionPolicy }]) =>
        DeletionPolicy?.startsWith('Retain'),
      );
      retained = [
        ...retained,
        ...kept.map(([id, resource]): [string, Resource] => [`${name}${id}`, rename(resource, name)]),
      ];
      stacks = new Map(stacks);
      stacks.delete(name);
      deleted.push({ name, deletedAt: now });
      onChange();
    },
    deleted: () => deleted,
  };
}

const KEPT = { name: 'retained', account: '111111111111', region: 'us-west-2', tags: {} };

/** References within a stack that is gone, to what has stayed of it. */
function rename(resource: Resource, stack: string): Resource {
  const renamed = JSON.stringify(resource)
    .replaceAll(/\{"Ref":"(\w+)"\}/g, `{"Ref":"${stack}$1"}`)
    .replaceAll(/\{"Fn::GetAtt":\["(\w+)",/g, `{"Fn::GetAtt":["${stack}$1",`);
  return JSON.parse(renamed);
}

/** What another stack has under the same name, of all that must be called one thing only. */
function takenNames(
  stack: Stack,
  others: readonly DeployedStack[],
  retained: [string, Resource][],
): string[] {
  const elsewhere = others
    .filter(({ name }) => name !== stack.name)
    .flatMap((other) => resourcesOf(other).flatMap(([, resource]) => namesOf(resource, other.account)));
  const outlived = retained.flatMap(([, resource]) => namesOf(resource, KEPT.account));
  const before = others.find(({ name }) => name === stack.name);
  const own = before === undefined ? [] : resourcesOf(before);
  const names = resourcesOf(stack).flatMap(([id, resource]) => {
    const same = own.some(
      ([other, { Type, Properties }]) =>
        other === id &&
        Type === resource.Type &&
        isDeepStrictEqual(
          namesOf({ Type, Properties: Properties ?? {} }, stack.account),
          namesOf(resource, stack.account),
        ),
    );
    return same ? [] : namesOf(resource, stack.account);
  });
  return names.filter((name) => elsewhere.includes(name) || outlived.includes(name));
}

function namesOf({ Type, Properties = {} }: Resource, account: string): string[] {
  const { RoleName, QueueName, Name, FunctionName, EventSourceArn } = Properties;
  const name = (kind: string, value: unknown) =>
    typeof value === 'string' ? [`${account} ${kind} ${value}`] : [];
  if (Type === 'AWS::IAM::Role') return name('role', RoleName);
  if (Type === 'AWS::SQS::Queue') return name('queue', QueueName);
  if (Type === 'AWS::SSM::Parameter') return name('parameter', Name);
  // One function has one mapping a stream.
  if (Type === 'AWS::Lambda::EventSourceMapping' && typeof EventSourceArn === 'string')
    return name('mapping', `${FunctionName} ${EventSourceArn}`);
  return [];
}
