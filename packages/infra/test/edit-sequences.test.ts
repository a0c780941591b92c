import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appOf, routesOf } from './factories.ts';

/** One entry of a routes file, as far as edits change it. */
interface Entry {
  stream: string;
  forwarder: string;
  targets: string[];
  batchSize: number;
  enabled: boolean;
  externalId: boolean;
}

/** An edit of one entry, or of the order of all. */
type Edit = { stream: string; change: Partial<Entry> } | { stream: string; remove: true } | { reverse: true };

const STREAMS = ['orders', 'payments', 'events', 'items', 'refunds'];
const ACCOUNTS = ['analytics', 'billing', '"333333333333"'];
const STREAM = fc.constantFrom(...STREAMS);
const anyChange: fc.Arbitrary<Partial<Entry>> = fc.oneof(
  fc.record({ targets: fc.uniqueArray(fc.constantFrom(...ACCOUNTS), { minLength: 1 }) }),
  fc.record({ batchSize: fc.integer({ min: 11, max: 500 }) }),
  fc.record({ enabled: fc.boolean() }),
  fc.record({ externalId: fc.boolean() }),
  fc.record({ forwarder: fc.constantFrom('default', 'isolated') }),
);
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ stream: STREAM, change: anyChange }) },
  { weight: 2, arbitrary: fc.record({ stream: STREAM, remove: fc.constant(true as const) }) },
  { weight: 1, arbitrary: fc.constant({ reverse: true as const }) },
);

/** A changed entry that is not there is added; the last one stays, since a file holds one at least. */
function edited(entries: readonly Entry[], edit: Edit): Entry[] {
  if ('reverse' in edit) return entries.toReversed();
  const { stream } = edit;
  const others = entries.filter((entry) => entry.stream !== stream);
  if ('remove' in edit) return others.length === 0 ? [...entries] : others;
  const found = entries.find((entry) => entry.stream === stream) ?? { ...PLAIN, stream };
  const changed = { ...found, ...edit.change };
  return others.length === entries.length
    ? [...entries, changed]
    : entries.map((entry) => (entry.stream === stream ? changed : entry));
}

const PLAIN = {
  forwarder: 'default',
  targets: ['analytics', 'billing'],
  batchSize: 100,
  enabled: true,
  externalId: false,
};

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

type Stacks = Map<string, Record<string, Resource>>;

function synthesized(entries: readonly Entry[]): Stacks {
  const text = entries.map(({ stream, forwarder, targets, batchSize, enabled, externalId }) => {
    const more = externalId ? ', externalId: theirs' : '';
    const list = targets.map((account) => `{ account: ${account}, function: reader${more} }`);
    return `  - { stream: ${stream}, forwarder: ${forwarder}, batchSize: ${batchSize}, enabled: ${enabled}, targets: [${list.join(', ')}] }\n`;
  });
  const { stacks } = appOf(routesOf(text.join(''))).synth();
  return new Map(stacks.map(({ stackName, template }) => [stackName, template.Resources]));
}

/** Where each role of a route stands and what it is, by its name in its account. */
function rolesOf(stacks: Stacks, route: string): [string, Resource][] {
  return [...stacks]
    .filter(([name]) => name.includes('-target-'))
    .flatMap(([name, resources]) =>
      Object.entries(resources)
        .filter(([, { Properties }]) =>
          new RegExp(`^xacct-route-${route}(@|$)`).test(String(Properties.RoleName)),
        )
        .map(([id, resource]): [string, Resource] => [`${name} ${id}`, resource]),
    );
}

/** What holds the records of a route, and what reads them. */
function identityOf(stacks: Stacks, route: string) {
  const resources = stacks.get(`xacct-route-${route}`) ?? {};
  return Object.entries(resources)
    .filter(([, { Type }]) => /SQS::Queue$|EventSourceMapping$/.test(Type))
    .map(([id, { Properties }]) => [
      id,
      Properties.QueueName ?? [Properties.EventSourceArn, Properties.StartingPosition],
    ]);
}

/** The types of a forwarder's resources that differ. */
function changedTypes(before: Record<string, Resource>, after: Record<string, Resource>): string[] {
  const ids = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...ids]
    .filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]))
    .map((id) => (after[id] ?? before[id])?.Type ?? '');
}

describe('any sequence of edits', () => {
  test('touches nothing of a route that it does not edit, and never replaces a mapping or a queue', () => {
    const first: Entry[] = ['orders', 'payments', 'events'].map((stream) => ({ ...PLAIN, stream }));
    const start = synthesized(first);
    fc.assert(
      fc.property(fc.array(anyEdit, { minLength: 1, maxLength: 6 }), (edits) => {
        let [entries, before] = [first, start];
        for (const edit of edits) {
          const next = edited(entries, edit);
          const after = synthesized(next);
          const touched = 'stream' in edit ? edit.stream : undefined;
          const staying = entries.filter(({ stream }) => next.some((entry) => entry.stream === stream));
          for (const { stream } of staying) {
            expect(identityOf(after, stream)).toEqual(identityOf(before, stream));
            if (stream === touched) continue;
            expect(after.get(`xacct-route-${stream}`)).toEqual(before.get(`xacct-route-${stream}`));
            expect(rolesOf(after, stream)).toEqual(rolesOf(before, stream));
          }
          for (const [name, resources] of before) {
            const others = after.get(name);
            if (!name.includes('-forwarder-') || others === undefined) continue;
            for (const type of changedTypes(resources, others))
              expect(['AWS::IAM::Policy', 'AWS::CloudWatch::Dashboard']).toContain(type);
          }
          [entries, before] = [next, after];
        }
      }),
      { numRuns: 15 },
    );
  });

  test('moves no role of an account from one stack to another beyond 500 routes', () => {
    const routes = (count: number) =>
      routesOf(
        Array.from({ length: count }, (_, index) => {
          return `  - { stream: s${index}, forwarder: f${index % 5}, targets: [{ account: billing, function: f }] }\n`;
        }).join(''),
      );
    const places = (count: number) => {
      const { stacks } = appOf(routes(count)).synth();
      return new Map(
        stacks
          .filter(({ stackName }) => stackName.includes('-target-'))
          .flatMap(({ stackName, template }) =>
            Object.entries(template.Resources as Record<string, Resource>).map(
              ([id, { Properties }]) => [String(Properties.RoleName), `${stackName} ${id}`] as const,
            ),
          ),
      );
    };
    const [before, after] = [places(480), places(560)];
    expect([before.size, after.size]).toEqual([480, 560]);
    for (const [role, place] of before) expect(after.get(role)).toBe(place);
  });
});
