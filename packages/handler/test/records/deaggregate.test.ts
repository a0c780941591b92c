import { AggregatedRecord } from 'aws-kinesis-agg/lib/common.js';
import type { KinesisStreamRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deaggregate } from '../../src/records/deaggregate.ts';
import { kinesisRecord } from '../factories.ts';
import {
  aggregateByLibrary,
  bodyOf,
  deaggregateByLibrary,
  field,
  type PutRecord,
  recordOf,
  sealed,
  varint,
} from '../kpl.ts';

const anyData = fc.oneof(
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 0, max: 70_000 }).map((length) => Buffer.alloc(length, 'data')),
);
const anyHashKey = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String);

function putRecords(partitionKey: fc.Arbitrary<string>, explicitHashKey: fc.Arbitrary<string>) {
  const record = fc.record(
    { partitionKey, explicitHashKey, data: anyData },
    { requiredKeys: ['partitionKey', 'data'] },
  );
  return fc.array(record, { minLength: 1, maxLength: 10 });
}

/** The library keeps keys as properties: it loses those that every object has, and reorders those that are numbers. */
const libraryRecords = putRecords(
  fc.string({ unit: 'binary', minLength: 1 }).filter((key) => !(key in {}) && !/^\d+$/.test(key)),
  anyHashKey.filter((key) => BigInt(key) >= 2n ** 32n),
);
const anyRecords = putRecords(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', '0', '7', '\ufeff', 'é'.repeat(256))),
  anyHashKey,
);

/** A field that the format does not know, or knows by another wire type. */
const unknownField = fc
  .oneof(
    fc.tuple(fc.integer({ min: 5, max: 2 ** 29 - 1 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    fc.tuple(fc.integer({ min: 4, max: 2 ** 29 - 1 }), fc.uint8Array()),
  )
  .map(([number, value]) => field(number, value));
const fixedField = fc
  .tuple(
    fc.integer({ min: 1, max: 2 ** 29 - 1 }),
    fc.uint8Array({ minLength: 8, maxLength: 8 }),
    fc.boolean(),
  )
  .map(([number, bytes, short]) =>
    Buffer.concat([varint(number * 8 + (short ? 5 : 1)), bytes.subarray(0, short ? 4 : 8)]),
  );
const unknownFields = fc.array(fc.oneof(unknownField, fixedField), { maxLength: 3 });

type Mutation = (bytes: Buffer) => Buffer;
const anyMutation: fc.Arbitrary<Mutation> = fc
  .tuple(
    fc.constantFrom('flip', 'cut', 'insert'),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    fc.uint8Array({ minLength: 1, maxLength: 10 }),
  )
  .map(([kind, place, bytes]) => (before) => {
    const at = Math.floor((place / 2 ** 32) * before.length);
    if (kind === 'cut') return Buffer.concat([before.subarray(0, at), before.subarray(at + bytes.length)]);
    if (kind === 'insert') return Buffer.concat([before.subarray(0, at), bytes, before.subarray(at)]);
    const after = Buffer.from(before);
    after[at] = (after[at] ?? 0) ^ ((bytes[0] ?? 0) || 1);
    return after;
  });
const anyMutations = fc.oneof(
  anyMutation.map((mutation) => [mutation]),
  fc.array(anyMutation, { minLength: 2, maxLength: 4 }),
);

/** The user records of a parent, as they are expected of what was put. */
function partsOf(parent: KinesisStreamRecord, records: readonly PutRecord[]) {
  return records.map(({ data, ...keys }, subSequenceNumber) => ({
    ...parent,
    kinesis: { ...parent.kinesis, ...keys, data: data.toString('base64'), subSequenceNumber },
  }));
}

/** The library gives a record without an explicit hash key the first of the table; the KCL gives it none. */
function expectAsByLibrary(parent: KinesisStreamRecord) {
  const ours = deaggregate([parent]).map(({ kinesis }) => kinesis);
  for (const theirs of deaggregateByLibrary(parent)) {
    expect(ours).toHaveLength(theirs?.length ?? 0);
    for (const [index, { explicitPartitionKey, ...same }] of (theirs ?? []).entries()) {
      expect(ours[index]).toMatchObject(same);
      if (ours[index]?.explicitHashKey !== undefined) {
        expect(ours[index].explicitHashKey).toBe(explicitPartitionKey);
      }
    }
  }
}

/** Either the parent itself or, under the right checksum, what stands there. */
function expectSound(bytes: Buffer) {
  const parent = recordOf(bytes);
  const result = deaggregate([parent]);
  if (result.length === 1 && result[0] === parent) return;

  const body = bodyOf(bytes);
  expect(sealed(body).equals(bytes)).toBe(true);
  const dataBytes = result.map(({ kinesis }) => Buffer.from(kinesis?.data ?? '', 'base64').length);
  expect(dataBytes.reduce((sum, length) => sum + length, 0)).toBeLessThan(body.length);
  for (const [index, { kinesis, ...envelope }] of result.entries()) {
    expect({ ...envelope, kinesis: parent.kinesis }).toEqual(parent);
    expect(kinesis).toEqual({
      ...parent.kinesis,
      partitionKey: expect.any(String),
      data: expect.any(String),
      subSequenceNumber: index,
      ...(kinesis !== undefined && 'explicitHashKey' in kinesis && { explicitHashKey: expect.any(String) }),
    });
  }
  // protobufjs does not look at the wire type of a field that it knows, so only this is common ground.
  if (isWrittenByProtobufjs(body)) expectAsByLibrary(parent);
}

function isWrittenByProtobufjs(body: Buffer): boolean {
  try {
    return body.equals(AggregatedRecord.encode(AggregatedRecord.decode(body)).finish());
  } catch {
    return false;
  }
}

describe('deaggregate', () => {
  test('takes no part of a record apart again, also if it holds an aggregate', () => {
    const aggregateOf = (...data: Buffer[]) =>
      aggregateByLibrary(data.map((bytes) => ({ partitionKey: 'key', data: bytes })));
    const inner = aggregateOf(Buffer.from('a'), Buffer.from('b'));
    const parts = deaggregate([recordOf(aggregateOf(inner, Buffer.from('c')))]);

    expect(parts.map(({ kinesis }) => kinesis?.data)).toEqual([
      inner.toString('base64'),
      Buffer.from('c').toString('base64'),
    ]);
    expect(deaggregate(parts)).toEqual(parts);
  });

  const first = { partitionKey: 'a', data: Buffer.from('one') };
  const otherMagic = aggregateByLibrary([first]);
  otherMagic[3] = 0xc3;

  test.each([
    ['text', Buffer.from('{"id":1}')],
    ['no data', Buffer.alloc(0)],
    ['the magic bytes alone', Buffer.from('f3899ac2', 'hex')],
    ['magic bytes of which the last bit differs', otherMagic],
  ])('leaves a record of %s the very same object', (_, bytes) => {
    const record = recordOf(bytes);
    const result = deaggregate([record]);
    expect(result).toHaveLength(1);
    expect(result[0]).toBe(record);
  });

  test('leaves a record of a table the very same object', () => {
    const record = { eventSourceARN: 'arn', dynamodb: { SequenceNumber: '1' } };
    expect(deaggregate([record])[0]).toBe(record);
  });

  const vectors: [string, PutRecord[], string][] = [
    ['one record', [first], '0a01611a0708001a036f6e65fbe29498334d40a7529ce507a5957cab'],
    [
      'records with and without explicit hash keys',
      [
        first,
        {
          partitionKey: 'zwei 😀',
          explicitHashKey: '340282366920938463463374607431768211455',
          data: Buffer.from('two'),
        },
        { partitionKey: 'a', data: Buffer.alloc(0) },
      ],
      '0a01610a097a77656920f09f9880122733343032383233363639323039333834363334363333373436303734333137363832' +
        '31313435351a0708001a036f6e651a09080110001a0374776f1a0408001a0037a3ddd8281c0f26c8e53340809ce279',
    ],
  ];
  test.each(vectors)("takes apart what AWS's library makes of %s", (_, records, hex) => {
    const bytes = Buffer.from(`f3899ac2${hex}`, 'hex');
    expect(aggregateByLibrary(records).toString('hex')).toBe(bytes.toString('hex'));
    const parent = recordOf(bytes, '49');
    expect(deaggregate([parent])).toEqual(partsOf(parent, records));
  });

  test('keeps the order of parents and plain records', () => {
    const put = (...keys: string[]) => keys.map((partitionKey) => ({ partitionKey, data: Buffer.from('d') }));
    const records = [
      kinesisRecord({ sequenceNumber: '1' }),
      recordOf(aggregateByLibrary(put('a', 'b', 'a')), '2'),
      recordOf(Buffer.concat([aggregateByLibrary(put('lost?')), Buffer.from('!')]), '3'),
      recordOf(aggregateByLibrary(put('c')), '4'),
      kinesisRecord({ sequenceNumber: '5' }),
    ];
    const result = deaggregate(records).map(({ kinesis }) => [
      kinesis?.sequenceNumber,
      kinesis?.subSequenceNumber,
      kinesis?.partitionKey,
    ]);
    expect(result).toEqual([
      ['1', undefined, 'key'],
      ['2', 0, 'a'],
      ['2', 1, 'b'],
      ['2', 2, 'a'],
      ['3', undefined, 'key of the parent'],
      ['4', 0, 'c'],
      ['5', undefined, 'key'],
    ]);
  });

  test("takes apart what AWS's library takes apart, and as it does", () => {
    fc.assert(
      fc.property(libraryRecords, (records) => {
        const parent = recordOf(aggregateByLibrary(records));
        expect(deaggregate([parent])).toEqual(partsOf(parent, records));
        expectAsByLibrary(parent);
      }),
    );
  });

  test('reads fields in any order, any keys, longer varints than needed, and skips what it does not know', () => {
    const kinds = fc.shuffledSubarray(['partition keys', 'explicit hash keys', 'records'], { minLength: 3 });
    const padding = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(anyRecords, kinds, padding, unknownFields, (records, order, padded, unknown) => {
        const hashKeys = records.flatMap(({ explicitHashKey }) => explicitHashKey ?? []);
        const written: Record<string, Buffer[]> = {
          'partition keys': records.map(({ partitionKey }) => field(1, partitionKey)),
          'explicit hash keys': hashKeys.map((key) => field(2, key)),
          records: records.map(({ explicitHashKey, data }, index) => {
            const indexOf = (value: number) => varint(value, padded);
            const hashKey =
              explicitHashKey === undefined ? [] : [varint(16), indexOf(hashKeys.indexOf(explicitHashKey))];
            const fields = [field(3, data), ...unknown, varint(8), indexOf(index), ...hashKey];
            return field(3, fields);
          }),
        };
        const body = order.flatMap((kind) => [...(written[kind] ?? []), ...unknown]);
        const parent = recordOf(sealed(body));
        expect(deaggregate([parent])).toEqual(partsOf(parent, records));
      }),
    );
  });

  test('uses the last value of a repeated field', () => {
    const record = [field(3, 'one'), field(1, 9), field(1, 0), field(3, 'two')];
    const parent = recordOf(sealed([field(3, record), field(1, 'a')]));
    expect(deaggregate([parent])).toEqual(partsOf(parent, [{ partitionKey: 'a', data: Buffer.from('two') }]));
  });

  test('takes the longest key that Kinesis takes, of 256 characters of 4 bytes', () => {
    const partitionKey = '🔑'.repeat(256);
    const parent = recordOf(sealed([field(1, partitionKey), field(3, [field(1, 0), field(3, 'data')])]));
    expect(deaggregate([parent])).toEqual(partsOf(parent, [{ partitionKey, data: Buffer.from('data') }]));
  });

  test('takes apart as many records as 1 MiB holds', () => {
    const count = 174_000;
    const record = field(3, [field(1, 0), field(3, '')]);
    const body = [field(1, 'a'), ...Array.from({ length: count }, () => record)];
    const result = deaggregate([recordOf(sealed(body))]);
    expect(result).toHaveLength(count);
    expect(result.at(-1)?.kinesis).toMatchObject({
      partitionKey: 'a',
      data: '',
      subSequenceNumber: count - 1,
    });
  });

  test('takes a message apart if all of its records are complete and point into its tables, else not at all', () => {
    const anyIndex = fc.integer({ min: 0, max: 3 });
    const anyRecord = fc.record({ key: anyIndex, hashKey: anyIndex, data: anyData }, { requiredKeys: [] });
    const table = fc.array(anyHashKey, { maxLength: 4 });
    fc.assert(
      fc.property(table, table, fc.array(anyRecord, { maxLength: 3 }), (keys, hashKeys, records) => {
        const fieldsOf = ({ key, hashKey, data }: (typeof records)[number]) =>
          [key, hashKey, data].flatMap((value, index) =>
            value === undefined ? [] : field(index + 1, value),
          );
        const message = [
          ...keys.map((key) => field(1, key)),
          ...hashKeys.map((key) => field(2, key)),
          ...records.map((record) => field(3, fieldsOf(record))),
        ];
        const parent = recordOf(sealed(message));
        const put = records.flatMap(({ key, hashKey, data }) => {
          const partitionKey = keys[key ?? -1];
          if (partitionKey === undefined || data === undefined) return [];
          if (hashKey === undefined) return [{ partitionKey, data }];
          const explicitHashKey = hashKeys[hashKey];
          return explicitHashKey === undefined ? [] : [{ partitionKey, explicitHashKey, data }];
        });
        const isWhole = put.length < records.length || records.length === 0;
        expect(deaggregate([parent])).toEqual(isWhole ? [parent] : partsOf(parent, put));
      }),
    );
  });

  const key = field(1, 'a');
  const hashKey = field(2, '1');
  const data = field(3, 'data');
  const record = (...fields: Buffer[]) => field(3, fields);
  const sound = record(field(1, 0), data);
  test.each([
    ['nothing', []],
    ['a table and no record', [key]],
    ['a partition key index outside of the table', [key, sound, record(field(1, 1), data)]],
    ['no table', [sound]],
    ['a partition key index that is 0 in 32 bits', [key, record(field(1, 2n ** 32n), data)]],
    ['a partition key index beyond 2⁵³', [key, record(field(1, 2n ** 53n + 1n), data)]],
    ['a partition key index of 64 bits', [key, record(field(1, 2n ** 64n - 1n), data)]],
    [
      'an explicit hash key index outside of the table',
      [key, hashKey, record(field(1, 0), field(2, 1), data)],
    ],
    ['no partition key index', [key, sound, record(data)]],
    ['no data', [key, sound, record(field(1, 0))]],
    ['data as a varint', [key, record(field(1, 0), field(3, 0))]],
    ['a varint of 11 bytes', [key, record(varint(8), varint(0, 10), data)]],
    ['a varint without an end', [key, sound, Buffer.from('08ffff', 'hex')]],
    ['a tag of more than 32 bits', [key, sound, varint(2n ** 32n + 0x20n), varint(0)]],
    ['field number 0', [key, sound, field(0, 1)]],
    ['a group', [key, sound, Buffer.from('2b2c', 'hex')]],
    ['wire type 6', [key, sound, Buffer.from('2e00', 'hex')]],
    ['wire type 7', [key, sound, Buffer.from('2f00', 'hex')]],
    ['a length of 1 too many', [key, sound, varint(0x2a), varint(1)]],
    ['a length of 2³¹', [key, sound, varint(0x1a), varint(2 ** 31), sound]],
    ['a length of 2⁶⁴ - 1', [key, sound, varint(0x1a), varint(2n ** 64n - 1n), sound]],
    [
      'data that would end behind its record',
      [key, record(field(1, 0), varint(0x1a), varint(9), Buffer.from('data')), sound, sound],
    ],
    ['a varint that would end behind its record', [key, field(3, Buffer.from('08001a002880', 'hex')), sound]],
    ['a length that would end behind its record', [key, field(3, Buffer.from('08001a002a80', 'hex')), sound]],
    ['a tag that would end behind its record', [key, field(3, Buffer.from('08001a00a8', 'hex')), sound]],
    ['4 bytes of which 3 are there', [key, sound, varint(0x2d), Buffer.alloc(3)]],
    ['8 bytes of which 7 are there', [key, sound, varint(0x29), Buffer.alloc(7)]],
    ['a key that is not UTF-8', [field(1, Buffer.from('ff', 'hex')), sound]],
    ['a key longer than any that Kinesis takes', [field(1, 'k'.repeat(1025)), sound]],
  ])('passes on unchanged what holds %s, under the right checksum', (_, fields) => {
    const parent = recordOf(sealed(fields));
    const result = deaggregate([parent]);
    expect(result).toHaveLength(1);
    expect(result[0]).toBe(parent);
  });

  test('passes on unchanged whatever does not have the right checksum', () => {
    const aggregate = aggregateByLibrary([first, first]);
    const whole = (bytes: Buffer) => {
      const parent = recordOf(bytes);
      return deaggregate([parent])[0] === parent;
    };
    for (let at = 0; at < aggregate.length; at += 1) {
      const flipped = Buffer.from(aggregate);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(whole(flipped), `flipped at ${at}`).toBe(true);
      expect(whole(aggregate.subarray(0, at)), `cut at ${at}`).toBe(true);
    }
    expect(whole(aggregate)).toBe(false);
  });

  test('accepts any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectSound(Buffer.from(bytes));
        expectSound(Buffer.concat([Buffer.from('f3899ac2', 'hex'), bytes]));
        expectSound(sealed(bytes));
      }),
    );
  });

  test('accepts data that is not base64, and no data', () => {
    for (const text of ['84maw', '84mawg', '84mawg==%', '84maw\u0000é']) {
      const parent = kinesisRecord();
      parent.kinesis.data = text;
      expect(deaggregate([parent])[0]).toBe(parent);
    }
    const parent = kinesisRecord();
    Reflect.deleteProperty(parent.kinesis, 'data');
    expect(deaggregate([parent])[0]).toBe(parent);
  });

  test('gives the parent or what its checksum vouches for, whatever befalls an aggregate', () => {
    fc.assert(
      fc.property(libraryRecords, anyMutations, (records, mutations) => {
        const mutate = (bytes: Buffer) => mutations.reduce((mutated, mutation) => mutation(mutated), bytes);
        const aggregate = aggregateByLibrary(records);
        expectSound(mutate(aggregate));
        expectSound(sealed(mutate(bodyOf(aggregate))));
      }),
      { numRuns: 500 },
    );
  });
});
