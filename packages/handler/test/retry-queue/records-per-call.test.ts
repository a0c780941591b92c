import { describe, expect, test } from 'vitest';
import { createPace } from '../../src/delivery/pace.ts';
import { targetKey } from '../../src/delivery/target-key.ts';
import { mostRecordsOfCall, recordsInTime } from '../../src/retry-queue/records-per-call.ts';
import { deadline } from '../factories.ts';
import { reader } from '../retry-path.ts';

/** A function that takes 100 ms for a record, and an invocation of 48 s of which 30 are left. */
function setUp(options: { isKnown: boolean }) {
  const pace = createPace();
  if (options.isKnown) pace.lasted(targetKey(reader), 1_000, 10, 'answered');
  return [
    pace,
    { target: reader, deadline: { ...deadline({ msToSend: 30_000 }), totalMs: 48_000 } },
  ] as const;
}

describe('recordsInTime', () => {
  test('is what takes a quarter of the time of the invocation', () => {
    expect(recordsInTime(...setUp({ isKnown: true }))).toBe(120);
  });

  test('is nothing while nothing is known', () => {
    expect(recordsInTime(...setUp({ isKnown: false }))).toBe(0);
  });
});

describe('mostRecordsOfCall', () => {
  test('is what takes two thirds of the time that is left, for records that had no answer', () => {
    const [pace, receiver] = setUp({ isKnown: true });

    expect(mostRecordsOfCall(pace, receiver, true)).toBe(200);
    expect(mostRecordsOfCall(pace, receiver, false)).toBe(Number.POSITIVE_INFINITY);
  });
});
