import { describe, expect, test } from 'vitest';
import {
  objects,
  optionalInteger,
  optionalObject,
  optionalText,
  refuseOthers,
  requiredText,
  texts,
} from '../../../src/services/sqs/parameters.ts';

const INVALID = expect.objectContaining({ code: 'InvalidParameterValueException' });

describe('parameters', () => {
  test('are read as what they must be; null is as good as missing', () => {
    const input = { a: 'x', b: 5, c: ['x'], d: [{}], e: {}, n: null };
    expect(requiredText(input, 'a')).toBe('x');
    expect(optionalText(input, 'n')).toBeUndefined();
    expect(optionalInteger(input, 'b', 5, 5)).toBe(5);
    expect(optionalInteger(input, 'n', 5, 5)).toBeUndefined();
    expect(texts(input, 'c')).toEqual(['x']);
    expect(texts(input, 'n')).toEqual([]);
    expect(objects(input, 'd')).toEqual([{}]);
    expect(optionalObject(input, 'e')).toEqual({});
    expect(optionalObject(input, 'n')).toEqual({});
  });

  test('of another type or out of range are refused by name', () => {
    expect(() => optionalText({ a: 1 }, 'a')).toThrow(INVALID);
    expect(() => optionalInteger({ a: 6 }, 'a', 0, 5)).toThrow(
      'Value 6 for parameter a is invalid. Reason: Must be between 0 and 5, if provided.',
    );
    expect(() => optionalInteger({ a: '1' }, 'a', 0, 5)).toThrow(INVALID);
    expect(() => texts({ a: [1] }, 'a')).toThrow(INVALID);
    expect(() => objects({ a: ['x'] }, 'a')).toThrow(INVALID);
    expect(() => optionalObject({ a: [] }, 'a')).toThrow(INVALID);
    expect(() => refuseOthers({ a: 1, b: 2 }, ['a'])).toThrow(
      'The local AWS does not know the parameter b here',
    );
    expect(() => requiredText({}, 'a')).toThrow('The request must contain the parameter a.');
  });
});
