import { describe, expect, test } from 'vitest';
import { latestFailure } from '../../src/monitor/latest-failure.ts';

const denied = { at: '01', class: 'denied', reason: 'AccessDenied, request 1b9d6bcd-bbfd-4b2d' };
const error = { at: '02', class: 'function-error', reason: 'TypeError' };
const open = {
  at: '03',
  class: 'breaker-open',
  reason: 'Not called, since the target failed: AccessDenied, request 6ec0bd7f-11c0-43da',
};

describe('latestFailure', () => {
  test('is the later one, in whatever order they come', () => {
    expect(latestFailure(undefined, denied)).toEqual(denied);
    expect(latestFailure(denied, error)).toEqual(error);
    expect(latestFailure(error, denied)).toEqual(error);
  });

  test('is still the one for which the target is not called', () => {
    expect(latestFailure(denied, open)).toEqual({ ...denied, at: '03' });
    expect(latestFailure(open, denied)).toEqual({ ...denied, at: '03' });
  });

  test('is that the target is not called where the reason is another, or not known', () => {
    expect(latestFailure(error, open)).toEqual(open);
    expect(latestFailure(undefined, open)).toEqual(open);
  });
});
