import { describe, expect, test } from 'vitest';
import { failedMessages } from '../../../src/event-source-mapping/queue/queue-batch-result.ts';

const IDS = ['a', 'b', 'c'];
const failed = (payload: unknown, reports = true) => {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return [...failedMessages({ payload: text }, IDS, reports)];
};
const naming = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('failedMessages', () => {
  test.each([
    ['nothing', ''],
    ['null', 'null'],
    ['an empty response', {}],
    ['a response of other keys', { statusCode: 200 }],
    ['no list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('are none with %s', (_, payload) => {
    expect(failed(payload)).toEqual([]);
  });

  test('are those that the response names, once each', () => {
    expect(failed(naming('b'))).toEqual(['b']);
    expect(failed(naming('c', 'a', 'c'))).toEqual(['a', 'c']);
  });

  test.each([
    ['what is no JSON', '{'],
    ['text', '"ok"'],
    ['a list', []],
    ['failures that are no list', { batchItemFailures: 'a' }],
    ['an unknown id', naming('a', 'x')],
    ['an empty id', naming('a', '')],
    ['no id', naming('a', null)],
    ['an id that is no text', naming(1)],
    ['an id under another key', { batchItemFailures: [{ messageId: 'a' }] }],
    ['an id by itself', { batchItemFailures: ['a'] }],
    ['a failure that is null', { batchItemFailures: [null] }],
  ])('are all with %s', (_, payload) => {
    expect(failed(payload)).toEqual(IDS);
  });

  test('are all when the function failed', () => {
    expect([...failedMessages({ payload: '{}', functionError: 'Unhandled' }, IDS, true)]).toEqual(IDS);
    expect([...failedMessages({ payload: '{}', functionError: 'Unhandled' }, IDS, false)]).toEqual(IDS);
  });

  test('are none, whatever the response, where the mapping does not ask for it', () => {
    expect(failed(naming('a'), false)).toEqual([]);
    expect(failed('{', false)).toEqual([]);
  });
});
