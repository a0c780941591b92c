import { describe, expect, test } from 'vitest';
import { delaySecondsUntil, whenDue } from '../../src/parking/due-time.ts';
import { items } from '../factories.ts';

describe('whenDue', () => {
  const time = 1_000_000_000;
  const day = { retryForSeconds: 86_400 };
  const silent = { class: 'deadline', reason: 'no answer' } as const;
  const [item] = items();
  if (item === undefined) throw new Error('unreachable');

  test.for([
    { what: 'a record that is alone', held: [item], dueAt: time + 1_200_000 },
    { what: 'several records', held: [item, item], dueAt: time + 200_000 },
    { what: 'records that are not known', held: undefined, dueAt: time + 200_000 },
  ])('is for $what, for which there was no answer: $dueAt', ({ held, dueAt }) => {
    const waiting = { failure: silent, parkedAt: time - 400_000, ...(held && { items: held }) };

    expect(whenDue(day, waiting, time, 0)).toEqual({ dueAt });
  });

  test('goes by what the records wait for, where that is not their failure', () => {
    const waiting = { failure: silent, waitsFor: 'untried' as const };

    expect(whenDue(day, waiting, time, 0)).toEqual({ dueAt: time });
  });

  test('is now for records whose time is over', () => {
    expect(whenDue(day, { failure: silent, parkedAt: time - 2 * 86_400_000 }, time, 0)).toEqual({
      dueAt: time,
    });
  });

  test('treats records that seem to be parked later as new ones', () => {
    expect(whenDue(day, { failure: silent, parkedAt: time + 60_000 }, time, 0)).toEqual({
      dueAt: time + 30_000,
    });
  });
});

describe('delaySecondsUntil', () => {
  test.for([
    { ms: -1, seconds: 0 },
    { ms: 1, seconds: 1 },
    { ms: 1_000, seconds: 1 },
    { ms: 1_001, seconds: 2 },
    { ms: 900_001, seconds: 900 },
  ])('is for $ms ms: $seconds s', ({ ms, seconds }) => {
    expect(delaySecondsUntil(1_000_000 + ms, 1_000_000)).toBe(seconds);
  });
});
