import { describe, expect, test } from 'vitest';
import { createTargetLedger } from '../../simulation/ledger.ts';
import { createRecords } from '../../simulation/records.ts';

const stream = { source: 'stream', isDuplicate: false } as const;

function setUp(count: number) {
  const records = createRecords(0, 'orders');
  const ledger = createTargetLedger({
    route: 'orders',
    target: { function: 'function-1', invocation: 'event', onFailure: 'park' },
    records,
    isPoison: (ordinal) => ordinal === 0,
    mayBeMissing: () => false,
    where: () => 'seed 7, 1 hours',
  });
  for (let index = 0; index < count; index++) ledger.put(records.put(0, index));
  return ledger;
}

describe('createTargetLedger', () => {
  test('follows a record from the stream to the queue and to its target', () => {
    const ledger = setUp(1);
    expect(ledger.counts.inStream).toBe(1);

    ledger.hold('queue', [0], 'throttled');
    ledger.leaveStream(0, 'done');
    expect(ledger.counts.parked).toBe(1);

    ledger.executed([0], 500, { source: 'queue', isDuplicate: false }, 'answered');
    ledger.release('queue', [0]);
    expect(ledger.counts).toMatchObject({ delivered: 1, parked: 0, inStream: 0 });
    ledger.check();
  });

  test('throws, with seed and time, when a record is nowhere', () => {
    const ledger = setUp(2);
    ledger.executed([0], 500, stream, 'answered');
    ledger.leaveStream(0, 'done');

    expect(() => ledger.leaveStream(1, 'done')).toThrow(/Record 1 .*nowhere.*seed 7, 1 hours/);
  });

  test('throws when the last message with a record is deleted', () => {
    const ledger = setUp(1);
    ledger.hold('queue', [0], 'throttled');
    ledger.hold('queue', [0], 'throttled');
    ledger.leaveStream(0, 'done');
    ledger.release('queue', [0]);

    expect(() => ledger.release('queue', [0])).toThrow('nowhere');
  });

  test('explains why a record was executed again', () => {
    const ledger = setUp(3);
    ledger.executed([0], 1, stream, 'answered');
    ledger.executed([1], 1, stream, 'answer late');
    ledger.executed([2], 1, stream, 'answered');
    ledger.annotate([2], 'invocation lost');
    ledger.executed([0, 1, 2], 2, stream, 'answered');
    ledger.executed([0], 3, { source: 'queue', isDuplicate: true }, 'answered');

    expect(Object.fromEntries(ledger.duplicates)).toEqual({
      'read again from the stream': 1,
      'answer late': 1,
      'invocation lost': 1,
      'queue delivered twice': 1,
    });
    expect(ledger.mostDuplicates()).toBe(2);
  });

  test('counts first executions out of order', () => {
    const ledger = setUp(3);
    for (const ordinal of [1, 0, 2]) ledger.executed([ordinal], 1, stream, 'answered');

    expect(ledger.outOfOrder()).toBe(1);
  });

  test('separates poison from innocent records in the dead-letter queue', () => {
    const ledger = setUp(2);
    ledger.hold('dead letters', [0, 1], 'function-error');

    expect(ledger.deadLetters.poison.get('function-error')).toBe(1);
    expect(ledger.deadLetters.innocent.get('function-error')).toBe(1);
  });
});
