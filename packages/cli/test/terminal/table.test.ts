import { describe, expect, test } from 'vitest';
import { renderTable } from '../../src/terminal/table.ts';

describe('renderTable', () => {
  test('puts words to the left and numbers to the right', () => {
    const table = renderTable(
      ['route', 'put'],
      [
        ['orders', 5],
        ['payments', 1000],
      ],
    );
    expect(table).toBe('route      put\n────────  ────\norders       5\npayments  1000\n');
  });
});
