import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCheckpoint } from '../../../src/event-source-mapping/stream/checkpoint.ts';
import { NOON_MS } from '../../factories.ts';

const after = (sequenceNumber: string) => ({ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber });

describe('createCheckpoint', () => {
  test('stays where it starts until something is done', () => {
    const checkpoint = createCheckpoint({ type: 'TRIM_HORIZON' });
    checkpoint.fix(NOON_MS);
    checkpoint.read('1');
    expect(checkpoint.position).toEqual({ type: 'TRIM_HORIZON' });
  });

  test('holds the time at which the newest record was looked for', () => {
    const checkpoint = createCheckpoint({ type: 'LATEST' });
    checkpoint.fix(NOON_MS);
    checkpoint.fix(NOON_MS + 1);
    expect(checkpoint.position).toEqual({ type: 'AT_TIMESTAMP', timestamp: NOON_MS });
  });

  test('is after the last record before which all are done, in whatever order they end', () => {
    const orders = fc.integer({ min: 1, max: 12 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, index) => index),
        { minLength: count },
      ),
    );
    fc.assert(
      fc.property(orders, (order) => {
        const checkpoint = createCheckpoint({ type: 'TRIM_HORIZON' });
        for (let record = 0; record < order.length; record++) checkpoint.read(String(record));
        const done = new Set<number>();
        for (const record of order) {
          checkpoint.done(String(record));
          done.add(record);
          let first = 0;
          while (done.has(first)) first += 1;
          const expected = first === 0 ? { type: 'TRIM_HORIZON' } : after(String(first - 1));
          expect(checkpoint.position).toEqual(expected);
        }
      }),
    );
  });
});
