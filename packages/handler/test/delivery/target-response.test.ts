import { describe, expect, test } from 'vitest';
import type { InvokeAnswer } from '../../src/aws/invoke.ts';
import { checkTargetResponse, TargetFailure } from '../../src/delivery/target-response.ts';
import { items, kinesisRecord } from '../factories.ts';

const shipped = items(
  ['10', '11', '12', '13', '14', '15'].map((sequenceNumber) => kinesisRecord({ sequenceNumber })),
);
/** Records 12, 13 and 14. */
const middle = { first: 2, count: 3 };

function output(payload: string | undefined, functionError?: string): InvokeAnswer {
  return { text: payload ?? '', ...(functionError !== undefined && { functionError }) };
}

/** How a chunk's response is read: the failure, or undefined for none. */
function failureOf(payload: string | undefined, functionError?: string): TargetFailure | undefined {
  try {
    checkTargetResponse(output(payload, functionError), middle, shipped);
    return undefined;
  } catch (error) {
    if (error instanceof TargetFailure) return error;
    throw error;
  }
}

function reporting(...identifiers: unknown[]): string {
  return JSON.stringify({
    batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
  });
}

describe('checkTargetResponse', () => {
  test.for([
    undefined,
    '',
    'null',
    '{}',
    '"done"',
    '42',
    'not JSON',
    '{"batchItemFailures":[]}',
    '{"batchItemFailures":null}',
  ])('treats %j as success', (payload) => {
    expect(failureOf(payload)).toBeUndefined();
  });

  test('fails the entire chunk for a function that threw, and reports only the type of its error', () => {
    const failure = failureOf('{"errorType":"TypeError","errorMessage":"card 4111"}', 'Unhandled');

    expect(failure?.failedFrom).toBe(2);
    expect(failure?.reported).toBe(false);
    expect(String(failure)).toBe(
      'TargetFailure: The function failed with an error of type TypeError (Unhandled)',
    );
  });

  test('reports no more of a type than its first 100 characters', () => {
    const failure = failureOf(JSON.stringify({ errorType: `${'t'.repeat(100)}card 4111` }), 'Unhandled');

    expect(failure?.message).toBe(`The function failed with an error of type ${'t'.repeat(100)} (Unhandled)`);
  });

  test.for(['', 'null', '"Task timed out"', '{"errorType":{}}', '{"errorMessage":"card 4111"}'])(
    'fails the entire chunk for a function error with the body %j',
    (payload) => {
      const failure = failureOf(payload, 'Unhandled');

      expect(failure?.failedFrom).toBe(2);
      expect(failure?.message).toBe('The function failed with an error (Unhandled)');
    },
  );

  test('believes a function error over a response that reports nothing', () => {
    expect(failureOf('{"batchItemFailures":[]}', 'Unhandled')?.failedFrom).toBe(2);
  });

  test.for([
    { reported: ['12'], failedFrom: 2 },
    { reported: ['14'], failedFrom: 4 },
    { reported: ['14', '13'], failedFrom: 3 },
    { reported: ['13', '13'], failedFrom: 3 },
  ])('fails from the lowest of the records $reported', ({ reported, failedFrom }) => {
    expect(failureOf(reporting(...reported))?.failedFrom).toBe(failedFrom);
  });

  test.for([
    ['99'],
    [''],
    [null],
    [13],
    // Of the batch, but not of this chunk.
    ['10'],
    ['15'],
    ['14', '99'],
    ['14', ''],
  ])('fails the entire chunk when the identifiers are %j', (identifiers) => {
    expect(failureOf(reporting(...identifiers))?.failedFrom).toBe(2);
  });

  test.for([
    '{"batchItemFailures":[{}]}',
    '{"batchItemFailures":[null]}',
    '{"batchItemFailures":["14"]}',
    '{"batchItemFailures":[{"itemIdentifier":"14"},{"id":"13"}]}',
  ])('fails the entire chunk for the malformed report %s', (payload) => {
    expect(failureOf(payload)?.failedFrom).toBe(2);
  });

  test('reports how many records failed', () => {
    const failure = failureOf(reporting('13', '14'));

    expect(failure?.reported).toBe(true);
    expect(failure?.message).toBe('The function reported 2 of 3 records as failed');
  });

  test('does not treat a report on other records as one on these', () => {
    const failure = failureOf(reporting('13', '99'));

    expect(failure?.reported).toBe(false);
    expect(failure?.message).toBe('The function reported records as failed that it was not given');
  });

  test('fails from the first part of an aggregated record that is reported', () => {
    const parts = items(
      ['10', '11', '11', '11', '12'].map((sequenceNumber) => kinesisRecord({ sequenceNumber })),
    );
    const failedFrom = (chunk: { first: number; count: number }) => {
      try {
        checkTargetResponse(output(reporting('11')), chunk, parts);
      } catch (error) {
        return (error as TargetFailure).failedFrom;
      }
      return undefined;
    };

    expect(failedFrom({ first: 0, count: 5 })).toBe(1);
    expect(failedFrom({ first: 2, count: 3 })).toBe(2);
  });
});
