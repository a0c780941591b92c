import { describe, expect, test } from 'vitest';
import { deadLetterReason } from '../../src/parking/dead-letter-reason.ts';

const hour = 3_600_000;

describe('deadLetterReason', () => {
  test.for([
    [0, 24 * hour, 'Given up after 24 h and 0 calls: down'],
    [1, 119 * 60_000, 'Given up after 119 min and 1 call: down'],
    [8, 2 * hour, 'Given up after 2 h and 8 calls: down'],
  ] as const)('says how often the function was called: %i', ([attempts, ms, expected]) => {
    const failure = { class: 'unavailable', reason: 'down' } as const;

    expect(deadLetterReason(failure, attempts, { parkedAt: 9 * hour, now: 9 * hour + ms })).toBe(expected);
  });

  test('gives only the reason for records that are not routed', () => {
    const failure = { class: 'not-routed', reason: 'no target' } as const;

    expect(deadLetterReason(failure, 3, { parkedAt: 0, now: hour })).toBe('no target');
  });
});
