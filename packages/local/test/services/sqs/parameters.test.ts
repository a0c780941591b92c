import { describe, expect, test } from 'vitest';
import { createInput } from '../../../src/endpoint/input.ts';
import { parameterErrors } from '../../../src/services/sqs/parameters.ts';

const INVALID = expect.objectContaining({ code: 'InvalidParameterValueException' });
const range = { least: 0, most: 5 };
const read = (values: Record<string, unknown>) => createInput(values, parameterErrors);

describe('parameters', () => {
  test('are read as what they must be; null is as good as missing', () => {
    const input = read({ a: 'x', b: 5, c: ['x'], d: [{ f: 'y' }], e: { g: 1 }, n: null });
    expect(input.text('a')).toBe('x');
    expect(input.optionalText('n')).toBeUndefined();
    expect(input.optionalInteger('b', { least: 5, most: 5 })).toBe(5);
    expect(input.optionalInteger('n', { least: 5, most: 5 })).toBeUndefined();
    expect(input.texts('c', [])).toEqual(['x']);
    expect(input.texts('n', [])).toEqual([]);
    expect(input.objects('d').map((one) => one.text('f'))).toEqual(['y']);
    expect(input.entries('e')).toEqual([['g', 1]]);
    expect(input.entries('n')).toEqual([]);
  });

  test('of another type or out of range are refused by name', () => {
    expect(() => read({ a: 1 }).optionalText('a')).toThrow(INVALID);
    expect(() => read({ a: 6 }).optionalInteger('a', range)).toThrow(
      'Value 6 for parameter a is invalid. Reason: Must be between 0 and 5, if provided.',
    );
    expect(() => read({ a: '1' }).optionalInteger('a', range)).toThrow(INVALID);
    expect(() => read({ a: [1] }).texts('a', [])).toThrow(INVALID);
    expect(() => read({ a: ['x'] }).objects('a')).toThrow(INVALID);
    expect(() => read({ a: [] }).entries('a')).toThrow(INVALID);
    expect(() => read({ a: 1, b: 2 }).refuseOthers('a')).toThrow(
      'The local AWS does not know the parameter b here',
    );
    expect(() => read({}).text('a')).toThrow('The request must contain the parameter a.');
  });
});
