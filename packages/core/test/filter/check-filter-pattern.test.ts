import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkFilterPattern } from '../../src/index.ts';
import { anyPattern } from './arbitraries.ts';

/** Each mistake as one line. */
function mistakesIn(pattern: object): string[] {
  const mistakes: string[] = [];
  checkFilterPattern(pattern, 'kinesis', ['filter'], (path, code, message, hint) => {
    expect(code).toBe('filter');
    mistakes.push(`${path.join('.')}: ${message}${hint === undefined ? '' : `; ${hint}`}`);
  });
  return mistakes;
}

const KNOWN = 'prefix, suffix, equals-ignore-case, anything-but, numeric, exists';
const NUMERIC = 'expected one comparison such as ["=", 5], or a range such as [">", 0, "<=", 5]';
const BOUNDS = '-5000000000 to 5000000000';

describe('checkFilterPattern', () => {
  test.each<[string, object]>([
    ['values of every kind', { data: { a: ['x', '', 1, true, null] } }],
    ['nesting', { data: { a: { b: { c: ['x'] } }, d: ['y'] } }],
    [
      'every operator',
      {
        data: {
          a: [{ prefix: 'x' }, { suffix: '' }, { 'equals-ignore-case': 'X' }],
          b: [
            { 'anything-but': 'x' },
            { 'anything-but': 5 },
            { 'anything-but': ['x', 'y'] },
            { 'anything-but': [1, 2] },
          ],
          c: [{ numeric: ['=', 5] }, { numeric: ['<', -5e9] }, { numeric: ['>=', 0, '<', 0.5] }],
          d: [{ exists: true }, { exists: false }],
        },
      },
    ],
    ['alternatives, nested too', { data: { $or: [{ a: ['x'] }, { b: { $or: [{ c: [1] }, { d: [2] }] } }] } }],
    ['a field with the name of an operator', { data: { prefix: ['x'], numeric: { exists: [1] } } }],
    ['4,096 characters', { data: { a: ['x'.repeat(4096 - '{"data":{"a":[""]}}'.length)] } }],
  ])('accepts %s', (_, pattern) => {
    expect(mistakesIn(pattern)).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      '4,097 characters',
      { data: { a: ['x'.repeat(4097 - '{"data":{"a":[""]}}'.length)] } },
      'filter: expected a pattern of at most 4096 characters as JSON, got 4097',
    ],
    [
      'a key beside data',
      { data: { a: [1] }, partitionKey: ['x'] },
      'filter.partitionKey: expected "data", the only key that filters of a Kinesis stream know, got "partitionKey"; nest the pattern under "data"',
    ],
    [
      'data that is not nested',
      { data: ['x'] },
      'filter.data: expected a nested pattern, got ["x"]: data is matched as JSON',
    ],
    ['an empty pattern', {}, 'filter: expected a pattern with at least one key, got an empty one'],
    [
      'an empty pattern within',
      { data: { a: {} } },
      'filter.data.a: expected a pattern with at least one key, got an empty one',
    ],
    [
      'a value without its list',
      { data: { a: 'x' } },
      'filter.data.a: expected a list of values, or a nested pattern, got "x"; write ["x"]',
    ],
    [
      'null without its list',
      { data: { a: null } },
      'filter.data.a: expected a list of values, or a nested pattern, got null; write [null]',
    ],
    ['an empty list', { data: { a: [] } }, 'filter.data.a: expected at least one value, got an empty list'],
    [
      'a list in a list',
      { data: { a: [['x']] } },
      'filter.data.a.0: expected a value or an operator, got ["x"]',
    ],
    [
      'a number that JSON does not know',
      { data: { a: [Number.NaN] } },
      'filter.data.a.0: expected a value or an operator, got NaN',
    ],
    [
      'one alternative',
      { data: { $or: [{ a: [1] }] } },
      'filter.data.$or: expected a list of at least two patterns, got [{"a":[1]}]',
    ],
    [
      'alternatives that are no patterns',
      { data: { $or: [{ a: [1] }, 'b'] } },
      'filter.data.$or: expected a list of at least two patterns, got [{"a":[1]},"b"]',
    ],
    [
      'alternatives that are no list',
      { data: { $or: { a: [1] } } },
      'filter.data.$or: expected a list of at least two patterns, got {"a":[1]}',
    ],
    [
      'an empty alternative',
      { data: { $or: [{ a: [1] }, {}] } },
      'filter.data.$or.1: expected a pattern with at least one key, got an empty one',
    ],
    [
      'an alternative on a reserved key',
      { data: { $or: [{ a: [1] }, { numeric: [2] }] } },
      'filter.data.$or.1.numeric: expected another key, got "numeric": it is reserved within "$or"',
    ],
    [
      'a reserved key deep in an alternative',
      { data: { $or: [{ a: { wildcard: [1] } }, { b: [2] }] } },
      'filter.data.$or.0.a.wildcard: expected another key, got "wildcard": it is reserved within "$or"',
    ],
    ['no operator', { data: { a: [{}] } }, 'filter.data.a.0: expected one operator, got none'],
    [
      'two operators',
      { data: { a: [{ prefix: 'x', suffix: 'y' }] } },
      'filter.data.a.0: expected one operator, got prefix, suffix',
    ],
    [
      'an operator misspelt',
      { data: { a: [{ prefx: 'x' }] } },
      `filter.data.a.0.prefx: expected one of ${KNOWN}, got "prefx"; did you mean "prefix"?`,
    ],
    [
      'an operator like no other',
      { data: { a: [{ toString: 'x' }] } },
      `filter.data.a.0.toString: expected one of ${KNOWN}, got "toString"`,
    ],
    [
      'wildcard',
      { data: { a: [{ wildcard: 'x*' }] } },
      `filter.data.a.0.wildcard: expected one of ${KNOWN}, got "wildcard"; EventBridge has it, event source mappings do not`,
    ],
    [
      'cidr',
      { data: { a: [{ cidr: '10.0.0.0/8' }] } },
      `filter.data.a.0.cidr: expected one of ${KNOWN}, got "cidr"; EventBridge has it, event source mappings do not`,
    ],
    [
      'a prefix that is no text',
      { data: { a: [{ prefix: 5 }] } },
      'filter.data.a.0.prefix: expected a string, got 5',
    ],
    [
      'a suffix that is no text',
      { data: { a: [{ suffix: null }] } },
      'filter.data.a.0.suffix: expected a string, got null',
    ],
    [
      'equals-ignore-case of a list',
      { data: { a: [{ 'equals-ignore-case': ['x'] }] } },
      'filter.data.a.0.equals-ignore-case: expected a string, got ["x"]',
    ],
    [
      'exists of a word',
      { data: { a: [{ exists: 'yes' }] } },
      'filter.data.a.0.exists: expected true or false, got "yes"',
    ],
    ...[[], null, true, ['x', 5], [{ prefix: 'x' }], 5_000_000_001].map(
      (argument): [string, object, string] => [
        `anything-but ${JSON.stringify(argument)}`,
        { data: { a: [{ 'anything-but': argument }] } },
        `filter.data.a.0.anything-but: expected strings, or numbers from ${BOUNDS}, got ${JSON.stringify(argument)}`,
      ],
    ),
    ...[
      5,
      [],
      ['='],
      ['!=', 5],
      ['=', 5, '<', 6],
      ['<', 5, '>', 1],
      ['>', 1, '=', 5],
      [['='], 5],
      ['>', 1, '<', 2, '<', 3],
    ].map((argument): [string, object, string] => [
      `numeric ${JSON.stringify(argument)}`,
      { data: { a: [{ numeric: argument }] } },
      `filter.data.a.0.numeric: ${NUMERIC}, got ${JSON.stringify(argument)}`,
    ]),
    ...['5', null, 5_000_000_001, -5_000_000_001, Number.NaN].flatMap((bound): [string, object, string][] => {
      const got = typeof bound === 'number' ? String(bound) : JSON.stringify(bound);
      const message = `filter.data.a.0.numeric: expected a number from ${BOUNDS}, got ${got}`;
      return [
        [`numeric = ${got}`, { data: { a: [{ numeric: ['=', bound] }] } }, message],
        [`numeric up to ${got}`, { data: { a: [{ numeric: ['>', 0, '<', bound] }] } }, message],
      ];
    }),
    ...[
      ['>', 5, '<', 1],
      ['>=', 5, '<=', 5],
    ].map((argument): [string, object, string] => [
      `numeric ${JSON.stringify(argument)}`,
      { data: { a: [{ numeric: argument }] } },
      `filter.data.a.0.numeric: expected a lower bound below the upper one, got ${JSON.stringify(argument)}`,
    ]),
    [
      'a long value, of which it shows the start',
      { data: { a: [['x'.repeat(100)]] } },
      `filter.data.a.0: expected a value or an operator, got ["${'x'.repeat(55)}...`,
    ],
  ])('refuses %s', (_, pattern, mistake) => {
    expect(mistakesIn(pattern)).toEqual([mistake]);
  });

  test('reports every mistake at once', () => {
    const places = mistakesIn({ data: { a: [], b: { c: 1 }, d: [{ x: 1 }, { exists: 0 }] }, e: [] });
    expect(places.map((place) => place.split(':')[0])).toEqual([
      'filter.e',
      'filter.data.a',
      'filter.data.b.c',
      'filter.data.d.0.x',
      'filter.data.d.1.exists',
      'filter.e',
    ]);
  });

  test('accepts every pattern that the syntax allows', () => {
    fc.assert(
      fc.property(anyPattern, (pattern) => {
        expect(mistakesIn(pattern)).toEqual([]);
      }),
    );
  });
});
