import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { deaggregate } from '../../src/records/deaggregate.ts';
import { recordText } from '../../src/records/record-text.ts';
import type { StreamRecord } from '../../src/records/stream-event.ts';
import { kinesisRecord } from '../factories.ts';
import { aggregateByLibrary, recordOf } from '../kpl.ts';

/** As the runtime makes them: by `JSON.parse`. */
function parsed(value: unknown): StreamRecord {
  return JSON.parse(JSON.stringify(value)) as StreamRecord;
}

function expectSameAsStringify(record: unknown): void {
  const text = JSON.stringify(record);
  expect(recordText(record as StreamRecord)).toEqual({ text, bytes: Buffer.byteLength(text) });
}

/** What JSON escapes or writes otherwise, what only UTF-8 does, and what base64 decoders take for base64. */
const awkward = fc.constantFrom(
  ...[
    '"',
    '\\',
    '\n',
    '\u0000',
    '\u001f',
    ' ',
    '~',
    '\u007f',
    '\u0080',
    'ÿ',
    'Ł',
    '\u2028',
    '\u2041',
    '\uffff',
  ],
  ...['🔑', '\ud83d', '\udd11', '=', '==', '-', '_', '/', '<', ',"data":"x"'],
);
const digits = fc.stringMatching(/^[0-9]{0,60}$/);
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(awkward).map((texts) => texts.join('')),
  digits,
);
const base64 = fc
  .oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 100, maxLength: 400 }))
  .map((bytes) => Buffer.from(bytes).toString('base64'));
/** Base64, but for what is put into it or cut off. */
const nearlyBase64 = fc.tuple(base64, fc.nat(), fc.nat({ max: 4 }), awkward).map(([text, at, cut, other]) => {
  const index = at % (text.length + 1);
  return text.slice(0, index) + other + text.slice(index + cut);
});
const anyData = fc.oneof(base64, nearlyBase64, anyText);
const anyNumber = fc.oneof(
  fc.double({ min: 1.6e9, max: 1.9e9 }),
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1e21, 1e-7, 5e-324),
);
const anyJson = fc.jsonValue();

/** One value in eight is any at all, so that most records have none or one of these. */
function mostly<T>(usual: fc.Arbitrary<T>, any: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: any });
}
const none = fc.constant(undefined);

/** A record as Lambda writes it, but for its values. */
const anyKinesisRecord = fc
  .record({
    partitionKey: mostly(fc.stringMatching(/^[a-z ~!#[\]-]{0,20}$/), anyText),
    sequenceNumber: mostly(digits, anyText),
    data: mostly(base64, anyData),
    time: mostly(fc.double({ min: 1.6e9, max: 1.9e9 }), anyNumber),
    shard: mostly(fc.constantFrom('shardId-000000000000:', 'shardId-000000000001:', ''), anyText),
    otherId: mostly<string | undefined>(none, anyText),
    arn: mostly(fc.constantFrom('arn:a', 'arn:b'), anyText),
    part: fc.oneof(none, fc.nat()),
    explicitHashKey: mostly<string | undefined>(none, digits),
  })
  .map(({ partitionKey, sequenceNumber, data, time, shard, otherId, arn, part, explicitHashKey }) => ({
    kinesis: {
      ...kinesisRecord().kinesis,
      partitionKey,
      sequenceNumber,
      data,
      approximateArrivalTimestamp: time,
      ...(explicitHashKey !== undefined && { explicitHashKey }),
      ...(part !== undefined && { subSequenceNumber: part }),
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: otherId ?? `${shard}${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::111111111111:role/xacct-forwarder-default',
    awsRegion: 'us-west-2',
    eventSourceARN: arn,
  }));

type Change = (object: Record<string, unknown>) => Record<string, unknown>;

/** Members that are missing, of another kind, in another order or not known. */
const anyChange = fc.oneof(
  fc.nat().map(
    (at): Change =>
      (object) =>
        Object.fromEntries(Object.entries(object).filter((_, index, all) => index !== at % all.length)),
  ),
  fc.tuple(fc.nat(), anyJson).map(
    ([at, value]): Change =>
      (object) =>
        Object.fromEntries(
          Object.entries(object).map(([key, old], index, all) => [
            key,
            index === at % all.length ? value : old,
          ]),
        ),
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([from, to]): Change =>
      (object) => {
        const members = Object.entries(object);
        const [moved] = members.splice(from % members.length, 1);
        if (moved !== undefined) members.splice(to % (members.length + 1), 0, moved);
        return Object.fromEntries(members);
      },
  ),
  fc
    .tuple(
      fc.oneof(anyText, fc.constantFrom('toJSON', '__proto__', 'constructor', 'subSequenceNumber')),
      anyJson,
    )
    .map(
      ([key, value]): Change =>
        (object) => ({
          ...object,
          ...(JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`) as object),
        }),
    ),
);
const anyChangedRecord = fc
  .tuple(anyKinesisRecord, anyChange, fc.boolean())
  .map(([record, change, inside]) =>
    inside ? { ...record, kinesis: change(record.kinesis) } : change(record),
  );

describe('recordText', () => {
  test('writes what JSON.stringify writes, whatever the values of a Kinesis record', () => {
    fc.assert(
      fc.property(fc.array(anyKinesisRecord, { minLength: 1, maxLength: 4 }), (records) => {
        for (const record of records) expectSameAsStringify(parsed(record));
      }),
      { numRuns: 2_000 },
    );
  });

  test('writes what JSON.stringify writes, whatever the members of a record', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyChangedRecord, anyKinesisRecord), { maxLength: 4 }), (records) => {
        for (const record of records) expectSameAsStringify(parsed(record));
      }),
      { numRuns: 2_000 },
    );
  });

  test('writes what JSON.stringify writes for any JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyJson), (record) => {
        expectSameAsStringify(parsed(record));
      }),
    );
  });

  test('writes what JSON.stringify writes for an object that JSON.parse does not make', () => {
    const record = kinesisRecord();
    const { kinesis } = record;
    const others = [
      { ...record, toJSON: () => ({ other: true }) },
      { ...record, kinesis: { ...kinesis, toJSON: () => ({ other: true }) } },
      { ...record, kinesis: { ...kinesis, approximateArrivalTimestamp: Number.NaN } },
      { ...record, kinesis: { ...kinesis, approximateArrivalTimestamp: Number.POSITIVE_INFINITY } },
      { ...record, kinesis: { ...kinesis, approximateArrivalTimestamp: -0 } },
      { ...record, kinesis: { ...kinesis, subSequenceNumber: Number.NaN } },
      { ...record, kinesis: { ...kinesis, subSequenceNumber: undefined } },
      { ...record, kinesis: { ...kinesis, data: undefined } },
      { ...record, kinesis: null },
      { ...record, awsRegion: undefined },
      Object.assign(Object.create({ inherited: 1 }) as object, record),
    ];

    for (const other of others) expectSameAsStringify(other);
  });

  test('stringifies nothing of a record that has only values to copy', () => {
    const data = (size: number) => Buffer.alloc(size, 'data').toString('base64');
    const record = kinesisRecord({ partitionKey: " !#[]~'/" });
    const withData = (text: string) => ({ ...record, kinesis: { ...record.kinesis, data: text } });
    const stringifies = (one: unknown) => {
      const stringify = vi.spyOn(JSON, 'stringify');
      recordText(one as StreamRecord);
      const calls = stringify.mock.calls.length;
      stringify.mockRestore();
      return calls > 0;
    };

    const copied = [
      record,
      ...[0, 1, 2, 3, 118, 119, 120, 12_288, 12_289, 1_000_000].map((size) => withData(data(size))),
      withData('text, not base64'),
      { ...record, kinesis: { ...record.kinesis, subSequenceNumber: 0 } },
    ];
    const stringified = [
      withData('text that has a "quote"'),
      withData(`${data(200)}"`),
      { ...record, kinesis: { ...record.kinesis, other: 1 } },
      { ...record, other: 1 },
    ];

    expect(copied.filter(stringifies)).toEqual([]);
    expect(stringified.filter(stringifies)).toEqual(stringified);
  });

  test('writes each of two streams whose records come in turns', () => {
    for (const index of [1, 2, 3, 4]) {
      const eventSourceARN = `arn:aws:kinesis:us-west-2:111111111111:stream/${index % 2 === 0 ? 'even' : 'odd'}`;
      expectSameAsStringify(parsed(kinesisRecord({ sequenceNumber: String(index), eventSourceARN })));
    }
  });

  test.each([
    'kinesisSchemaVersion',
    'eventSource',
    'eventVersion',
    'eventName',
    'invokeIdentityArn',
    'awsRegion',
    'eventSourceARN',
    'eventID',
  ])('notices that %s is another than in the record before', (key) => {
    const record = parsed(kinesisRecord());
    const other = parsed(
      JSON.parse(JSON.stringify(record), (name, value: unknown) =>
        name === key ? `other ${String(value)}` : value,
      ),
    );

    for (const one of [record, other, record]) expectSameAsStringify(one);
    expect(recordText(other).text).not.toBe(recordText(record).text);
  });

  test('writes data up to the largest, and notices what is wrong at its very end', () => {
    for (const size of [119, 120, 121, 12_287, 12_288, 12_289, 1_000_000]) {
      const data = Buffer.alloc(size, 'data').toString('base64');
      for (const ending of ['', '"', '\\', '\n', 'Ł', 'ŁŁŁŁ', '====', 'A'])
        expectSameAsStringify({
          ...kinesisRecord(),
          kinesis: { ...kinesisRecord().kinesis, data: data + ending },
        });
    }
  });

  test('writes the parts of an aggregated record', () => {
    const user = (key: string) => ({ partitionKey: key, data: Buffer.from(`data of ${key}`) });
    const keys = ['a', 'b "c"', 'ключ'];
    const [plain, ...others] = deaggregate([
      parsed(recordOf(aggregateByLibrary(keys.map(user)))),
      parsed(recordOf(aggregateByLibrary([{ ...user('d'), explicitHashKey: '12' }]))),
    ]);

    expect(others).toHaveLength(3);
    for (const part of [plain, ...others]) expectSameAsStringify(part);
  });

  test('writes a record of a DynamoDB stream', () => {
    const NewImage = { key: { S: 'key "1"' }, total: { N: '12.50' } };
    const dynamodb = { ApproximateCreationDateTime: 1_700_000_000, Keys: { key: { S: 'key' } }, NewImage };
    expectSameAsStringify({
      eventID: 'e1',
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-west-2',
      dynamodb: { ...dynamodb, SequenceNumber: '1', SizeBytes: 26, StreamViewType: 'NEW_IMAGE' },
      eventSourceARN: 'arn:aws:dynamodb:us-west-2:111111111111:table/orders/stream/2026-01-01T00:00:00.000',
    });
  });
});
