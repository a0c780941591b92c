import { describe, expect, test } from 'vitest';
import { matches, matchesArn } from '../../src/iam/match.ts';

describe('matches', () => {
  test.each([
    ['orders', 'orders', true],
    ['orders', 'order', false],
    ['orders', 'orders2', false],
    ['orders', 'Orders', false],
    ['orders', '*', true],
    ['', '*', true],
    ['orders', 'or*rs', true],
    ['orders', 'o*', true],
    ['orders', '*x*', false],
    ['orders', 'order?', true],
    ['order', 'order?', false],
    ['orders', '??????', true],
    ['a\nb', 'a*b', true],
    ['axb', 'a.b', false],
    ['a.b', 'a.b', true],
    ['a+b(c)[d]{e}|$^\\', 'a+b(c)[d]{e}|$^\\', true],
  ])('%j against %j is %s', (value, pattern, expected) => {
    expect(matches(value, pattern)).toBe(expected);
  });
});

describe('matchesArn', () => {
  test.each([
    ['arn:aws:iam::111111111111:role/a', 'arn:aws:iam::111111111111:role/a', true],
    ['arn:aws:iam::111111111111:role/a', 'arn:aws:iam::*:role/a', true],
    ['arn:aws:iam::111111111111:role/a/b', 'arn:aws:iam::111111111111:role/*', true],
    ['arn:aws:iam::111111111111:role/a', 'arn:aws:iam::111111111111:role/?', true],
    ['arn:aws:iam::111111111111:role/a', 'arn:*:role/a', false],
    ['arn:aws:iam::111111111111:role/a', '*', false],
    ['arn:aws:iam::111111111111:role/a', 'arn:aws:iam::222222222222:role/a', false],
    ['arn:aws:lambda:us-west-2:1:function:a:live', 'arn:aws:lambda:us-west-2:1:function:*', true],
    ['arn:aws:lambda:us-west-2:1:function:a:live', 'arn:aws:lambda:*:function:a:live', false],
  ])('%s against %s is %s', (value, pattern, expected) => {
    expect(matchesArn(value, pattern)).toBe(expected);
  });
});
