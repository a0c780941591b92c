import { describe, expect, test } from 'vitest';
import { readBatchResult } from '../../../src/event-source-mapping/stream/batch-result.ts';

const IN_BATCH = ['10', '20', '30'];
const SUCCESS = { outcome: 'success' };
const UNKNOWN_RECORD = {
  outcome: 'error',
  error: 'batchItemFailures names a record that is not in the batch',
};
const failures = (...items: unknown[]) => JSON.stringify({ batchItemFailures: items });

describe('readBatchResult', () => {
  test.each([
    ['null', 'null', SUCCESS],
    ['nothing', '', SUCCESS],
    ['an empty object', '{}', SUCCESS],
    ['a null list', '{"batchItemFailures":null}', SUCCESS],
    ['an empty list', failures(), SUCCESS],
    ['text', '"done"', SUCCESS],
    ['a list under another key', '{"batchItemFailure":[{"itemIdentifier":"10"}]}', SUCCESS],
    ['no list', '{"batchItemFailures":"10"}', { outcome: 'error', error: 'batchItemFailures is not a list' }],
    ['the first record', failures({ itemIdentifier: '10' }), { outcome: 'partial', failedFrom: 0 }],
    ['the last record', failures({ itemIdentifier: '30' }), { outcome: 'partial', failedFrom: 2 }],
    [
      'several records, the lowest last',
      failures({ itemIdentifier: '30' }, { itemIdentifier: '20' }),
      { outcome: 'partial', failedFrom: 1 },
    ],
    ['an empty identifier', failures({ itemIdentifier: '' }), UNKNOWN_RECORD],
    ['a null identifier', failures({ itemIdentifier: null }), UNKNOWN_RECORD],
    ['an identifier under another key', failures({ itemIdentifer: '10' }), UNKNOWN_RECORD],
    ['a null item', failures(null), UNKNOWN_RECORD],
    ['an unknown identifier', failures({ itemIdentifier: '40' }), UNKNOWN_RECORD],
    [
      'an event id for an identifier',
      failures({ itemIdentifier: 'shardId-000000000000:10' }),
      UNKNOWN_RECORD,
    ],
    [
      'a known and an unknown identifier',
      failures({ itemIdentifier: '20' }, { itemIdentifier: '40' }),
      UNKNOWN_RECORD,
    ],
  ])('reads %s: %s', (_, payload, expected) => {
    expect(readBatchResult({ payload }, IN_BATCH, true)).toEqual(expected);
  });

  test('fails the complete batch when the function fails, whatever it reports', () => {
    const payload = failures({ itemIdentifier: '20' });
    expect(readBatchResult({ payload, functionError: 'Unhandled' }, IN_BATCH, true)).toEqual({
      outcome: 'error',
      error: payload,
      functionError: 'Unhandled',
    });
  });

  test('ignores what is reported when the mapping does not read it', () => {
    expect(readBatchResult({ payload: failures({ itemIdentifier: '20' }) }, IN_BATCH, false)).toEqual(
      SUCCESS,
    );
  });
});
