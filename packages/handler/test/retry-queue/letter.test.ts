import { describe, expect, test } from 'vitest';
import {
  createHistories,
  groupForCall,
  groupForMessage,
  hadNoAnswer,
  hasFailedBefore,
  historyOf,
  isExpired,
  itemsOf,
  type Letter,
  queueUrlOf,
  readLetter,
} from '../../src/retry-queue/letter.ts';
import { items, kinesisRecord, kinesisRecords, sqsRecord } from '../factories.ts';
import { aggregateByLibrary, recordOf } from '../kpl.ts';
import { letterOf, parkedBody, referenceBody } from '../retry-path.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;
const day = { retryForSeconds: 86_400 };
/** Ages that differ by less may share a message of a route with a day for retries. */
const ageUnit = 900_000;
const at = (time: number) => new Date(time).toISOString();

const failed = { attempts: 1, failure: 'reported', reason: 'bad record' };
const silent = { attempts: 1, failure: 'deadline', reason: 'no answer' };

/** Which letters are together, by their hops. */
function hopsOf(groups: readonly (readonly Letter[])[]): number[][] {
  return groups.map((group) => group.map(({ hops }) => hops));
}

describe('readLetter', () => {
  test('reads the facts of a message', () => {
    const facts = {
      attempts: 2,
      failure: 'reported',
      reason: 'bad record',
      parkedAt: at(now - hour),
      dueAt: at(now + hour),
      unroutedSince: at(now - 5),
      hops: 3,
    };

    expect(readLetter(sqsRecord(parkedBody(undefined, facts)), now)).toMatchObject({
      messageId: 'message-1',
      parked: { ...facts, count: 2, records: kinesisRecords(2) },
      parkedAt: now - hour,
      dueAt: now + hour,
      unroutedSince: now - 5,
      hops: 3,
      failure: { class: 'reported', reason: 'bad record' },
    });
  });

  test('treats a message without these facts as due, in its first message, of a target in the route', () => {
    expect(readLetter(sqsRecord(parkedBody()), now)).toMatchObject({
      dueAt: now,
      hops: 0,
      unroutedSince: undefined,
    });
  });

  test('treats an invalid time as now', () => {
    const none = { parkedAt: 'yesterday', dueAt: 'soon', unroutedSince: 'then' };

    expect(readLetter(sqsRecord(parkedBody(undefined, none)), now)).toMatchObject({
      parkedAt: now,
      dueAt: now,
      unroutedSince: now,
    });
  });

  test('goes by the clock of SQS where that is ahead', () => {
    const message = sqsRecord(parkedBody());
    const received = Number(message.attributes.ApproximateFirstReceiveTimestamp);

    expect(readLetter(message, received - 1)?.receivedAt).toBe(received);
    expect(readLetter(message, received + 1)?.receivedAt).toBe(received + 1);
  });

  test('reads how many records an object of the failure bucket holds', () => {
    expect(readLetter(sqsRecord(referenceBody('waiting/a.json', 3)), now)?.parked).toMatchObject({
      object: 'waiting/a.json',
      count: 3,
      records: [],
    });
  });

  test('reads nothing from a message that holds no parked records', () => {
    expect(readLetter(sqsRecord('{"Records":[]}'), now)).toBeUndefined();
  });
});

describe('hasFailedBefore', () => {
  test.for([
    [{ attempts: 1, failure: 'reported' }, true],
    [{ attempts: 1, failure: 'function-error' }, true],
    [{ attempts: 0, failure: 'reported' }, false],
    [{ attempts: 1, failure: 'deadline' }, false],
    [{ attempts: 1, failure: 'throttled' }, false],
  ] as const)('is for %j: %s', ([facts, expected]) => {
    expect(hasFailedBefore(letterOf(facts))).toBe(expected);
  });
});

describe('hadNoAnswer', () => {
  test.for([
    [{ attempts: 1, failure: 'deadline' }, true],
    [{ attempts: 0, failure: 'deadline' }, false],
    [{ attempts: 1, failure: 'reported' }, false],
  ] as const)('is for %j: %s', ([facts, expected]) => {
    expect(hadNoAnswer(letterOf(facts))).toBe(expected);
  });
});

describe('isExpired', () => {
  test('is true from the end of the time for retries on', () => {
    const letter = letterOf();

    expect([-1, 0].map((ms) => isExpired(letter, day, now + 24 * hour + ms))).toEqual([false, true]);
  });

  test('goes by the clock of SQS where that is ahead', () => {
    expect(isExpired({ ...letterOf(), receivedAt: now + 24 * hour }, day, now)).toBe(true);
  });
});

describe('groupForCall', () => {
  test('puts letters of a shard together, whatever else they say', () => {
    const letters = [
      letterOf({ hops: 1 }),
      letterOf({ hops: 2, attempts: 5, failure: 'throttled', parkedAt: at(now + hour) }),
    ];

    expect(hopsOf(groupForCall(letters))).toEqual([[1, 2]]);
  });

  test.for([
    { shardId: 'shardId-000000000001' },
    { streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/payments' },
    failed,
  ])('puts a letter with %j into another group', (facts) => {
    expect(hopsOf(groupForCall([letterOf({ hops: 1 }), letterOf({ hops: 2, ...facts })]))).toEqual([
      [1],
      [2],
    ]);
  });

  test('puts letters with records on which the function failed together', () => {
    const letters = [letterOf({ hops: 1, ...failed }), letterOf({ hops: 2, ...failed, reason: 'other' })];

    expect(hopsOf(groupForCall(letters))).toEqual([[1, 2]]);
  });

  test('keeps each letter apart for which the function did not answer', () => {
    const letters = [letterOf({ hops: 1, ...silent }), letterOf({ hops: 2, ...silent })];

    expect(hopsOf(groupForCall(letters))).toEqual([[1], [2]]);
  });

  test('begins with the group whose oldest letter was parked first', () => {
    const other = { shardId: 'shardId-000000000001' };
    const letters = [
      letterOf({ hops: 1, parkedAt: at(now - 2) }),
      letterOf({ hops: 2, parkedAt: at(now), ...other }),
      letterOf({ hops: 3, parkedAt: at(now - 3), ...other }),
    ];

    expect(hopsOf(groupForCall(letters))).toEqual([[2, 3], [1]]);
  });
});

describe('groupForMessage', () => {
  const groups = (...facts: Parameters<typeof letterOf>[0][]) =>
    hopsOf(
      groupForMessage(
        facts.map((of, index) => letterOf({ hops: index + 1, ...of })),
        day,
      ),
    );

  test('puts letters of a shard with one history together', () => {
    expect(groups({}, {})).toEqual([[1, 2]]);
  });

  test.for([
    { shardId: 'shardId-000000000001' },
    { streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/payments' },
    { attempts: 1 },
  ])('puts a letter with %j into another group', (facts) => {
    expect(groups({}, facts)).toEqual([[1], [2]]);
  });

  test('puts letters with records on which the function failed together if it was for one reason', () => {
    expect(groups(failed, failed, { ...failed, reason: 'other' })).toEqual([[1, 2], [3]]);
  });

  test('puts records on which the function failed into another group than others', () => {
    expect(groups({ attempts: 1, reason: '' }, { ...failed, reason: '' })).toEqual([[1], [2]]);
  });

  test('does not look at why others were not delivered', () => {
    expect(groups({ failure: 'throttled', reason: 'one' }, { failure: 'denied', reason: 'other' })).toEqual([
      [1, 2],
    ]);
  });

  test('keeps each letter apart for which the function did not answer', () => {
    expect(groups(silent, silent)).toEqual([[1], [2]]);
  });

  test('puts letters together that were parked within a 96th of the time for retries', () => {
    const parked = (time: number) => ({ parkedAt: at(time), dueAt: at(now) });

    expect(groups(parked(now), parked(now + ageUnit - 1), parked(now + ageUnit))).toEqual([[1, 2], [3]]);
  });

  test('puts letters together that are due within a quarter of an hour', () => {
    const due = (time: number) => ({ dueAt: at(time) });

    expect(groups(due(now), due(now + 900_000 - 1), due(now + 900_000))).toEqual([[1, 2], [3]]);
  });

  test('begins with the group whose oldest letter was parked first', () => {
    const parked = (time: number) => ({ parkedAt: at(time), dueAt: at(now) });

    expect(groups(parked(now), parked(now - 2 * ageUnit))).toEqual([[2], [1]]);
  });
});

describe('itemsOf', () => {
  const contentOf = (letter: Letter) => ({ letter, records: letter.parked.records });

  test('has each record once, in the order of the shard, with the letters that it came in', () => {
    const [one, two, three] = kinesisRecords(3);
    if (!one || !two || !three) throw new Error('unreachable');
    const letters = [letterOf({}, [three, two]), letterOf({}, [two, one])] as const;
    const { items: all, lettersOf } = itemsOf(letters.map(contentOf));

    expect(all).toEqual(items([one, two, three]));
    expect(all.map((item) => lettersOf.get(item)?.map((letter) => letters.indexOf(letter)))).toEqual([
      [1],
      [0, 1],
      [0],
    ]);
  });

  describe('with a record of the Kinesis Producer Library', () => {
    const parts = ['a', 'b', 'c'].map((partitionKey) => ({ partitionKey, data: Buffer.from(partitionKey) }));
    const aggregate = recordOf(aggregateByLibrary(parts));

    test('takes it apart where it is asked to, and keeps its parts in order', () => {
      const { items: all } = itemsOf([contentOf(letterOf({}, [aggregate]))], true);

      expect(
        all.map(({ record }) => [record.kinesis?.partitionKey, record.kinesis?.subSequenceNumber]),
      ).toEqual([
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ]);
    });

    test('keeps parts in order that come in several letters', () => {
      const { items: taken } = itemsOf([contentOf(letterOf({}, [aggregate]))], true);
      const records = taken.map(({ record }) => record);
      const letter = letterOf();
      const { items: all } = itemsOf(records.reverse().map((record) => ({ letter, records: [record] })));

      expect(all.map(({ record }) => record.kinesis?.subSequenceNumber)).toEqual([0, 1, 2]);
    });

    test('leaves it as it is by default', () => {
      expect(itemsOf([contentOf(letterOf({}, [aggregate]))]).items).toEqual(items([aggregate]));
    });
  });

  test('keeps the order of records of a DynamoDB stream', () => {
    const { kinesis: _, ...rest } = kinesisRecord();
    const records = ['3', '10', '2'].map((SequenceNumber) => ({
      ...rest,
      eventID: SequenceNumber,
      dynamodb: { SequenceNumber },
    }));
    const { items: all } = itemsOf([{ letter: letterOf(), records }]);

    expect(all.map(({ sequenceNumber }) => sequenceNumber)).toEqual(['2', '3', '10']);
  });
});

describe('createHistories', () => {
  test('goes on from the letters that a record came in', () => {
    const letters = [
      letterOf({ attempts: 2, hops: 4, parkedAt: at(now) }),
      letterOf({ attempts: 3, hops: 1, parkedAt: at(now - 5) }),
    ];

    expect(createHistories(day)(letters)).toEqual({ attempts: 3, hops: 5, parkedAt: now - 5 });
  });

  test('shares a history among records whose past is alike, from the oldest of them', () => {
    const histories = createHistories(day);
    const one = histories([letterOf({ hops: 1, parkedAt: at(now + ageUnit - 1) })]);
    const other = histories([letterOf({ hops: 6, parkedAt: at(now) })]);
    histories([letterOf({ hops: 2, parkedAt: at(now + 5) })]);

    expect(other).toBe(one);
    expect(one).toEqual({ attempts: 0, hops: 7, parkedAt: now });
  });

  test.for([{ attempts: 1 }, { parkedAt: at(now + ageUnit) }, failed, silent])(
    'does not share it with a record of which the letter has %j',
    (facts) => {
      const histories = createHistories(day);

      expect(histories([letterOf(facts)])).not.toBe(histories([letterOf()]));
    },
  );

  test.for([failed, silent])('keeps $failure for records that are not called again', (facts) => {
    expect(createHistories(day)([letterOf(), letterOf(facts)])).toEqual({
      attempts: 1,
      hops: 1,
      parkedAt: now,
      failure: { class: facts.failure, reason: facts.reason },
    });
  });
});

describe('historyOf', () => {
  test('has the most calls of the letters, one hop more than any of them, and the age of the oldest', () => {
    expect(
      historyOf([
        letterOf({ attempts: 2, hops: 0, parkedAt: at(now - 3) }),
        letterOf({ attempts: 1, hops: 8, parkedAt: at(now - 9) }),
      ]),
    ).toEqual({ attempts: 2, parkedAt: now - 9, hops: 9 });
  });
});

describe('queueUrlOf', () => {
  test.for([
    ['arn:aws:sqs:us-west-2:111111111111:retry', 'https://sqs.us-west-2.amazonaws.com/111111111111/retry'],
    [
      'arn:aws-cn:sqs:cn-north-1:111111111111:retry',
      'https://sqs.cn-north-1.amazonaws.com.cn/111111111111/retry',
    ],
  ] as const)('is for %s: %s', ([arn, url]) => {
    expect(queueUrlOf(arn)).toBe(url);
  });
});
