import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRoutes, type Routes } from '../src/index.ts';

interface Entry {
  stream: string;
  forwarder: string;
  targets: { account: string; function: string }[];
}

const anyTarget = fc.record({
  account: fc.stringMatching(/^\d{12}$/),
  function: fc.stringMatching(/^[a-z][a-z0-9-]{0,10}(:[a-z]{1,5})?$/),
});
const anyEntry: fc.Arbitrary<Entry> = fc.record({
  stream: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_.-]{0,12}$/),
  forwarder: fc.constantFrom('default', 'other'),
  targets: fc.uniqueArray(anyTarget, {
    minLength: 1,
    maxLength: 4,
    selector: (target) => `${target.account} ${target.function}`,
  }),
});
/** Role names are compared without regard to case, and so are streams here. */
const anyEntries = fc.uniqueArray(anyEntry, {
  minLength: 1,
  maxLength: 6,
  selector: ({ stream }) => stream.toLowerCase(),
});

function resolve(entries: readonly Entry[]): Routes {
  const file = { source: { account: '111111111111', region: 'us-west-2' }, routes: entries };
  // JSON is YAML.
  const { routes, problems } = parseRoutes(JSON.stringify(file));
  if (routes === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return routes;
}

describe('resolveRoutes', () => {
  test('gives every entry a route, and every target its function, in the order of the file', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const { routes } = resolve(entries);
        expect(routes.map(({ stream }) => stream.name)).toEqual(entries.map(({ stream }) => stream));
        expect(routes.map((route) => route.targets.map(({ functionArn }) => functionArn))).toEqual(
          entries.map(({ targets }) =>
            targets.map((target) => `arn:aws:lambda:us-west-2:${target.account}:function:${target.function}`),
          ),
        );
      }),
    );
  });

  test('resolves a route alike, whatever other routes come, go or change places', () => {
    fc.assert(
      fc.property(anyEntries, fc.nat(), fc.boolean(), (entries, pick, turned) => {
        const entry = entries[pick % entries.length];
        if (entry === undefined) return;
        const [alone] = resolve([entry]).routes;
        const among = resolve(turned ? entries.toReversed() : entries).routes;
        expect(among.find(({ stream }) => stream.name === entry.stream)).toEqual(alone);
      }),
    );
  });

  test('gives a group the targets that its accounts would have one by one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^\d{12}$/), { minLength: 1, maxLength: 5 }), (ids) => {
        const source = { account: '111111111111', region: 'us-west-2' };
        const parse = (groups: object, targets: object[]) =>
          parseRoutes(JSON.stringify({ source, groups, routes: [{ stream: 'orders', targets }] })).routes;
        const nested = { inner: ids.slice(1).length > 0 ? ids.slice(1) : ids, all: ['inner', ...ids] };
        const grouped = parse(nested, [{ group: 'all', function: 'f' }])?.routes[0]?.targets ?? [];
        const single =
          parse(
            {},
            ids.map((account) => ({ account, function: 'f' })),
          )?.routes[0]?.targets ?? [];
        const byAccount = (targets: typeof single) =>
          targets.toSorted((a, b) => (a.account < b.account ? -1 : 1));
        expect(byAccount(grouped)).toEqual(byAccount(single));
      }),
    );
  });
});
