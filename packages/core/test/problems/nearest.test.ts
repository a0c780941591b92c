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
  ])('takes %s for %s', (written, meant) => {
    expect(nearest(written, keys)).toBe(meant);
  });

  test.each(['', 'x', 'ab', 'colour', 'description', 'filters', 'retries'])(
    'takes "%s" for none',
    (written) => {
      expect(nearest(written, keys)).toBeUndefined();
    },
  );

  test('prefers the name with fewer edits', () => {
    expect(nearest('billing', ['filling', 'billings', 'killing-it'])).toBe('filling');
    expect(nearest('billings', ['filling', 'billings'])).toBe('billings');
  });

  test('takes a short name for none when every letter differs', () => {
    expect(nearest('ab', ['cd'])).toBeUndefined();
  });

  test('knows nothing near where nothing is known', () => {
    expect(nearest('name', [])).toBeUndefined();
  });
});
