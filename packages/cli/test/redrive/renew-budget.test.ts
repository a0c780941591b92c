import { decodeParkedRecords, encodeParkedReference } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { renewBudget } from '../../src/redrive/renew-budget.ts';
import { parkedMessage } from '../queues/parked-messages.ts';

const NOW = Date.UTC(2026, 10, 25);

function renewed(text: string): string {
  const parked = decodeParkedRecords(text);
  if (parked === undefined) throw new Error(`These are no parked records: ${text}`);
  return renewBudget(parked, NOW);
}

const OLD = parkedMessage({ attempts: 12, hops: 15, dueAt: '2026-11-21T10:00:00.000Z' }).body;

describe('renewBudget', () => {
  test('starts attempts, hops and time anew, and keeps the failure, the reason and the records', () => {
    const { dueAt: _, ...before } = JSON.parse(OLD);
    expect(JSON.parse(renewed(OLD))).toEqual({
      ...before,
      attempts: 0,
      hops: 0,
      parkedAt: '2026-11-25T00:00:00.000Z',
    });
  });

  test('keeps the object of a message that refers to one', () => {
    const { Records: _, xacct: __, count, ...facts } = JSON.parse(OLD);
    const text = encodeParkedReference(facts, count, 'waiting/orders/a.json');
    expect(JSON.parse(renewed(text))).toMatchObject({ count: 2, object: 'waiting/orders/a.json', hops: 0 });
  });

  test.each([
    ['an earlier version', parkedMessage().body.replace('parked/2', 'parked/1')],
    ['this version', OLD],
    ['this version, with characters that are escaped', parkedMessage({ reason: '\ufffe"\u0001ü' }).body],
  ])('writes what %s wrote with no more bytes, so that it fits where it was', (_, text) => {
    expect(Buffer.byteLength(renewed(text))).toBeLessThanOrEqual(Buffer.byteLength(text));
  });
});
