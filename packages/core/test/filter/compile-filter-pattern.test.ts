import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilterPattern } from '../../src/filter/compile-filter-pattern.ts';
import type { FilterPattern } from '../../src/index.ts';
import { anyJson, anyNestedObject, anyPattern, anyPlainValue } from './arbitraries.ts';

/** Both as JSON, as a mapping has them: a key `__proto__` is one like any other there. */
function matches(pattern: string, value: string): boolean {
  return compileFilterPattern(JSON.parse(pattern))(JSON.parse(value));
}

/** The pattern that asks for exactly the leaves of an object. */
function patternOf(object: Record<string, unknown>): FilterPattern {
  const fields = Object.entries(object).map(([key, value]) => {
    const isNested = typeof value === 'object' && value !== null;
    const rule = isNested ? patternOf(value as Record<string, unknown>) : [value];
    return `${JSON.stringify(key)}:${JSON.stringify(rule)}`;
  });
  return JSON.parse(`{${fields}}`);
}

describe('compileFilterPattern', () => {
  test.each<[string, string, string[], string[]]>([
    [
      'null',
      '{"UserID":[null]}',
      ['{"UserID":null}'],
      ['{"UserID":"null"}', '{"UserID":0}', '{"UserID":""}', '{}'],
    ],
    [
      'an empty string',
      '{"LastName":[""]}',
      ['{"LastName":""}'],
      ['{"LastName":" "}', '{"LastName":null}', '{}'],
    ],
    [
      'equality',
      '{"Name":["Alice"]}',
      ['{"Name":"Alice","Age":5}'],
      ['{"Name":"alice"}', '{"Name":"Alic"}', '{"name":"Alice"}', '{}'],
    ],
    ['true, which is not "true"', '{"a":[true]}', ['{"a":true}'], ['{"a":"true"}', '{"a":1}', '{"a":false}']],
    [
      'a number, however it is written',
      '{"a":[300]}',
      ['{"a":300}', '{"a":300.0}', '{"a":3.0e2}'],
      ['{"a":"300"}', '{"a":301}'],
    ],
    [
      'equals-ignore-case',
      '{"Name":[{"equals-ignore-case":"aLice"}]}',
      ['{"Name":"alice"}', '{"Name":"ALICE"}'],
      ['{"Name":"alices"}', '{"Name":5}', '{}'],
    ],
    [
      'and',
      '{"Location":["New York"],"Day":["Monday"]}',
      ['{"Location":"New York","Day":"Monday"}'],
      ['{"Location":"New York"}', '{"Day":"Monday"}', '{"Location":"New York","Day":"Friday"}'],
    ],
    [
      'or, of one field',
      '{"PaymentType":["Credit","Debit"]}',
      ['{"PaymentType":"Credit"}', '{"PaymentType":"Debit"}'],
      ['{"PaymentType":"Cash"}', '{}'],
    ],
    [
      'or, of several fields',
      '{"$or":[{"Location":["New York"]},{"Day":["Monday"]}]}',
      ['{"Location":"New York"}', '{"Day":"Monday"}', '{"Location":"New York","Day":"Monday"}'],
      ['{"Location":"Paris","Day":"Friday"}', '{"$or":"Monday"}', '{}'],
    ],
    [
      'or, beside a field',
      '{"a":[1],"$or":[{"b":[2]},{"c":[3],"d":[4]}]}',
      ['{"a":1,"b":2}', '{"a":1,"c":3,"d":4}'],
      ['{"b":2}', '{"a":1}', '{"a":1,"c":3}'],
    ],
    [
      'anything but',
      '{"Weather":[{"anything-but":["Raining"]}]}',
      ['{"Weather":"Sunny"}', '{"Weather":""}', '{"Weather":5}', '{"Weather":null}', '{"Weather":true}'],
      ['{"Weather":"Raining"}', '{}', '{"Weather":{"is":"Sunny"}}', '{"Weather":[]}'],
    ],
    [
      'anything but one number',
      '{"a":[{"anything-but":5}]}',
      ['{"a":6}', '{"a":"5"}'],
      ['{"a":5}', '{"a":5.0}', '{}'],
    ],
    ['anything but several', '{"a":[{"anything-but":["x","y"]}]}', ['{"a":"z"}'], ['{"a":"x"}', '{"a":"y"}']],
    [
      'numeric =',
      '{"Price":[{"numeric":["=",100]}]}',
      ['{"Price":100}', '{"Price":1e2}'],
      ['{"Price":"100"}', '{"Price":100.5}', '{}'],
    ],
    ['numeric <', '{"a":[{"numeric":["<",1]}]}', ['{"a":0.5}', '{"a":-5e9}'], ['{"a":1}', '{"a":-6e9}']],
    ['numeric <=', '{"a":[{"numeric":["<=",1]}]}', ['{"a":1}', '{"a":0}'], ['{"a":1.5}']],
    ['numeric >', '{"a":[{"numeric":[">",1]}]}', ['{"a":1.5}', '{"a":5e9}'], ['{"a":1}', '{"a":5000000001}']],
    [
      'numeric >=',
      '{"a":[{"numeric":[">=",1]}]}',
      ['{"a":1}', '{"a":2}'],
      ['{"a":0.5}', '{"a":null}', '{"a":true}'],
    ],
    [
      'a numeric range',
      '{"Price":[{"numeric":[">",10,"<=",20]}]}',
      ['{"Price":10.5}', '{"Price":20}'],
      ['{"Price":10}', '{"Price":20.5}', '{"Price":"15"}'],
    ],
    [
      'exists',
      '{"a":{"b":[{"exists":true}]}}',
      ['{"a":{"b":0}}', '{"a":{"b":null}}', '{"a":{"b":""}}', '{"a":{"b":["x"]}}'],
      ['{"a":{}}', '{"a":1}', '{}', '{"b":1}', '{"a":{"b":{"c":1}}}', '{"a":{"b":[]}}'],
    ],
    [
      'does not exist, with or without a parent, and on what is no leaf',
      '{"a":{"b":[{"exists":false}]}}',
      [
        '{"a":{}}',
        '{"a":{"c":1}}',
        '{"a":1}',
        '{"a":null}',
        '{"a":[]}',
        '{}',
        '{"a":{"b":{"c":1}}}',
        '{"a":{"b":[]}}',
      ],
      ['{"a":{"b":0}}', '{"a":{"b":null}}', '{"a":{"b":["x"]}}'],
    ],
    ['a value, or none', '{"a":["x",{"exists":false}]}', ['{"a":"x"}', '{}'], ['{"a":"y"}', '{"a":null}']],
    [
      'prefix',
      '{"Region":[{"prefix":"us-"}]}',
      ['{"Region":"us-east-1"}', '{"Region":"us-"}'],
      ['{"Region":"eu-us-"}', '{"Region":"US-"}', '{"Region":5}'],
    ],
    [
      'suffix',
      '{"File":[{"suffix":".png"}]}',
      ['{"File":"a.png"}'],
      ['{"File":"a.png.gz"}', '{"File":".PNG"}', '{"File":null}'],
    ],
    [
      'one of several operators',
      '{"a":[{"prefix":"x"},{"numeric":[">",5]},null]}',
      ['{"a":"xy"}', '{"a":6}', '{"a":null}'],
      ['{"a":"y"}', '{"a":5}'],
    ],
    [
      'a list of the record, of which one element is enough',
      '{"a":["x"]}',
      ['{"a":["x"]}', '{"a":["y","x"]}', '{"a":[["y"],["x"]]}', '{"a":[{"b":1},"x"]}'],
      ['{"a":["y"]}', '{"a":[]}', '{"a":[{"a":"x"}]}'],
    ],
    [
      'a list with something else',
      '{"a":[{"anything-but":"x"}]}',
      ['{"a":["x","y"]}'],
      ['{"a":["x","x"]}', '{"a":[]}'],
    ],
    [
      'a list of objects, all in one of them',
      '{"staff":{"first":["Anna"],"last":["Jones"]}}',
      [
        '{"staff":[{"first":"John","last":"Doe"},{"first":"Anna","last":"Jones"}]}',
        '{"staff":[[{"first":"Anna","last":"Jones"}]]}',
      ],
      ['{"staff":[{"first":"Anna","last":"Smith"},{"first":"Peter","last":"Jones"}]}', '{"staff":[]}'],
    ],
    [
      'a list of objects, none of which has a field',
      '{"items":{"voucher":[{"exists":false}]}}',
      ['{"items":[{"sku":1},{"sku":2}]}', '{"items":[]}', '{"items":["x"]}'],
      ['{"items":[{"sku":1},{"sku":2,"voucher":"v"}]}', '{"items":[[{"voucher":"v"}]]}'],
    ],
    [
      'alternatives within one element',
      '{"l":{"a":[1],"$or":[{"b":[2]},{"c":[3]}]}}',
      ['{"l":[{"a":1,"c":3}]}'],
      ['{"l":[{"a":1},{"b":2}]}'],
    ],
    [
      'keys of every object',
      '{"__proto__":{"constructor":["x"]}}',
      ['{"__proto__":{"constructor":"x"}}'],
      ['{}', '{"__proto__":{}}'],
    ],
    ['a key that objects inherit', '{"toString":[{"exists":false}]}', ['{}'], ['{"toString":1}']],
  ])('matches %s', (_, pattern, those, others) => {
    expect(those.filter((value) => !matches(pattern, value))).toEqual([]);
    expect(others.filter((value) => matches(pattern, value))).toEqual([]);
  });

  test('matches an object by the pattern of its own leaves', () => {
    fc.assert(
      fc.property(anyNestedObject, (object) => {
        expect(compileFilterPattern(patternOf(object))(object)).toBe(true);
      }),
    );
  });

  test('accepts any JSON value with any pattern', () => {
    fc.assert(
      fc.property(anyPattern, anyJson, (pattern, value) => {
        expect(typeof compileFilterPattern(pattern)({ data: value })).toBe('boolean');
      }),
    );
  });

  test('matches by exists exactly one of true and false', () => {
    fc.assert(
      fc.property(
        anyJson,
        fc.array(fc.constantFrom('a', 'b', '__proto__'), { minLength: 1, maxLength: 3 }),
        (value, path) => {
          const [there, absent] = [true, false].map((exists) => {
            const pattern = ['data', ...path].reduceRight(
              (rule, key) => `{${JSON.stringify(key)}:${rule}}`,
              `[{"exists":${exists}}]`,
            );
            return compileFilterPattern(JSON.parse(pattern))({ data: value });
          });
          expect(there).toBe(!absent);
        },
      ),
    );
  });

  test('matches anything but what is there exactly where it does not match what is there', () => {
    const anyUnwanted = anyPlainValue.filter(
      (value) => typeof value === 'string' || typeof value === 'number',
    );
    fc.assert(
      fc.property(anyPlainValue, anyUnwanted, (leaf, unwanted) => {
        const but = compileFilterPattern({ a: [{ 'anything-but': [unwanted as string] }] });
        const equal = compileFilterPattern({ a: [unwanted as string] });
        expect(but({ a: unwanted })).toBe(false);
        expect(but({ a: leaf })).toBe(!equal({ a: leaf }));
      }),
    );
  });

  test('accepts lists nested deeper than calls can be, and more elements than a call allows', () => {
    const deep = `{"a":${'['.repeat(200_000)}"x"${']'.repeat(200_000)}}`;
    const long = JSON.stringify({ a: { b: Array.from({ length: 200_000 }, () => 0) } });
    expect(matches('{"a":["x"]}', deep)).toBe(true);
    expect(matches('{"a":{"b":[{"exists":false}]}}', deep)).toBe(true);
    expect(matches('{"a":{"b":["x"]}}', long)).toBe(false);
  });
});
