import { describe, expect, test } from 'vitest';
import { createFailures } from '../../src/local/failures.ts';

describe('createFailures', () => {
  test('lists the newest first, and once with its count what happens again', () => {
    const failures = createFailures();
    failures.add({
      at: 1,
      route: 'orders',
      reason: 'down, request 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
      records: 3,
    });
    failures.add({ at: 2, reason: 'other' });
    failures.add({
      at: 3,
      route: 'orders',
      reason: 'down, request 6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b',
      records: 4,
    });
    expect(failures.all()).toEqual([
      {
        at: 3,
        route: 'orders',
        reason: 'down, request 6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b',
        times: 2,
        records: 7,
      },
      { at: 2, reason: 'other', times: 1, records: 0 },
    ]);
  });

  test('keeps the last fifty', () => {
    const failures = createFailures();
    for (let at = 1; at <= 60; at++) failures.add({ at, reason: `reason ${at}` });
    const kept = failures.all();
    expect([kept.length, kept[0]?.at, kept.at(-1)?.at]).toEqual([50, 60, 11]);
  });
});
