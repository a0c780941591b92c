import { describe, expect, test } from 'vitest';
import { fit, wrap } from '../../src/terminal/fit.ts';

describe('fit', () => {
  test.each([
    ['orders', 8, 'orders  '],
    ['orders', 6, 'orders'],
    ['orders', 4, 'ord…'],
    ['orders', 0, ''],
    ['a\nb\u001B[2Jc', 4, 'a bc'],
  ])('makes of %j in %i columns %j', (text, width, fitted) => {
    expect(fit(text, width)).toBe(fitted);
  });

  test('aligns right', () => {
    expect(fit('12', 4, 'right')).toBe('  12');
  });
});

describe('wrap', () => {
  test('breaks between words where it can be', () => {
    expect(wrap('a role may not be assumed', 10, 9)).toEqual(['a role may', 'not be', 'assumed']);
    expect(wrap('arn:aws:iam::222222222222:role', 10, 9)).toEqual(['arn:aws:ia', 'm::2222222', '22222:role']);
  });

  test('cuts what has no room in the last line', () => {
    expect(wrap('a role may not be assumed', 10, 2)).toEqual(['a role may', 'not be as…']);
  });
});
