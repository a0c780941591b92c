import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { checkTargetResponse, TargetFailure } from '../src/target-response.ts';
import { chunk } from './factories.ts';

const sequenceNumbers = ['10', '11', '12', '13', '14', '15'];
/** Records 12, 13 and 14. */
const middle = chunk({ first: 2, count: 3 });

function output(payload: string | undefined, functionError?: string): InvokeCommandOutput {
  const bytes = payload === undefined ? undefined : new TextEncoder().encode(payload);
  return {
    $metadata: {},
    StatusCode: 200,
    ...(bytes !== undefined && {
      Payload: Object.assign(bytes, { transformToString: () => new TextDecoder().decode(bytes) }),
    }),
    ...(functionError !== undefined && { FunctionError: functionError }),
  };
}

/** How a chunk's response is read: the failure, or undefined for none. */
function failureOf(payload: string | undefined, functionError?: string): TargetFailure | undefined {
  try {
    checkTargetResponse(output(payload, functionError), middle, sequenceNumbers);
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
  ])('takes %j for success', (payload) => {
    expect(failureOf(payload)).toBeUndefined();
  });

  test('fails the whole chunk for a function that threw, and tells the type of its error alone', () => {
    const failure = failureOf('{"errorType":"TypeError","errorMessage":"card 4111"}', 'Unhandled');

    expect(failure?.failedFrom).toBe(2);
    expect(failure?.message).toBe('The function failed with an error of type TypeError (Unhandled)');
  });

  test.for(['', 'null', '"Task timed out"', '{"errorType":{}}', '{"errorMessage":"card 4111"}'])(
    'fails the whole chunk for a function error with the body %j',
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
  ])('fails the whole chunk when the identifiers are %j', (identifiers) => {
    expect(failureOf(reporting(...identifiers))?.failedFrom).toBe(2);
  });

  test.for([
    '{"batchItemFailures":[{}]}',
    '{"batchItemFailures":[null]}',
    '{"batchItemFailures":["14"]}',
    '{"batchItemFailures":[{"itemIdentifier":"14"},{"id":"13"}]}',
  ])('fails the whole chunk for the malformed report %s', (payload) => {
    expect(failureOf(payload)?.failedFrom).toBe(2);
  });

  test('says how many records were reported', () => {
    expect(failureOf(reporting('13', '14'))?.message).toBe('The function reported 2 of 3 records as failed');
  });
});
