import { describe, expect, test } from 'vitest';
import { receiverOf } from '../../src/index.ts';

const TARGETS = [{ functionArn: 'a', replaces: ['b', 'c'] }, { functionArn: 'b' }];

describe('receiverOf', () => {
  test('finds a target of the function itself before one that takes over from it', () => {
    expect(receiverOf(TARGETS, 'b')).toBe(TARGETS[1]);
  });

  test('finds the target that takes over from a function', () => {
    expect(receiverOf(TARGETS, 'c')).toBe(TARGETS[0]);
  });

  test('finds none for a function that nobody takes over from', () => {
    expect(receiverOf(TARGETS, 'd')).toBeUndefined();
  });
});
