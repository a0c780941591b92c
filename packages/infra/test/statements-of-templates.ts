import { type Deployed, deploy, readAssembly, type StackArtifact } from '@xacct/local/deployed';
import { appOf, routesOf } from './factories.ts';

/** Every option that adds to a policy, several routes and accounts. */
export const ROUTES = routesOf(
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
export type Json = Record<string, unknown>;

const WITHOUT_POLICIES = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::Kinesis::StreamConsumer',
  'AWS::Lambda::EventSourceMapping',
]);

/** The stacks of these routes. */
export async function readStacks(): Promise<StackArtifact[]> {
  const written = await readAssembly(appOf(ROUTES).synth().directory);
  return written.map((stack) => ({ ...stack, template: withoutMappings(stack.template) }));
}

/** The local AWS has no registered consumers, and knows of no mapping that reads as one. Neither they nor the alarms on mappings hold a policy. */
function withoutMappings({ Resources, ...template }: Json): Json {
  const left = Object.entries(Resources as Record<string, Json>).filter(
    ([, { Type }]) => !WITHOUT_POLICIES.has(String(Type)),
  );
  return { ...template, Resources: Object.fromEntries(left) };
}

/** The paths to all statements of a template, wherever they stand. */
export function statementPaths(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'Statement' && Array.isArray(inner)
      ? inner.map((_, index) => [...path, key, String(index)])
      : statementPaths(inner, [...path, key]),
  );
}

export function at(value: unknown, path: readonly string[]): Json {
  return path.reduce((inner, key) => (inner as Json)[key], value) as Json;
}

/** What is deployed where one template is changed. */
export function deployWith(
  stacks: readonly StackArtifact[],
  name: string,
  change: (template: Json) => void,
): Deployed {
  return deploy(
    stacks.map((stack) => {
      if (stack.name !== name) return stack;
      const template = structuredClone(stack.template);
      change(template);
      return { ...stack, template };
    }),
  );
}

/** What is deployed without the statement at a path of a template. */
export function deployWithout(
  stacks: readonly StackArtifact[],
  name: string,
  path: readonly string[],
): Deployed {
  return deployWith(stacks, name, (copy) => {
    (at(copy, path.slice(0, -1)) as unknown as unknown[]).splice(Number(path.at(-1)), 1);
  });
}
