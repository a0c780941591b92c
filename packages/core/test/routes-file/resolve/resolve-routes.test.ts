import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRoutes, type Route, type Routes } from '../../../src/index.ts';

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
  return resolveFile({ routes: entries });
}

/** JSON is YAML. */
function resolveFile(parts: object): Routes {
  const source = { account: '111111111111', region: 'us-west-2' };
  const { routes, problems } = parseRoutes(JSON.stringify({ source, ...parts }));
  if (routes === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return routes;
}

const PARKING = { account: '222222222222', function: 'parking', onFailure: 'park' };
const BLOCKING = { account: '222222222222', function: 'blocking', onFailure: 'block' };
const ENTRY = { stream: 'orders', targets: [{ account: '222222222222', function: 'f' }] };

/** The one route of a file. */
function resolveOne(properties: object, defaults: object): Route {
  const [route] = resolveFile({ defaults, routes: [{ ...ENTRY, ...properties }] }).routes;
  if (route === undefined) throw new Error('There is no route');
  return route;
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

  const RETRIES_OF_PARK = { maximumRetryAttempts: 1_000, maximumRecordAgeSeconds: 86_400 };
  const RETRIES_OF_BLOCK = { maximumRetryAttempts: -1, maximumRecordAgeSeconds: -1 };

  test.each<[string, object, object, object]>([
    ['is limited where every target parks', {}, {}, RETRIES_OF_PARK],
    ['has no limit where a target blocks', { targets: [PARKING, BLOCKING] }, {}, RETRIES_OF_BLOCK],
    ['has no limit where the route says that targets block', { onFailure: 'block' }, {}, RETRIES_OF_BLOCK],
    ['has no limit where the defaults say that targets block', {}, { onFailure: 'block' }, RETRIES_OF_BLOCK],
    [
      'is limited where only targets of another route block',
      { onFailure: 'park' },
      { onFailure: 'block' },
      RETRIES_OF_PARK,
    ],
    [
      'is what the route says, one by one',
      { onFailure: 'block', maximumRetryAttempts: 3 },
      {},
      { maximumRetryAttempts: 3, maximumRecordAgeSeconds: -1 },
    ],
    [
      'is what the defaults say, one by one',
      { targets: [BLOCKING] },
      { maximumRecordAgeSeconds: 600 },
      { maximumRetryAttempts: -1, maximumRecordAgeSeconds: 600 },
    ],
    [
      'is what the route says before what the defaults say',
      { maximumRetryAttempts: -1 },
      { maximumRetryAttempts: 3 },
      { maximumRetryAttempts: -1, maximumRecordAgeSeconds: 86_400 },
    ],
  ])('gives a mapping retries, which %s', (_, route, defaults, retries) => {
    expect(resolveOne(route, defaults)).toMatchObject(retries);
  });

  test('retries parked records for a day in ten invocations, or as the route or the defaults say', () => {
    expect(resolveOne({}, {})).toMatchObject({ retryForSeconds: 86_400, retryConcurrency: 10 });
    const defaults = { retryForSeconds: 60, retryConcurrency: 2 };
    expect(resolveOne({}, defaults)).toMatchObject(defaults);
    expect(resolveOne({ retryForSeconds: 3_600 }, defaults)).toMatchObject({
      retryForSeconds: 3_600,
      retryConcurrency: 2,
    });
  });

  test.each<[string, number | undefined, object, object, object]>([
    ['has none', undefined, {}, {}, {}],
    ["is the target's", 5, { timeoutSeconds: 5 }, { timeoutSeconds: 6 }, { timeoutSeconds: 7 }],
    ["is the route's", 6, {}, { timeoutSeconds: 6 }, { timeoutSeconds: 7 }],
    ['is that of the defaults', 7, {}, {}, { timeoutSeconds: 7 }],
  ])('gives a target a timeout, which %s', (_, seconds, target, route, defaults) => {
    const { targets } = resolveOne({ ...route, targets: [{ ...PARKING, ...target }] }, defaults);
    expect(targets.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([seconds]);
  });

  test('gives a forwarder metrics of each target and all log lines, or as it says', () => {
    expect(resolveFile({ routes: [ENTRY] }).forwarders[0]).toMatchObject({
      metrics: 'target',
      logLevel: 'info',
    });
    const settings = { metrics: 'route', logLevel: 'error' };
    expect(resolveFile({ forwarders: { default: settings }, routes: [ENTRY] }).forwarders[0]).toMatchObject(
      settings,
    );
  });
});
