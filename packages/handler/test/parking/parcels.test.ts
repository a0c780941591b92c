import { describe, expect, test } from 'vitest';
import type { Undelivered } from '../../src/delivery/delivery.ts';
import type { Parcel } from '../../src/parking/parcel.ts';
import { type History, noHistory, toParcels } from '../../src/parking/parcels.ts';
import { items, kinesisRecords } from '../factories.ts';
import { undelivered } from '../retry-path.ts';

const all = items(kinesisRecords(6));

function parcelsOf(ranges: readonly Undelivered[], historyOf: (index: number) => History = () => noHistory) {
  return toParcels(all, ranges, (item) => historyOf(all.indexOf(item)));
}

function numbersOf(parcels: readonly Parcel[]): string[] {
  return parcels.map(({ items: held }) => held.map(({ sequenceNumber }) => sequenceNumber).join(' '));
}

describe('toParcels', () => {
  test('makes one parcel of records with the same failure and as many calls, in their order', () => {
    expect(parcelsOf([undelivered(0, 2, 'throttled', 2), undelivered(4, 1, 'throttled', 2)])).toEqual([
      {
        items: [0, 1, 4].map((index) => all[index]),
        failure: { class: 'throttled', reason: 'why' },
        waitsFor: 'throttled',
        attempts: 2,
        hops: 0,
      },
    ]);
  });

  test.for([
    { what: 'class', other: undelivered(1, 1, 'unavailable') },
    { what: 'number of calls', other: undelivered(1, 1, 'throttled', 2) },
    {
      what: 'reason',
      other: { ...undelivered(1, 1, 'throttled'), failure: { class: 'throttled', reason: 'another' } },
    },
  ] as const)('makes another parcel for another $what', ({ other }) => {
    expect(numbersOf(parcelsOf([undelivered(0, 1, 'throttled'), other]))).toEqual(['1', '2']);
  });

  test('keeps the parts of a call without an answer apart', () => {
    const halves = [undelivered(0, 2, 'deadline'), undelivered(2, 2, 'deadline')];

    expect(numbersOf(parcelsOf(halves))).toEqual(['1 2', '3 4']);
  });

  test('keeps the records of each late answer by themselves, with the answer', () => {
    const late = [1, 2].map((endsAt) => ({ endsAt, delivered: Promise.resolve(true) }));
    const parcels = parcelsOf(
      late.map((answer, index) => ({ ...undelivered(index * 2, 2, 'left-behind'), late: answer })),
    );

    expect(numbersOf(parcels)).toEqual(['1 2', '3 4']);
    expect(parcels.map((parcel) => parcel.late)).toEqual(late);
  });

  describe('with records that were parked before', () => {
    const before = { attempts: 3, parkedAt: 1_000, hops: 7 };

    test('goes on with their history', () => {
      const [parcel] = parcelsOf([undelivered(0, 2, 'throttled', 2)], () => before);

      expect(parcel).toMatchObject({ attempts: 5, parkedAt: 1_000, hops: 7 });
    });

    test('makes one parcel for each history', () => {
      const other = { ...before };
      const parcels = parcelsOf([undelivered(0, 4, 'throttled')], (index) => (index % 2 ? other : before));

      expect(numbersOf(parcels)).toEqual(['1 3', '2 4']);
    });

    test.for(['untried', 'breaker-open'] as const)(
      'keeps why the function failed on them while they are not called: %s',
      (failureClass) => {
        const failure = { class: 'reported', reason: 'bad record' } as const;
        const [parcel] = parcelsOf([undelivered(0, 1, failureClass, 0)], () => ({ ...before, failure }));

        expect(parcel).toMatchObject({ failure, waitsFor: failureClass, attempts: 3 });
      },
    );

    test('forgets it once they fail otherwise', () => {
      const failure = { class: 'reported', reason: 'bad record' } as const;
      const [parcel] = parcelsOf([undelivered(0, 1, 'throttled')], () => ({ ...before, failure }));

      expect(parcel).toMatchObject({ failure: { class: 'throttled', reason: 'why' }, waitsFor: 'throttled' });
    });
  });
});
