import { describe, expect, test } from 'vitest';
import { readOptions } from '../../simulation/options.ts';

describe('readOptions', () => {
  test('reads names and numbers', () => {
    const args = ['hangs', '--seed', '3', '--hours', '0.5', '--rate', '0.1', '--environments', '4'];

    expect(readOptions(args)).toEqual({
      names: ['hangs'],
      seed: 3,
      hours: 0.5,
      rate: 0.1,
      environments: 4,
      log: false,
      help: false,
    });
  });

  test.each([
    [['--seed', '-1']],
    [['--seed=x']],
    [['--hours', '0']],
    [['--rate', '2']],
    [['--environments', '1.5']],
    [['--unknown']],
  ])('reports in one sentence what is wrong with %j', (args) => {
    expect(() => readOptions(args)).toThrow(/^[^.\n]+(\.\d[^.\n]*)?\.?$/);
  });
});
