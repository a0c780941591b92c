import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Chunk, createShipment, type Shipment, toItems } from '../../src/records/pack.ts';
import type { StreamRecord } from '../../src/records/stream-event.ts';
import { kinesisRecord, kinesisRecords } from '../factories.ts';

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

function shipmentOf(records: readonly unknown[], keep = true): Shipment {
  return createShipment(toItems(records as StreamRecord[]), keep);
}

function packerOf(records: readonly unknown[], keep = true): Shipment['chunks'] {
  return shipmentOf(records, keep).chunks;
}

function textOf(chunk: Chunk): string {
  return chunk.payload().body.toString('utf8');
}

/** Where a chunk may begin is tried by writing it out, as `createShipment` must not. */
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

describe('createShipment', () => {
  test('keeps every record once, in order, and says where each chunk begins', () => {
    fc.assert(
      fc.property(anyRecords, anyLimit, (records, limitBytes) => {
        let next = 0;
        for (const chunk of packerOf(records)(limitBytes)) {
          const { first, count } = chunk;
          expect(first).toBe(next);
          expect(JSON.parse(textOf(chunk))).toEqual({
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
        for (const { count, bytes, payload } of packerOf(records)(limitBytes)) {
          if (count !== 1) expect(bytes).toBeLessThanOrEqual(limitBytes);
          expect(payload().body.length).toBe(bytes);
        }
      }),
    );
  });

  test('cuts as few times as greedy packing does, and writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(anyRecords, anyLimit, (records, limitBytes) => {
        const payloads = packerOf(records)(limitBytes).map(textOf);
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
    const large = { kinesis: { sequenceNumber: '9', data: 'd'.repeat(2000) } };
    const chunks = packerOf([small, large, ...others])(1200);

    expect(chunks.map(({ count }) => count)).toEqual([1, 1, 2]);
  });

  test('hashes the bytes of each payload', () => {
    fc.assert(
      fc.property(anyRecords, anyLimit, (records, limitBytes) => {
        for (const { payload } of packerOf(records)(limitBytes)) {
          const { body, sha256 } = payload();
          expect(sha256).toBe(createHash('sha256').update(body).digest('hex'));
        }
      }),
    );
  });

  test('writes a payload of any length as JSON.stringify does', () => {
    for (const count of [1, 2, 3, 50, 300]) {
      for (const size of [10, 300, 10_000, 70_000]) {
        const records = kinesisRecords(count, size).map((record, index) =>
          index % 3 === 1 ? { ...record, key: 'ключ "🔑"' } : record,
        );
        const [chunk] = packerOf(records)(Number.POSITIVE_INFINITY);

        expect(chunk && textOf(chunk) === JSON.stringify({ Records: records })).toBe(true);
      }
    }
  });

  test('returns the same chunks for the same limit, and others for another', () => {
    const pack = packerOf(kinesisRecords(5));

    expect(pack(1000)).toBe(pack(1000));
    expect(pack(2000)).not.toBe(pack(1000));
    expect(pack(2000).length).toBeLessThan(pack(1000).length);
  });

  test('writes a payload once where it is kept, and each time anew where it is not', () => {
    const [kept] = packerOf(kinesisRecords(2), true)(1000);
    const [written] = packerOf(kinesisRecords(2), false)(1000);

    expect(kept?.payload()).toBe(kept?.payload());
    expect(written?.payload()).not.toBe(written?.payload());
    expect(written?.payload()).toEqual(kept?.payload());
  });

  test('keeps payloads of up to 16 MiB together, and no more', () => {
    const mib = 1024 * 1024;
    const [empty] = toItems([kinesisRecord({ data: '', partitionKey: '' })]);
    const frame = '{"Records":[]}'.length;
    /** A record that makes a payload of so many bytes. */
    const ofBytes = (bytes: number) =>
      kinesisRecord({ data: '', partitionKey: 'k'.repeat(bytes - frame - (empty?.bytes ?? 0)) });
    const isKept = (bytes: number) => {
      const [chunk] = packerOf([ofBytes(8 * mib), ofBytes(bytes - 8 * mib)])(1_000);
      const [first, second] = [chunk?.payload(), chunk?.payload()];
      return first === second;
    };

    expect([isKept(16 * mib), isKept(16 * mib + 1)]).toEqual([true, false]);
  });

  test('returns no chunk for no record', () => {
    expect(packerOf([])(1000)).toEqual([]);
  });

  describe('part', () => {
    test('is a chunk of any records in a row, whatever its size', () => {
      fc.assert(
        fc.property(
          anyRecords,
          fc.nat({ max: 19 }),
          fc.integer({ min: 1, max: 20 }),
          (records, from, most) => {
            fc.pre(records.length > 0);
            const first = from % records.length;
            const count = Math.min(most, records.length - first);
            const part = shipmentOf(records).part(first, count);

            expect(part).toMatchObject({ first, count, bytes: part.payload().body.length });
            expect(textOf(part)).toBe(JSON.stringify({ Records: records.slice(first, first + count) }));
          },
        ),
      );
    });

    test('is written each time anew', () => {
      const part = shipmentOf(kinesisRecords(2)).part(0, 1);

      expect(part.payload()).not.toBe(part.payload());
      expect(part.payload()).toEqual(part.payload());
    });
  });
});

describe('toItems', () => {
  test('distinguishes records by their event IDs, and the parts of an aggregated one by their numbers', () => {
    const [plain] = kinesisRecords(1);
    const part = { ...plain, kinesis: { ...plain?.kinesis, subSequenceNumber: 3 } } as StreamRecord;
    const ofTable = { eventSourceARN: 'arn', eventID: 'e1', dynamodb: { SequenceNumber: '7' } };
    const withoutId = { eventSourceARN: 'arn', dynamodb: { SequenceNumber: '8' } };

    const items = toItems([plain as StreamRecord, part, ofTable, withoutId]);

    expect(items.map(({ id, sequenceNumber }) => [id, sequenceNumber])).toEqual([
      ['shardId-000000000000:1', '1'],
      ['shardId-000000000000:1.3', '1'],
      ['e1', '7'],
      ['8', '8'],
    ]);
  });

  test('counts the bytes of a record in UTF-8', () => {
    const [item] = toItems([kinesisRecord({ partitionKey: 'ключ 🔑' })]);

    expect(item?.bytes).toBe(Buffer.byteLength(item?.text ?? ''));
    expect(item?.bytes).toBeGreaterThan(item?.text.length ?? 0);
  });
});
