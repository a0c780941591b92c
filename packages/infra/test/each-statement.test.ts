import { type Deployed, deploy, readAssembly, type StackArtifact } from '@xacct/local/deployed';
import { beforeAll, describe, expect, test } from 'vitest';
import { appOf, routesOf } from './factories.ts';
import { needsOf, type Rule, refusalsOf } from './needs.ts';

/** Every option that adds to a policy, several routes and accounts. */
const ROUTES = routesOf(
  `
  - stream: orders
    enhancedFanOut: true
    kmsKey: 1234abcd-12ab-34cd-56ef-1234567890ab
    targets:
      - { account: analytics, function: reader }
      - { account: analytics, function: "archive:7", region: eu-west-1 }
      - { account: billing, function: "ledger:live", externalId: their-own }
  - stream: arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000
    kmsKey: 2234abcd-12ab-34cd-56ef-1234567890ab
    targets: [{ account: analytics, function: reader }]
  - stream: payments
    forwarder: isolated
    targets: [${Array.from({ length: 80 }, (_, index) => `{ account: billing, function: ledger-${index} }`)}]
`,
  `
rolePath: /teams/streams/
encryption: { kmsKey: 3234abcd-12ab-34cd-56ef-1234567890ab }
forwarders:
  default: { tracing: true, vpc: { subnets: [subnet-0abc1234], securityGroups: [sg-0abc1234] } }
  isolated: { assumeRoles: organization }`,
  'us-west-2',
  'o-a1b2c3d4e5',
  { permissionsBoundary: 'boundaries/xacct' },
);
const RULES = [...needsOf(ROUTES), ...refusalsOf(ROUTES)];

type Json = Record<string, unknown>;

const WITHOUT_POLICIES = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::Kinesis::StreamConsumer',
  'AWS::Lambda::EventSourceMapping',
]);

let stacks: StackArtifact[];
beforeAll(async () => {
  const written = await readAssembly(appOf(ROUTES).synth().directory);
  stacks = written.map((stack) => ({ ...stack, template: withoutMappings(stack.template) }));
});

/** The local AWS has no registered consumers, and knows of no mapping that reads as one. Neither they nor the alarms on mappings hold a policy. */
function withoutMappings({ Resources, ...template }: Json): Json {
  const left = Object.entries(Resources as Record<string, Json>).filter(
    ([, { Type }]) => !WITHOUT_POLICIES.has(String(Type)),
  );
  return { ...template, Resources: Object.fromEntries(left) };
}

/** The paths to all statements of a template, wherever they stand. */
function statementPaths(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'Statement' && Array.isArray(inner)
      ? inner.map((_, index) => [...path, key, String(index)])
      : statementPaths(inner, [...path, key]),
  );
}

function at(value: unknown, path: readonly string[]): Json {
  return path.reduce((inner, key) => (inner as Json)[key], value) as Json;
}

/** What is deployed where one template is changed. */
function deployWith(name: string, change: (template: Json) => void): Deployed {
  return deploy(
    stacks.map((stack) => {
      if (stack.name !== name) return stack;
      const template = structuredClone(stack.template);
      change(template);
      return { ...stack, template };
    }),
  );
}

function broken(deployed: Deployed): Rule[] {
  return RULES.filter(({ holds }) => !holds(deployed));
}

/** The lists of a statement from which one is taken, and the keys of its conditions. */
function partsOf(statement: Json): { what: string; remove: (copy: Json) => void }[] {
  const lists = ['Action', 'Resource'].flatMap((key) => {
    const list = statement[key];
    return Array.isArray(list) && list.length > 1
      ? list.map((item, index) => ({
          what: `${key} ${JSON.stringify(item)}`,
          remove: (copy: Json) => void (copy[key] as unknown[]).splice(index, 1),
        }))
      : [];
  });
  const conditions = Object.entries((statement.Condition ?? {}) as Record<string, Json>).flatMap(
    ([operator, keys]) =>
      Object.keys(keys).map((key) => ({
        what: `Condition ${operator} ${key}`,
        remove: (copy: Json) => {
          const { [key]: _, ...others } = keys;
          copy.Condition = { ...(copy.Condition as Json), [operator]: others };
          if (Object.keys(others).length === 0) delete (copy.Condition as Json)[operator];
        },
      })),
  );
  return [...lists, ...conditions];
}

describe('the policies on both sides', () => {
  test('allow all that is needed, and refuse what nobody may do', () => {
    expect(RULES.length).toBeGreaterThan(100);
    expect(broken(deploy(stacks)).map(({ name }) => name)).toEqual([]);
  });

  test('hold no statement without which everything would work as well', () => {
    const idle: string[] = [];
    let deleted = 0;
    for (const { name, template } of stacks) {
      for (const path of statementPaths(template)) {
        const index = Number(path.at(-1));
        const deployed = deployWith(name, (copy) => {
          (at(copy, path.slice(0, -1)) as unknown as unknown[]).splice(index, 1);
        });
        deleted += 1;
        if (broken(deployed).length === 0) idle.push(`${name} ${at(template, path).Sid}`);
      }
    }
    expect(deleted).toBeGreaterThan(30);
    expect(idle).toEqual([]);
  });

  test('name no action, no resource and no condition that could as well be left out', () => {
    const idle: string[] = [];
    let removed = 0;
    for (const { name, template } of stacks) {
      for (const path of statementPaths(template)) {
        for (const { what, remove } of partsOf(at(template, path))) {
          removed += 1;
          const deployed = deployWith(name, (copy) => remove(at(copy, path)));
          if (broken(deployed).length === 0) idle.push(`${name} ${at(template, path).Sid} ${what}`);
        }
      }
    }
    expect(removed).toBeGreaterThan(100);
    expect(idle).toEqual([]);
  });
});
