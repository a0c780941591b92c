import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callBackoffMs } from '../../src/delivery/call-backoff.ts';

describe('callBackoffMs', () => {
  test('doubles its longest wait each time, up to 5 seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((attempts) => callBackoffMs(attempts, 1))).toEqual([
      200, 400, 800, 1600, 3200, 5000, 5000,
    ]);
  });

  test('may not wait at all: the jitter is full', () => {
    expect(callBackoffMs(5, 0)).toBe(0);
  });

  test('never waits less than the service asked for, nor 5 seconds more', () => {
    const anyRandom = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), anyRandom, fc.nat(), (attempts, random, retryAfterMs) => {
        const delayMs = callBackoffMs(attempts, random, retryAfterMs);
        expect(delayMs).toBeGreaterThanOrEqual(retryAfterMs);
        expect(delayMs).toBeLessThanOrEqual(retryAfterMs + 5_000);
      }),
    );
  });
});
