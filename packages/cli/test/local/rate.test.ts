import { describe, expect, test } from 'vitest';
import { createRate } from '../../src/local/rate.ts';

describe('createRate', () => {
  test('counts all, and the last five seconds for a second', () => {
    const rate = createRate();
    rate.add(10, 1_000);
    rate.add(20, 3_500);
    expect([rate.total(), rate.perSecond(3_999)]).toEqual([30, 6]);
    expect(rate.perSecond(6_000)).toBe(4);
    rate.add(5, 60_000);
    expect([rate.total(), rate.perSecond(60_000)]).toEqual([35, 1]);
  });

  test('is none once nothing has come for five seconds', () => {
    const rate = createRate();
    rate.add(10, 1_000);
    expect(rate.perSecond(6_000)).toBe(0);
  });
});
