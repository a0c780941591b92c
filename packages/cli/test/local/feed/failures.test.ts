import { describe, expect, test } from 'vitest';
import { createFailures } from '../../../src/local/feed/failures.ts';

describe('createFailures', () => {
  test('lists the newest first, and once with its count what happens again', () => {
    const failures = createFailures();
    failures.add({
      at: 1,
      route: 'orders',
      reason: 'down, request 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
    });
    failures.add({ at: 2, reason: 'other' });
    failures.add({
      at: 3,
      route: 'orders',
      reason: 'down, request 6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b',
    });
    expect(failures.all()).toEqual([
      {
        at: '1970-01-01T00:00:00.003Z',
        route: 'orders',
        target: null,
        functionName: null,
        reason: 'down, request 6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b',
        times: 2,
      },
      {
        at: '1970-01-01T00:00:00.002Z',
        route: null,
        target: null,
        functionName: null,
        reason: 'other',
        times: 1,
      },
    ]);
  });

  test('keeps the last fifty', () => {
    const failures = createFailures();
    for (let at = 1; at <= 60; at++) failures.add({ at, reason: `reason ${at}` });
    const kept = failures.all();
    expect([kept.length, kept[0]?.reason, kept.at(-1)?.reason]).toEqual([50, 'reason 60', 'reason 11']);
  });
});
