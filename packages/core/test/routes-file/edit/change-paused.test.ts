import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AddRouteError,
  changePaused,
  type PausedChange,
  parseRoutes,
  writtenTargets,
} from '../../../src/index.ts';

const head = `source: { account: "111111111111", region: us-west-2 }
accounts: { analytics: "222222222222", billing: "333333333333" }
groups: { both: [analytics, billing], more: [both, "444444444444"] }
`;
const [ANALYTICS, BILLING, OTHER] = ['222222222222', '333333333333', '444444444444'];

/** A route with one target, in lines below `targets:`. */
const route = (target: string) => `routes:\n  - stream: orders\n    targets:\n${target}`;

describe('changePaused', () => {
  test.each<[string, string, string]>([
    [
      'a target on lines of its own',
      '      - account: analytics # a\n        function: reader\n        # deep\n\n  # next\n',
      '      - account: analytics # a\n        function: reader\n        paused: true\n        # deep\n\n  # next\n',
    ],
    [
      'one in braces',
      '      - { account: analytics, function: reader } # why\n',
      '      - { account: analytics, function: reader, paused: true } # why\n',
    ],
    [
      'one in braces over several lines',
      '      - {\n          account: analytics,\n          function: reader, # f\n        }\n',
      '      - {\n          account: analytics,\n          function: reader, # f\n          paused: true,\n        }\n',
    ],
    [
      'one with a comment behind the last key',
      '      - {\n          account: analytics,\n          function: reader # f\n        }\n',
      '      - {\n          account: analytics,\n          function: reader # f\n          , paused: true\n        }\n',
    ],
    [
      'one that ends with more below a key',
      '      - account: analytics\n        function: reader\n        filter:\n          data:\n            a: [1]\n',
      '      - account: analytics\n        function: reader\n        filter:\n          data:\n            a: [1]\n        paused: true\n',
    ],
    [
      'one at the end of a text without a line break',
      '      - account: analytics\n        function: reader',
      '      - account: analytics\n        function: reader\n        paused: true',
    ],
  ])('adds the key to %s, and resume takes it away again', (_, before, after) => {
    const change = { route: 'orders', entry: 0 };
    const paused = changePaused(head + route(before), { ...change, paused: true });
    expect(paused).toBe(head + route(after));
    expect(changePaused(paused, { ...change, paused: false })).toBe(head + route(before));
  });

  test.each<[string, string, Partial<PausedChange>, string]>([
    ['pauses one account of a group', '', { account: BILLING, paused: true }, 'paused: [billing]\n'],
    [
      'names an account by its ID where it has no name',
      '',
      { account: OTHER, paused: true },
      'paused: ["444444444444"]\n',
    ],
    [
      'adds an account',
      'paused: [billing] # b\n',
      { account: ANALYTICS, paused: true },
      'paused: [billing, analytics] # b\n',
    ],
    ['pauses the whole group', 'paused: [ billing ] # b\n', { paused: true }, 'paused: true # b\n'],
    [
      'resumes one account',
      'paused: [billing, analytics] # b\n',
      { account: BILLING, paused: false },
      'paused: [analytics] # b\n',
    ],
    [
      'resumes the last in the list',
      'paused: [billing, analytics]\n',
      { account: ANALYTICS, paused: false },
      'paused: [billing]\n',
    ],
    ['resumes the only one', 'paused: [billing] # b\n', { account: BILLING, paused: false }, ''],
    ['resumes all', 'paused: [billing, analytics]\n', { paused: false }, ''],
    [
      'resumes one of all',
      'paused: true # t\n',
      { account: BILLING, paused: false },
      'paused: [analytics, "444444444444"] # t\n',
    ],
    ['replaces false', 'paused: false # f\n', { paused: true }, 'paused: true # f\n'],
    [
      'adds an account to lines',
      'paused:\n          - billing # b\n',
      { account: ANALYTICS, paused: true },
      'paused:\n          - billing # b\n          - analytics\n',
    ],
    [
      'removes an account from lines',
      'paused:\n          - billing # b\n          - analytics # a\n',
      { account: BILLING, paused: false },
      'paused:\n          - analytics # a\n',
    ],
    [
      'replaces lines',
      'paused:\n          - billing # b\n          - analytics\n',
      { paused: true },
      'paused: true\n',
    ],
    ['removes lines', 'paused:\n          - billing # b\n', { account: BILLING, paused: false }, ''],
  ])('%s', (_, before, change, after) => {
    const lines = (paused: string) =>
      `${head}${route(`      - group: more\n        ${paused === '' ? '' : `${paused}        `}function: reader\n`)}`;
    const changed = changePaused(lines(before), { route: 'orders', entry: 0, paused: true, ...change });
    // A new key comes last.
    const last = before === '' ? lines('').replace(/$/, `        ${after}`) : lines(after);
    expect(changed).toBe(last);
  });

  test('takes the first key of an entry away', () => {
    const text = head + route('      - paused: true\n        account: analytics\n        function: reader\n');
    expect(changePaused(text, { route: 'orders', entry: 0, paused: false })).toBe(
      head + route('      - account: analytics\n        function: reader\n'),
    );
  });

  test('changes nothing where the file says so already', () => {
    const text = head + route('      - { group: both, function: reader, paused: [billing] }\n');
    const change = { route: 'orders', entry: 0 };
    expect(changePaused(text, { ...change, account: BILLING, paused: true })).toBe(text);
    expect(changePaused(text, { ...change, account: ANALYTICS, paused: false })).toBe(text);
  });

  test('leaves JSON as JSON', () => {
    const file = {
      source: { account: '111111111111', region: 'us-west-2' },
      routes: [{ stream: 'orders', targets: [{ account: '222222222222', function: 'reader' }] }],
    };
    const text = changePaused(JSON.stringify(file, null, 2), { route: 'orders', entry: 0, paused: true });
    expect(JSON.parse(text).routes[0].targets).toEqual([
      { account: '222222222222', function: 'reader', paused: true },
    ]);
  });

  test.each<[string, string, string]>([
    [
      'an entry that is an alias',
      'routes:\n- stream: a\n  targets: [&t { account: analytics, function: f }]\n- stream: b\n  targets: [*t]\n',
      'expected an entry written out here, got an alias',
    ],
    [
      'an entry that an alias stands for elsewhere',
      'routes:\n- stream: b\n  targets: [&t { account: analytics, function: f }]\n- stream: a\n  targets: [*t]\n',
      'expected an entry that can be changed without changing anything else',
    ],
    ['a file with a mistake', 'routes:\n- stream: b\n  targets: []\n', 'routes[0].targets'],
  ])('refuses %s', (_, routes, message) => {
    const work = () => changePaused(head + routes, { route: 'b', entry: 0, paused: true });
    expect(work).toThrow(AddRouteError);
    expect(work).toThrow(message);
  });

  test('changes one piece and the state of these targets, in any layout; resume brings the same text back', () => {
    fc.assert(
      fc.property(anyFile, fc.nat(), fc.constantFrom(undefined, ANALYTICS, BILLING), (text, nat, wanted) => {
        const entries = writtenTargets(text, 'orders');
        const entry = nat % entries.length;
        const account = entries[entry]?.isGroup ? wanted : undefined;
        const before = parseRoutes(text).routes?.routes;
        const changed = changePaused(text, { route: 'orders', entry, account, paused: true });
        const isMeant = (arn: string) =>
          entries[entry]?.targets.some(
            (target) => target.functionArn === arn && (account ?? target.account) === target.account,
          );
        expect(parseRoutes(changed).routes?.routes).toEqual(
          before?.map((one) => ({
            ...one,
            targets: one.targets.map((target) =>
              one.name === 'orders' && isMeant(target.functionArn) ? { ...target, paused: true } : target,
            ),
          })),
        );
        expect(isOnePiece(text, changed)).toBe(true);
        expect(changePaused(changed, { route: 'orders', entry, account, paused: false })).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('writtenTargets', () => {
  test('finds what each entry means, by the region where a function has it', () => {
    const targets = `
      - { account: analytics, function: reader }
      - { account: analytics, function: reader, region: eu-west-1 }
      - { function: "arn:aws:lambda:us-west-2:333333333333:function:ledger:live" }
      - { group: both, function: other, paused: [billing] }
`;
    const found = writtenTargets(`${head}${route(targets)}`, 'orders');
    expect(found.map(({ index, place, isGroup }) => [index, place, isGroup])).toEqual([
      [0, 'analytics', false],
      [1, 'analytics', false],
      [2, BILLING, false],
      [3, 'both', true],
    ]);
    expect(found.map((one) => one.targets.map(({ functionArn, paused }) => [functionArn, paused]))).toEqual([
      [['arn:aws:lambda:us-west-2:222222222222:function:reader', undefined]],
      [['arn:aws:lambda:eu-west-1:222222222222:function:reader', undefined]],
      [['arn:aws:lambda:us-west-2:333333333333:function:ledger:live', undefined]],
      [
        ['arn:aws:lambda:us-west-2:222222222222:function:other', undefined],
        ['arn:aws:lambda:us-west-2:333333333333:function:other', true],
      ],
    ]);
  });

  test('is empty for a route that the file does not have', () => {
    expect(writtenTargets(head + route('      - { account: analytics, function: f }\n'), 'x')).toEqual([]);
  });
});

/** Whether one text is the other with one piece replaced. */
function isOnePiece(before: string, after: string): boolean {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  return after.length > before.length && after.endsWith(before.slice(head));
}

const anyTail = fc.constantFrom('', '', ' # so', '  ', '\t# "tab"');
const anyPlace = fc.constantFrom('account: analytics', 'group: both', '"group": "more"');

/** One entry of targets, with its dash at `column`. */
const anyEntry = (column: number, name: string) =>
  fc
    .record({
      place: anyPlace,
      tail: anyTail,
      form: fc.constantFrom('lines', 'braces', 'open'),
      gap: fc.constantFrom(1, 3),
    })
    .chain(({ place, tail, form, gap }) => {
      const dash = `${' '.repeat(column)}-${' '.repeat(gap)}`;
      const below = ' '.repeat(dash.length);
      const text = {
        lines: `${dash}${place}${tail}\n${below}function: ${name}${tail}\n`,
        braces: `${dash}{${place}, function: ${name}}${tail}\n`,
        open: `${dash}{\n${below}  ${place},${tail}\n${below}  function: ${name} }${tail}\n`,
      }[form];
      const remarks = ['', '\n', `${' '.repeat(column)}# low\n`, `${below}# beside\n`, `${below}  # deep\n`];
      return fc.constantFrom(...remarks).map((remark) => text + remark);
    });

const anyFile = fc
  .record({
    entries: fc
      .constantFrom(0, 2)
      .chain((step) => fc.tuple(anyEntry(4 + step, 'f'), anyEntry(4 + step, 'g'))),
    isLast: fc.boolean(),
    after: fc.constantFrom('', '\n# end\n', 'name: x\n'),
    lineBreak: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('', '\uFEFF'),
    isOpen: fc.boolean(),
  })
  .map(({ entries, isLast, after, lineBreak, mark, isOpen }) => {
    const other = '  - stream: events\n    targets: [{ account: analytics, function: f }]\n';
    const orders = `  - stream: orders\n    targets:\n${entries.join('')}`;
    const routes = isLast ? other + orders : orders + other;
    const text = `${mark}${head}routes:\n${routes}${after}`.replaceAll('\n', lineBreak);
    return isOpen ? text.replace(/\r?\n$/, '') : text;
  });
