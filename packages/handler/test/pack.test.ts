import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPacker, stringifyRecords } from '../src/pack.ts';
import { kinesisRecords } from './factories.ts';

/** Any UTF-16 at all, surrogates without their other half included. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff })))
    .map((codes) => String.fromCharCode(...codes)),
);
const anyRecords = fc.array(
  fc.record({ kinesis: fc.record({ sequenceNumber: fc.nat().map(String), data: anyText }), key: anyText }),
  { maxLength: 20 },
);
const anyLimit = fc.integer({ min: 1, max: 1000 });

function packerOf(records: readonly unknown[]) {
  return createPacker(stringifyRecords(records));
}

/** Where a chunk may begin is tried by writing it out, as `createPacker` must not. */
function cutGreedily(records: readonly unknown[], limitBytes: number): string[] {
  const payloads: string[] = [];
  let current: unknown[] = [];
  for (const record of records) {
    const longer = [...current, record];
    if (current.length > 0 && Buffer.byteLength(JSON.stringify({ Records: longer })) > limitBytes) {
      payloads.push(JSON.stringify({ Records: current }));
      current = [record];
    } else {
      current = longer;
    }
  }
  return current.length === 0 ? payloads : [...payloads, JSON.stringify({ Records: current })];
}

describe('createPacker', () => {
  test('keeps every record once, in order, and says where each chunk begins', () => {
    fc.assert(
      fc.property(anyRecords, anyLimit, (records, limitBytes) => {
        let next = 0;
        for (const { first, count, payload } of packerOf(records)(limitBytes)) {
          expect(first).toBe(next);
          expect(JSON.parse(payload.toString('utf8'))).toEqual({
            Records: records.slice(first, first + count),
          });
          next += count;
        }
        expect(next).toBe(records.length);
      }),
    );
  });

  test('keeps every chunk of several records within the limit', () => {
    fc.assert(
      fc.property(anyRecords, anyLimit, (records, limitBytes) => {
        for (const { count, payload } of packerOf(records)(limitBytes)) {
          if (count !== 1) expect(payload.length).toBeLessThanOrEqual(limitBytes);
        }
      }),
    );
  });

  test('cuts as few times as greedy packing does, and writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(anyRecords, anyLimit, (records, limitBytes) => {
        const payloads = packerOf(records)(limitBytes).map(({ payload }) => payload.toString('utf8'));
        expect(payloads).toEqual(cutGreedily(records, limitBytes));
      }),
    );
  });

  test('fills a chunk to the last byte of the limit', () => {
    const records = kinesisRecords(2);
    const bytes = Buffer.byteLength(JSON.stringify({ Records: records }));
    const pack = packerOf(records);

    expect(pack(bytes).map(({ count }) => count)).toEqual([2]);
    expect(pack(bytes - 1).map(({ count }) => count)).toEqual([1, 1]);
  });

  test('leaves a record over the limit alone in its chunk', () => {
    const [small, ...others] = kinesisRecords(3);
    const large = { data: 'd'.repeat(2000) };
    const chunks = packerOf([small, large, ...others])(1200);

    expect(chunks.map(({ count }) => count)).toEqual([1, 1, 2]);
  });

  test('hashes the bytes of each payload', () => {
    fc.assert(
      fc.property(anyRecords, anyLimit, (records, limitBytes) => {
        for (const { payload, sha256 } of packerOf(records)(limitBytes)) {
          expect(sha256).toBe(createHash('sha256').update(payload).digest('hex'));
        }
      }),
    );
  });

  test('returns the same chunks for the same limit, and others for another', () => {
    const pack = packerOf(kinesisRecords(5));

    expect(pack(1000)).toBe(pack(1000));
    expect(pack(2000)).not.toBe(pack(1000));
    expect(pack(2000).length).toBeLessThan(pack(1000).length);
  });

  test('returns no chunk for no record', () => {
    expect(packerOf([])(1000)).toEqual([]);
  });
});
