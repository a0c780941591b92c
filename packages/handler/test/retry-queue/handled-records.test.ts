import { describe, expect, test } from 'vitest';
import { createHandledRecords } from '../../src/retry-queue/handled-records.ts';
import { items, kinesisRecords } from '../factories.ts';
import { letterOf } from '../retry-path.ts';

const [first, second] = items(kinesisRecords(2));
if (!first || !second) throw new Error('unreachable');

describe('createHandledRecords', () => {
  test('has no record before one is noted', () => {
    expect(createHandledRecords().has([letterOf()], first)).toBe(false);
  });

  test('knows the records that were noted of a letter when it comes back in another message', () => {
    const handled = createHandledRecords();
    handled.note(letterOf(), [first]);

    expect([first, second].map((item) => handled.has([letterOf()], item))).toEqual([true, false]);
  });

  test('adds to what was noted of a letter before', () => {
    const handled = createHandledRecords();
    handled.note(letterOf(), [first]);
    handled.note(letterOf(), [second]);

    expect([first, second].map((item) => handled.has([letterOf()], item))).toEqual([true, true]);
  });

  test('knows a record that came in several letters only if it was noted of each', () => {
    const handled = createHandledRecords();
    const letters = [letterOf(), letterOf({ hops: 1 })] as const;
    handled.note(letters[0], [first]);
    expect(handled.has(letters, first)).toBe(false);

    handled.note(letters[1], [first]);
    expect(handled.has(letters, first)).toBe(true);
  });

  test.for([
    { target: 'arn:aws:lambda:us-west-2:333333333333:function:reader' },
    { streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/payments' },
    { shardId: 'shardId-000000000001' },
    { firstSequenceNumber: '0' },
    { lastSequenceNumber: '3' },
    { parkedAt: '2026-01-01T00:00:00.001Z' },
    { hops: 1 },
  ])('knows nothing of a letter with another %j', (facts) => {
    const handled = createHandledRecords();
    handled.note(letterOf(), [first]);

    expect(handled.has([letterOf(facts)], first)).toBe(false);
  });

  test('knows nothing of a letter with more records', () => {
    const handled = createHandledRecords();
    handled.note(letterOf(), [first]);
    const more = letterOf({ lastSequenceNumber: '2' }, kinesisRecords(3));

    expect(handled.has([more], first)).toBe(false);
  });

  test('remembers a thousand letters, those that were noted last', () => {
    const handled = createHandledRecords();
    const letter = (hops: number) => [letterOf({ hops })] as const;
    for (let hops = 0; hops < 1_000; hops++) handled.note(letter(hops)[0], [first]);
    handled.note(letter(0)[0], [second]);
    expect(handled.has(letter(1), first)).toBe(true);

    handled.note(letter(1_000)[0], [first]);

    expect([0, 1, 2, 1_000].map((hops) => handled.has(letter(hops), first))).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
});
