import { describe, expect, test } from 'vitest';
import { createRecordFilter, type FilteredRecord } from '../../src/index.ts';

function record(data: string | Uint8Array) {
  return { kinesis: { data: Buffer.from(data).toString('base64') } };
}

const anything = createRecordFilter([{ data: { a: [{ exists: true }, { exists: false }] } }]);

describe('createRecordFilter', () => {
  test('passes what matches one of the patterns', () => {
    const passes = createRecordFilter([{ data: { a: [1] } }, { data: { b: [2] } }]);
    expect(['{"a":1}', '{"b":2}', '{"a":2,"b":1}'].map((data) => passes(record(data)))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('passes everything where there is no pattern', () => {
    const passes = createRecordFilter([]);
    expect(['{"a":1}', 'text', ''].map((data) => passes(record(data)))).toEqual([true, true, true]);
  });

  test('looks into a list of objects', () => {
    const passes = createRecordFilter([{ data: { a: [1], b: [2] } }]);
    expect(passes(record('[{"a":1,"b":2}]'))).toBe(true);
    expect(passes(record('[{"a":1},{"b":2}]'))).toBe(false);
  });

  test.each([
    ['text', 'Hello'],
    ['nothing', ''],
    ['broken JSON', '{"a":1'],
    ['a JSON string', '"a"'],
    ['a JSON number', '5'],
    ['null', 'null'],
    [
      'JSON with bytes that are no UTF-8',
      Uint8Array.of(...Buffer.from('{"a":"'), 0xff, ...Buffer.from('"}')),
    ],
    ['JSON in UTF-16', Buffer.from('{"a":1}', 'utf16le')],
  ])('never passes %s', (_, data) => {
    expect(anything(record(data))).toBe(false);
  });

  test.each(['{}', '[]', '{"a":1}', '{"a":"ключ 🔑"}', ' {"b":null}\n'])(
    'passes %s where anything will do',
    (data) => {
      expect(anything(record(data))).toBe(true);
    },
  );

  test('uses the last value of a repeated key', () => {
    const passes = createRecordFilter([{ data: { a: [2] } }]);
    expect([passes(record('{"a":1,"a":2}')), passes(record('{"a":2,"a":1}'))]).toEqual([true, false]);
  });

  test('parses a record once for all filters', () => {
    let reads = 0;
    const { kinesis } = record('{"a":1}');
    const counted = {
      kinesis: {
        get data() {
          reads += 1;
          return kinesis?.data ?? '';
        },
      },
    };
    const [first, second] = [
      createRecordFilter([{ data: { a: [1] } }]),
      createRecordFilter([{ data: { a: [2] } }]),
    ];
    expect([first(counted), second(counted), reads]).toEqual([true, false, 1]);
  });

  test('looks at a record of a DynamoDB stream as it is', () => {
    const change = (eventName: string): FilteredRecord & Record<string, unknown> => {
      return Object.assign({}, { eventName, dynamodb: { NewImage: { id: { S: 'a1' } } } });
    };
    const passes = createRecordFilter([
      { eventName: ['INSERT'], dynamodb: { NewImage: { id: { S: [{ prefix: 'a' }] } } } },
    ]);
    expect(passes(change('INSERT'))).toBe(true);
    expect(passes(change('REMOVE'))).toBe(false);
  });
});
