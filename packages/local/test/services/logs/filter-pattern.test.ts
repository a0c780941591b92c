import { describe, expect, test } from 'vitest';
import { compileFilterPattern } from '../../../src/services/logs/filter-pattern.ts';

const TEXT = 'ERROR orders: access denied (403)';
const JSON_LINE = JSON.stringify({
  level: 'error',
  route: 'orders',
  records: 12,
  target: { account: '999999999999', roles: ['a', 'b'] },
  gone: null,
});

describe('compileFilterPattern', () => {
  test.each([
    ['', TEXT, true],
    ['ERROR', TEXT, true],
    ['error', TEXT, false],
    ['ERROR denied', TEXT, true],
    ['ERROR gone', TEXT, false],
    ['"access denied"', TEXT, true],
    ['"denied access"', TEXT, false],
    ['ERROR -denied', TEXT, false],
    ['ERROR -gone', TEXT, true],
    ['?gone ?orders', TEXT, true],
    ['?gone ?away', TEXT, false],
    ['"\\"level\\":\\"error\\""', JSON_LINE, true],
    ['{ $.level = "error" }', JSON_LINE, true],
    ['{ $.level = "info" }', JSON_LINE, false],
    ['{ $.level = err* }', JSON_LINE, true],
    ['{ $.level != "info" }', JSON_LINE, true],
    ['{ $.other != "info" }', JSON_LINE, false],
    ['{ $.level = "error" && $.route = "payments" }', JSON_LINE, false],
    ['{ $.level = "info" || $.route = "orders" && $.records >= 12 }', JSON_LINE, true],
    ['{ $.records > 12 }', JSON_LINE, false],
    ['{ $.records < 13 }', JSON_LINE, true],
    ['{ $.records <= 11 }', JSON_LINE, false],
    ['{ $.records = 12 }', JSON_LINE, true],
    ['{ $.target.account = "9999*" }', JSON_LINE, true],
    ['{ $.target.roles[1] = "b" }', JSON_LINE, true],
    ['{ $.gone IS NULL }', JSON_LINE, true],
    ['{ $.gone NOT EXISTS }', JSON_LINE, false],
    ['{ $.other NOT EXISTS }', JSON_LINE, true],
    ['{ $.level = "error" }', TEXT, false],
    ['{ $.level = "a && b" }', '{"level":"a && b"}', true],
  ])('%s in %s: %s', (pattern, line, expected) => {
    expect(compileFilterPattern(pattern)(line)).toBe(expected);
  });

  test.each(['[a, b]', '%ERR.*%', '{ ($.a = 1) || $.b = 2 }', '{ $.a }', '{ $.a > b }', '{ a = 1 }'])(
    'refuses %s by name',
    (pattern) => {
      expect(() => compileFilterPattern(pattern)).toThrow(
        `The local AWS does not know this filter pattern: ${pattern}`,
      );
    },
  );
});
