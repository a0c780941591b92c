import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddRouteError, addRoute, type NewEntry, parseRoutes, type Route } from '../../../src/index.ts';

const head = `source: { account: "111111111111", region: us-west-2 }
accounts: { analytics: "222222222222" }
`;

describe('addRoute', () => {
  test('adds a route behind the last one, as far apart as the others', () => {
    expect(
      add(`
routes:
  # the first
  - stream: orders
    targets:
      - account: analytics
        function: reader

  - stream: events
    targets:
      - account: analytics
        function: reader # the second
        # still about it

  # old:
  # - stream: gone

# more
forwarders: {}
`),
    ).toBe(`
routes:
  # the first
  - stream: orders
    targets:
      - account: analytics
        function: reader

  - stream: events
    targets:
      - account: analytics
        function: reader # the second
        # still about it

  - stream: new
    targets:
      - account: analytics
        function: added

  # old:
  # - stream: gone

# more
forwarders: {}
`);
  });

  test('adds a target to the route that the stream has in the forwarder', () => {
    const routes = `
defaults: { forwarder: bulk }
routes:
  - stream: orders
    targets:
      - account: analytics
        function: reader
    # said of the route
    batchSize: 5
  - stream: orders
    name: slow-orders
    forwarder: slow
    targets:
      - account: analytics
        function: reader
`;
    const line = '      - account: analytics\n        function: added\n';
    expect(add(routes, { stream: 'orders' })).toBe(routes.replace('    # said', `${line}    # said`));
    expect(add(routes, { stream: 'orders', forwarder: 'slow' })).toBe(`${routes}${line}`);
  });

  test('does not mistake a comment of a later entry for its own, whatever the line ends', () => {
    const list = '      - account: analytics\n        function: NAME\n';
    const before = `routes:\n  - stream: orders\n    targets:\n${list}`;
    const after = `  - stream: events\n    targets:\n${list}          # of events\n`;
    for (const lineBreak of ['\n', '\r\n']) {
      const lines = (text: string) => text.replaceAll('\n', lineBreak).replace('NAME', 'reader');
      expect(add(lines(before) + lines(after), { stream: 'orders' })).toBe(
        lines(before) + lines(list.replace('NAME', 'added')) + lines(after),
      );
    }
  });

  test('finds the route by the ARN of its stream, and by its name where that has the ARN', () => {
    const arn = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
    const byName = 'routes:\n- stream: orders\n  targets: [{ account: analytics, function: reader }]\n';
    const result = addRoute(head + byName, entry({ stream: arn }));
    expect([result.added, result.route, result.line]).toEqual(['target', 'orders', 5]);
    expect(addRoute(head + byName.replace('orders', arn), entry({ stream: 'orders' })).added).toBe('target');
    expect(addRoute(head + byName, entry({ stream: arn.replace('us-west-2', 'us-east-1') })).added).toBe(
      'route',
    );
  });

  test('writes all that is given, in the order of the docs', () => {
    const target = {
      group: 'all',
      function: 'f:live',
      region: 'eu-west-1',
      invocation: 'event',
      onFailure: 'park',
    };
    expect(add('routes:\n', { name: 'n', forwarder: 'slow', target })).toBe(`routes:
  - stream: new
    name: n
    forwarder: slow
    targets:
      - group: all
        function: f:live
        region: eu-west-1
        invocation: event
        onFailure: park
`);
  });

  test.each<[string, string, string]>([
    [
      'lists that are not indented',
      'routes:\n- stream: orders\n  targets:\n  - account: analytics\n    function: reader\n',
      '- stream: new\n  targets:\n  - account: analytics\n    function: added\n',
    ],
    [
      'four spaces for each level',
      'routes:\n    -   stream: orders\n        targets:\n            -   account: analytics\n                function: reader\n',
      '    -   stream: new\n        targets:\n            -   account: analytics\n                function: added\n',
    ],
    [
      'targets in braces',
      'routes:\n  - stream: orders\n    targets:\n      - {account: analytics, function: reader}\n',
      '  - stream: new\n    targets:\n      - {account: analytics, function: added}\n',
    ],
    [
      'targets in brackets',
      'routes:\n  - stream: orders\n    targets: [ { account: analytics, function: reader } ]\n',
      '  - stream: new\n    targets: [ { account: analytics, function: added } ]\n',
    ],
    [
      'routes in braces',
      'routes:\n  - { stream: orders, targets: [{ account: analytics, function: reader }] }\n',
      '  - { stream: new, targets: [{ account: analytics, function: added }] }\n',
    ],
    [
      'lines as Windows ends them',
      'routes:\r\n  - stream: orders\r\n    targets:\r\n      - account: analytics\r\n        function: reader\r\n',
      '  - stream: new\r\n    targets:\r\n      - account: analytics\r\n        function: added\r\n',
    ],
    [
      'no break after the last line',
      'routes:\n  - stream: orders\n    targets:\n      - account: analytics\n        function: reader',
      '\n  - stream: new\n    targets:\n      - account: analytics\n        function: added',
    ],
  ])('keeps to %s', (_, routes, added) => {
    expect(add(routes)).toBe(routes + added);
  });

  test.each<[string, string, string]>([
    [
      'one line',
      '[{ account: analytics, function: reader }]',
      '[{ account: analytics, function: reader }, NEW]',
    ],
    [
      'several lines',
      '[\n      { account: analytics, function: reader }\n    ]',
      '[\n      { account: analytics, function: reader },\n      NEW\n    ]',
    ],
    [
      'a comma after the last',
      '[\n      { account: analytics, function: reader }, # 1\n    ]',
      '[\n      { account: analytics, function: reader }, # 1\n      NEW,\n    ]',
    ],
    [
      'a comment after the last',
      '[\n      { account: analytics, function: reader } # 1\n    ]',
      '[\n      { account: analytics, function: reader } # 1\n      , NEW\n    ]',
    ],
  ])('adds a target within brackets on %s', (_, before, after) => {
    const routes = (targets: string) => `routes:\n  - stream: orders\n    targets: ${targets} # of orders\n`;
    expect(add(routes(before), { stream: 'orders' })).toBe(
      routes(after.replace('NEW', '{ account: analytics, function: added }')),
    );
  });

  test.each<[string, string, string]>([
    ['empty brackets', 'routes: [] # none\n', 'routes: [NEW] # none\n'],
    ['brackets with a space', 'routes: [ ]', 'routes: [ NEW ]'],
  ])('adds the first route to %s', (_, before, after) => {
    const route = '{ stream: new, targets: [{ account: analytics, function: added }] }';
    expect(add(before)).toBe(after.replace('NEW', route));
  });

  test('adds the first route below a key without a value', () => {
    const route = '  - stream: new\n    targets:\n      - account: analytics\n        function: added\n';
    expect(add('routes: # all\n  # here\n\nforwarders: {}\n')).toBe(
      `routes: # all\n  # here\n${route}\nforwarders: {}\n`,
    );
    expect(add('routes:')).toBe(`routes:\n${route.trimEnd()}`);
  });

  test('puts quotes around what YAML would not read as it is meant, of the kind that the file has', () => {
    const target = { account: '012345678901', function: 'null' };
    const routes = 'routes:\n  - stream: orders\n    targets: [{ account: analytics, function: reader }]\n';
    const result = (quote: string) =>
      `${routes}  - stream: new\n    targets: [{ account: ${quote}012345678901${quote}, function: ${quote}null${quote} }]\n`;
    expect(add(routes, { target })).toBe(result('"'));
    const single = addRoute((head + routes).replaceAll('"', "'"), entry({ target })).text;
    expect(single).toBe(head.replaceAll('"', "'") + result("'"));
  });

  test('leaves JSON as JSON', () => {
    const file = {
      source: { account: '111111111111', region: 'us-west-2' },
      routes: [{ stream: 'orders', targets: [{ account: '222222222222', function: 'reader' }] }],
    };
    const { text, line } = addRoute(JSON.stringify(file, null, 2), entry());
    const added = { stream: 'new', targets: [{ account: 'analytics', function: 'added' }] };
    expect(JSON.parse(text)).toEqual({ ...file, routes: [...file.routes, added] });
    expect(text.split('\n')[line - 1]).toMatch(/^ {4}\{ "stream": "new"/);
  });

  test('keeps a byte order mark', () => {
    const routes = `\uFEFF${head}routes: []`;
    expect(addRoute(routes, entry()).text).toMatch(/^\uFEFFsource: .*\n.*\nroutes: \[\{ stream: new/);
  });

  test.each<[string, string, Partial<NewEntry>, string]>([
    ['a file that is no YAML', 'routes: [', {}, 'routes.yaml:3:10: flow sequence'],
    ['a file without routes', 'name: x', {}, 'routes.yaml:1:1: "routes" is missing'],
    ['routes that are no list', 'routes: {}', {}, 'routes.yaml:3:9 routes: expected a list'],
    [
      'a null that is written out',
      'routes: ~',
      {},
      'routes.yaml:3:9 routes: expected a list of routes, got nothing',
    ],
    [
      'a file with another problem',
      'routes: []\nforwarders: { x: { memoryMB: 1 } }',
      {},
      'routes.yaml:4:30 forwarders.x.memoryMB: expected 128–10240, got 1',
    ],
    [
      'targets that are an alias',
      'routes:\n- stream: a\n  targets: &t [{ account: analytics, function: f }]\n- stream: b\n  targets: *t',
      { stream: 'b' },
      'routes.yaml:7:12 routes[1].targets: expected a list written out here, got an alias or a merge; add the entry by hand',
    ],
    [
      'targets that an alias stands for elsewhere',
      'routes:\n- stream: a\n  targets: &t [{ account: analytics, function: f }]\n- stream: b\n  targets: *t',
      { stream: 'a' },
      'routes.yaml:5:15 routes[0].targets: expected a list that can be added to without changing anything else in the file; add the entry by hand',
    ],
    [
      'another name for a stream that is routed',
      'routes:\n- stream: a\n  targets: [{ account: analytics, function: f }]',
      { stream: 'a', name: 'b' },
      'routes.yaml:4:3 routes[0]: "a" is already routed here, as "a"; leave out the name "b" to add the target here, or name another forwarder',
    ],
  ])('refuses %s', (_, routes, given, message) => {
    expect(messageOf(() => addRoute(head + routes, entry(given)))).toContain(message);
  });

  test('refuses a key without a value within braces', () => {
    const text = '{ source: { account: "111111111111", region: us-west-2 }, routes: }';
    expect(messageOf(() => addRoute(text, entry()))).toMatch(
      / routes: expected a list of routes, got nothing/,
    );
  });

  test('leaves it to parseRoutes whether the entry is right', () => {
    const { text } = addRoute(
      `${head}routes: []`,
      entry({ target: { account: 'analytics', function: '?!' } }),
    );
    expect(parseRoutes(text).problems.map(({ path }) => path)).toEqual(['routes[0].targets[0].function']);
  });

  test('inserts one piece, in any layout', () => {
    fc.assert(
      fc.property(anyText, anyEntry, (text, given) => {
        const { text: changed } = addRoute(text, given);
        const length = changed.length - text.length;
        const offsets = Array.from({ length: text.length + 1 }, (_, offset) => offset);
        expect(length).toBeGreaterThan(0);
        expect(
          offsets.some((offset) => changed.slice(0, offset) + changed.slice(offset + length) === text),
        ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('leaves all other routes as they resolve, in any layout', () => {
    fc.assert(
      fc.property(anyText, anyEntry, (text, given) => {
        const before = parseRoutes(text).routes?.routes ?? [];
        const { text: changed, added, route, line } = addRoute(text, given);
        const { routes: after, problems } = parseRoutes(changed);
        expect(problems.filter(({ code }) => code !== 'event-drops')).toEqual([]);
        const own = after?.routes.find(({ name }) => name === route);
        const ofRoute = before.find(({ name }) => name === route);
        expect(added).toBe(ofRoute === undefined ? 'route' : 'target');
        expect(after?.routes.filter((other) => other !== own)).toEqual(
          before.filter((other) => other !== ofRoute),
        );
        expect(own?.stream.name).toBe(given.stream);
        expect(own?.targets.slice(0, -1)).toEqual(ofRoute?.targets ?? []);
        expect(own?.targets.at(-1)).toMatchObject({
          account: '222222222222',
          functionArn: expect.stringMatching(/:added$/),
        });
        expect(withoutTargets(own)).toEqual(withoutTargets(ofRoute ?? own));
        expect(changed.split('\n')[line - 1]).toContain(added === 'route' ? given.stream : 'analytics');
      }),
      { numRuns: 500 },
    );
  });
});

function entry(given: Partial<NewEntry> = {}): NewEntry {
  return { stream: 'new', target: { account: 'analytics', function: 'added' }, ...given };
}

/** What is below the head of a file, once an entry is added. */
function add(routes: string, given: Partial<NewEntry> = {}): string {
  const { text } = addRoute(head + routes, entry(given));
  expect(text.slice(0, head.length)).toBe(head);
  return text.slice(head.length);
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AddRouteError) return error.message;
    throw error;
  }
  return 'nothing is thrown';
}

function withoutTargets(route: Route | undefined): unknown {
  return { ...route, targets: [] };
}

const anyEntry = fc.constantFrom('a', 'b', 'c', 'd').map((stream) => entry({ stream }));

/** A comment, a blank line or nothing; deep ones are about what is above them. */
const anyRemark = (indent: number) =>
  fc.constantFrom(
    '',
    '',
    '\n',
    `${' '.repeat(indent)}# why\t- not\n`,
    `${' '.repeat(indent + 3)}# deep\n`,
    '# low\n\n',
  );
const anyTail = fc.constantFrom('', '', ' # so', '  ', '\t# "tab"');

/** Targets of one route, below its key at `column`. */
function anyTargets(column: number): fc.Arbitrary<string> {
  const names = fc.uniqueArray(fc.constantFrom('f', 'g', '"h"'), { minLength: 1, maxLength: 3 });
  const flowItem = fc.constantFrom(
    '{ account: analytics, function: NAME }',
    '{account: analytics, "function": NAME}',
  );
  const indent = column + 2;
  const brackets = fc
    .tuple(
      names,
      flowItem,
      fc.constantFrom(', ', ',\n      '),
      fc.constantFrom('', ',', ' # last\n      ', ', # last\n      '),
      anyTail,
    )
    .map(([functions, item, comma, last, tail]) => {
      const separator = comma === ', ' ? comma : `,\n${' '.repeat(indent + 2)}`;
      const items = functions.map((name) => item.replace('NAME', name)).join(separator);
      return ` [${items}${last.replace(/\n */, `\n${' '.repeat(indent)}`)}]${tail}\n`;
    });
  const dashes = fc
    .tuple(
      names,
      fc.constantFrom(0, 2, 4),
      fc.constantFrom(1, 3),
      fc.option(flowItem, { nil: undefined }),
      anyTail,
    )
    .chain(([functions, step, gap, item, tail]) => {
      const dash = `${' '.repeat(column + step)}-${' '.repeat(gap)}`;
      const below = ' '.repeat(dash.length);
      const lines = functions.map((name) =>
        item === undefined
          ? `${dash}account: analytics${tail}\n${below}function: ${name}${tail}\n`
          : `${dash}${item.replace('NAME', name)}${tail}\n`,
      );
      const remarks = fc.array(anyRemark(column + step), {
        minLength: lines.length,
        maxLength: lines.length,
      });
      return fc
        .tuple(remarks, anyTail)
        .map(([after, end]) => `${end}\n${lines.map((line, index) => line + after[index]).join('')}`);
    });
  return fc.oneof(brackets, dashes);
}

const anyRoutes = fc
  .record({
    streams: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
    indent: fc.constantFrom(0, 2, 4),
    gap: fc.constantFrom(1, 3),
    isTargetsLast: fc.boolean(),
  })
  .chain(({ streams, indent, gap, isTargetsLast }) => {
    const dash = `${' '.repeat(indent)}-${' '.repeat(gap)}`;
    const below = ' '.repeat(dash.length);
    const routes = streams.map((stream) =>
      fc
        .tuple(anyTargets(dash.length), anyRemark(indent), anyTail)
        .map(([targets, remark, tail]) =>
          isTargetsLast
            ? `${dash}stream: ${stream}${tail}\n${below}targets:${targets}${remark}`
            : `${dash}targets:${targets}${below}stream: '${stream}'${tail}\n${remark}`,
        ),
    );
    return fc.tuple(...routes).map((texts) => `routes:\n${texts.join('')}`);
  });

const anyText = fc
  .record({
    routes: fc.oneof(
      { weight: 6, arbitrary: anyRoutes },
      fc.constantFrom('routes: []\n', 'routes:\n', 'routes: [\n]\n'),
    ),
    after: fc.constantFrom('', '', '\n\n', '# end\n', 'name: x\n', '...\n'),
    lineBreak: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('', '\uFEFF'),
    isOpen: fc.boolean(),
  })
  .map(({ routes, after, lineBreak, mark, isOpen }) => {
    const text = `${mark}${head}${routes}${after}`.replaceAll('\n', lineBreak);
    return isOpen ? text.replace(/\r?\n$/, '') : text;
  });
