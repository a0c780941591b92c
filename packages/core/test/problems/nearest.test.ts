import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/problems/nearest.ts';

describe('nearest', () => {
  const keys = ['stream', 'name', 'targets', 'batchSize', 'batchWindowSeconds', 'maximumRetryAttempts'];

  test.each([
    ['nmae', 'name'],
    ['target', 'targets'],
    ['TARGETS', 'targets'],
    ['batch_size', 'batchSize'],
    ['batchWindow_Second', 'batchWindowSeconds'],
    ['maxRetryAttempts', 'maximumRetryAttempts'],
  ])('reads %s as %s', (written, meant) => {
    expect(nearest(written, keys)).toBe(meant);
  });

  test.each(['', 'x', 'ab', 'colour', 'description', 'filters', 'retries'])(
    'finds nothing near "%s"',
    (written) => {
      expect(nearest(written, keys)).toBeUndefined();
    },
  );

  test('prefers the name with fewer edits', () => {
    expect(nearest('billing', ['filling', 'billings', 'killing-it'])).toBe('filling');
    expect(nearest('billings', ['filling', 'billings'])).toBe('billings');
  });

  test('finds nothing near a short name when every letter differs', () => {
    expect(nearest('ab', ['cd'])).toBeUndefined();
  });

  test('finds nothing where no name is known', () => {
    expect(nearest('name', [])).toBeUndefined();
  });
});
