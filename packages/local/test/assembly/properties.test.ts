import { describe, expect, test } from 'vitest';
import { createProperties } from '../../src/assembly/properties.ts';
import { NotSupportedError } from '../../src/shared/aws-error.ts';

const properties = createProperties({
  where: 'stack a resource B',
  properties: {
    text: 'a',
    number: 0,
    boolean: false,
    texts: ['a', 'b'],
    objects: [{ text: 'c' }],
    object: { text: 'd', inner: { number: '1' } },
  },
});

describe('createProperties', () => {
  test('reads values of the type asked for', () => {
    expect(properties.text('text')).toBe('a');
    expect(properties.number('number', 7)).toBe(0);
    expect(properties.boolean('boolean', true)).toBe(false);
    expect(properties.texts('texts')).toEqual(['a', 'b']);
    expect(properties.objects('objects').map((item) => item.text('text'))).toEqual(['c']);
    expect(properties.object('object', ['text', 'inner']).text('text')).toBe('d');
    expect(properties.raw('objects')).toEqual([{ text: 'c' }]);
  });

  test('falls back where a property is missing', () => {
    expect(properties.number('missing', 7)).toBe(7);
    expect(properties.boolean('missing', true)).toBe(true);
    expect(properties.texts('missing')).toEqual([]);
    expect(properties.objects('missing')).toEqual([]);
    expect(properties.object('missing', []).raw('text')).toBeUndefined();
    expect(properties.textsByName('missing')).toEqual({});
    expect(properties.raw('missing')).toBeUndefined();
  });

  test.each([
    ['text missing', () => properties.text('missing'), 'missing missing'],
    ['text', () => properties.text('number'), 'number 0'],
    ['number missing', () => properties.number('missing'), 'missing missing'],
    ['number', () => properties.number('text', 1), 'text "a"'],
    ['boolean', () => properties.boolean('text', true), 'text "a"'],
    ['texts', () => properties.texts('objects'), 'objects [{"text":"c"}]'],
    ['objects', () => properties.objects('object'), 'object {"text":"d","inner":{"number":"1"}}'],
    ['objects of texts', () => properties.objects('texts'), 'texts "a"'],
    ['object', () => properties.object('texts', []), 'texts ["a","b"]'],
  ])('refuses a value of another type for %s, with its place', (_, read, what) => {
    expect(read).toThrow(new NotSupportedError(what, 'stack a resource B'));
  });

  test('reads integers of a range, both ends in it', () => {
    const properties = createProperties({ properties: { a: 1, b: 1.5, c: '2' }, where: 'here' });
    const range = [1, 2] as const;
    expect(properties.integer('a', range)).toBe(1);
    expect(properties.integer('d', range, 2)).toBe(2);
    for (const [name, value] of [
      ['b', range],
      ['c', range],
      ['d', range],
      ['a', [2, 3]],
      ['a', [-1, 0]],
    ] as const) {
      expect(() => properties.integer(name, value)).toThrow(NotSupportedError);
    }
    expect(() => properties.integer('b', range)).toThrow('b, an integer of 1–2: 1.5');
  });

  test('names the path to a nested value', () => {
    expect(() =>
      properties.object('object', ['text', 'inner']).object('inner', ['number']).number('number'),
    ).toThrow(new NotSupportedError('number "1"', 'stack a resource B object inner'));
  });

  test('refuses unknown properties of an object', () => {
    expect(() => properties.object('object', ['text'])).toThrow(
      new NotSupportedError('the property object.inner', 'stack a resource B'),
    );
  });

  test('reads an object of chosen names', () => {
    const variables = createProperties({
      where: 'stack a resource B',
      properties: { Variables: { A: '1', B: '2' } },
    });
    expect(variables.textsByName('Variables')).toEqual({ A: '1', B: '2' });
  });
});
