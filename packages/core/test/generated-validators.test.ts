import { Ajv, type AnySchemaObject } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import validateParkedRecords from '../src/generated/validate-parked-records.js';
import validateStoredRoute from '../src/generated/validate-stored-route.js';
import { parkedRecordsSchema } from '../src/schema/parked-records-schema.ts';
import { storedRouteSchema } from '../src/schema/stored-route-schema.ts';

const PARKED = {
  xacct: 'parked/2',
  route: 'orders',
  streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
  target: 'arn:aws:lambda:us-west-2:222222222222:function:reader',
  shardId: 'shardId-000000000000',
  firstSequenceNumber: '1',
  lastSequenceNumber: '2',
  count: 2,
  failure: 'throttled',
  reason: 'Rate exceeded',
  attempts: 1,
  parkedAt: '2026-01-01T00:00:00Z',
  dueAt: '2026-01-01T00:01:00Z',
  hops: 1,
  unroutedSince: '2026-01-01T00:00:00Z',
  object: 'waiting/1.json',
  Records: [{}],
};
const STORED = {
  route: 'orders',
  deaggregate: true,
  retryQueue: 'https://sqs.us-west-2.amazonaws.com/111111111111/retry',
  deadLetterQueue: 'https://sqs.us-west-2.amazonaws.com/111111111111/dead-letters',
  retryForSeconds: 60,
  role: 'arn:aws:iam::*:role/xacct',
  externalId: 'xacct:orders',
  targets: [
    {
      function: 'reader',
      role: 'arn:aws:iam::222222222222:role/theirs',
      externalId: 'agreed',
      invocation: 'event',
      onFailure: 'park',
      timeoutSeconds: 5,
      filter: {},
      replaces: ['writer'],
    },
  ],
};

/** Values of every kind, and those at the bounds of the schemas. */
const anyValue = fc.constantFrom(null, true, false, -1, 0, 1, 1.5, '', 'text', [], ['text'], [1], [{}], {});

interface Edit {
  /** Which of all the places in the value, from its start. */
  place: number;
  /** Undefined: what is there goes. */
  value: unknown;
}

function edited(valid: object, edits: readonly Edit[]): unknown {
  const copy = structuredClone({ valid });
  for (const { place, value } of edits) {
    const places = placesOf(copy);
    const [holder, key] = places[place % places.length] ?? [copy, 'valid'];
    if (value !== undefined) Reflect.set(holder, key, structuredClone(value));
    else if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (holder !== copy) Reflect.deleteProperty(holder, key);
  }
  return copy.valid;
}

function placesOf(holder: object): [object, string][] {
  return Object.entries(holder).flatMap(([key, value]) => [
    [holder, key],
    ...(typeof value === 'object' && value !== null ? placesOf(value) : []),
  ]);
}

describe.each([
  ['parked records', parkedRecordsSchema as AnySchemaObject, validateParkedRecords, PARKED],
  ['stored routes', storedRouteSchema as AnySchemaObject, validateStoredRoute, STORED],
] as const)('the validator of %s', (_, schema, validate, valid) => {
  test('accepts what has every property', () => {
    expect(validate(valid)).toBe(true);
  });

  test('answers as ajv itself does', () => {
    const reference = new Ajv().compile(schema);
    const edit = fc.record({ place: fc.nat(), value: fc.option(anyValue, { nil: undefined }) });
    let refused = 0;
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 3 }), (edits) => {
        const value = edited(valid, edits);
        const expected = reference(value);
        if (!expected) refused += 1;
        expect(validate(value)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(300);
  });
});
