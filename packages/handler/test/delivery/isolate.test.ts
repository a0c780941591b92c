import { describe, expect, test } from 'vitest';
import { createBreaker } from '../../src/delivery/breaker.ts';
import type { FailureClass } from '../../src/delivery/failure-class.ts';
import { createIsolate, notCalled } from '../../src/delivery/isolate.ts';
import { createPace } from '../../src/delivery/pace.ts';
import { endless } from '../../src/delivery/patience.ts';
import type { ChunkDelivery, ChunkFailure } from '../../src/delivery/send-chunk.ts';
import { targetKey } from '../../src/delivery/target-key.ts';
import { deadline, fakeClock, kinesisRecord, kinesisRecords, shipment, target } from '../factories.ts';

const reader = target({ invocation: 'request-response', onFailure: 'park' });
const key = targetKey(reader);

type Answer = (first: number, count: number) => ChunkFailure | undefined;

function failure(failedFrom: number, failureClass: FailureClass, calls = 1): ChunkFailure {
  return { failure: { class: failureClass, reason: 'why' }, failedFrom, calls };
}

/** A function that throws when it is given the record at this place. */
function throwsOn(poison: number): Answer {
  return (first, count) =>
    poison >= first && poison < first + count ? failure(first, 'function-error') : undefined;
}

/** A function that cannot take a part at one place, and names its record, whose first part is at another. */
function reportsFrom(poison: number, first: number): Answer {
  return (from, count) =>
    poison >= from && poison < from + count ? failure(Math.max(from, first), 'reported') : undefined;
}

/** Isolates records with these sequence numbers, cut into chunks of so many; notes each chunk as `first+count`. */
function setUp(answer: Answer, options: { numbers?: readonly string[]; chunk?: number } = {}) {
  const clock = fakeClock();
  const breaker = createBreaker(clock.now, () => 0);
  const pace = createPace();
  const records =
    options.numbers === undefined
      ? kinesisRecords(8)
      : options.numbers.map((sequenceNumber) => kinesisRecord({ sequenceNumber }));
  const { items, part } = shipment(records);
  const sent: string[] = [];
  const isolate = createIsolate({
    sendChunk: async (_, { first, count }) => {
      sent.push(`${first}+${count}`);
      return answer(first, count);
    },
    breaker,
    pace,
    clock,
  });
  const size = options.chunk ?? items.length;
  const send = (delivery: Partial<ChunkDelivery> = {}) => {
    const chunks = Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
      part(index * size, Math.min(size, items.length - index * size)),
    );
    const call = {
      route: 'orders',
      deadline: deadline(),
      patience: endless,
      failedBefore: false,
      keepsOrder: false,
      target: reader,
      items,
      startedAt: clock.now(),
      onCall: () => {},
      ...delivery,
    };
    return isolate(call, chunks, part);
  };
  const ranges = async (delivery: Partial<ChunkDelivery> = {}) =>
    (await send(delivery)).map(
      ({ first, count, failure: { class: name }, calls }) => `${first}+${count} ${name} ${calls}`,
    );
  return { send, ranges, sent, breaker, pace, clock };
}

describe('createIsolate', () => {
  test('sends chunks one after another, and has nothing left that the function took', async () => {
    const { ranges, sent } = setUp(() => undefined, { chunk: 3 });

    expect(await ranges()).toEqual([]);
    expect(sent).toEqual(['0+3', '3+3', '6+2']);
  });

  describe('with parts of an aggregated record', () => {
    const numbers = ['1', '2', '2', '2', '2', '3'];

    test('halves them when the function names their record, and sends those behind it after them', async () => {
      const { ranges, sent } = setUp(reportsFrom(3, 1), { numbers });

      expect(await ranges()).toEqual(['3+1 reported 3']);
      expect(sent).toEqual(['0+6', '1+2', '3+2', '3+1', '4+1', '5+1']);
    });

    test('halves no more than those that the chunk has', async () => {
      const { ranges, sent } = setUp(reportsFrom(3, 1), { numbers, chunk: 4 });

      expect(await ranges()).toEqual(['3+1 reported 2']);
      expect(sent).toEqual(['0+4', '1+2', '3+1', '4+2']);
    });

    test('halves the chunk where the function names none', async () => {
      const { ranges, sent } = setUp(throwsOn(3), { numbers });

      expect(await ranges()).toEqual(['3+1 function-error 4']);
      expect(sent).toEqual(['0+6', '0+3', '3+3', '3+2', '3+1', '4+1', '5+1']);
    });

    test('judges the target once for each part that is set aside', async () => {
      const { ranges, breaker } = setUp((first) => failure(first, 'reported'), {
        numbers: Array.from({ length: 16 }, () => '1'),
      });
      await ranges();

      expect(breaker.openedBy(key)?.reason).toBe('The function failed on 10 of 10 records within a minute');
    });
  });

  test('does not judge the target by a record that is too large', async () => {
    const { ranges, breaker, sent } = setUp((first) => failure(first, 'too-large', 0), { chunk: 1 });

    expect(await ranges()).toHaveLength(8);
    expect(sent).toHaveLength(8);
    for (let times = 0; times < 2; times++) breaker.answered(key, { delivered: 0, failed: 1 });
    expect(breaker.openedBy(key)).toBeUndefined();
  });

  test('sends nothing further after a single record for which the target could not be called', async () => {
    const { send, sent } = setUp((first) => failure(first, 'unavailable'), { chunk: 1 });
    const left = await send();

    expect(sent).toEqual(['0+1']);
    expect(left.map((range) => range.failure)).toEqual([
      { class: 'unavailable', reason: 'why' },
      ...Array.from({ length: 7 }, () => ({
        class: 'breaker-open',
        reason: 'Not called, since the target failed: why',
      })),
    ]);
  });

  test('keeps why a chunk was not called for those after it', async () => {
    const { send } = setUp((first) => failure(first, 'untried', 0), { chunk: 4 });

    expect((await send()).map((range) => range.failure)).toEqual([
      { class: 'untried', reason: 'why' },
      { class: 'untried', reason: 'why' },
    ]);
  });

  describe('with a limit of records for each call', () => {
    test.for([
      { most: 8, calls: ['0+8'] },
      { most: 7, calls: ['0+4', '4+4'] },
      { most: 3, calls: ['0+3', '3+3', '6+2'] },
      { most: 1, calls: ['0+1', '1+1', '2+1', '3+1', '4+1', '5+1', '6+1', '7+1'] },
    ])('cuts a chunk into equal parts, in order: $most', async ({ most, calls }) => {
      const { send, sent } = setUp(() => undefined);

      expect(await send({ mostRecords: () => most })).toEqual([]);
      expect(sent).toEqual(calls);
    });

    test('asks for it before each call', async () => {
      const { send, sent } = setUp(() => undefined);
      let most = 1;
      const mostRecords = () => {
        most *= 2;
        return most;
      };
      await send({ mostRecords });

      expect(sent).toEqual(['0+2', '2+3', '5+3']);
    });

    test('counts no call for the part that the function did not get', async () => {
      const { ranges } = setUp((first) => failure(first, 'unavailable'));

      expect(await ranges({ mostRecords: () => 5 })).toEqual(['0+4 unavailable 1', '4+4 breaker-open 0']);
    });

    test('counts the calls of what is cut again', async () => {
      let most = 8;
      const { ranges, sent } = setUp((first, count) => {
        most = 2;
        return count === 8
          ? failure(first, 'function-error')
          : first === 2
            ? failure(2, 'unavailable')
            : undefined;
      });

      expect(await ranges({ mostRecords: () => most })).toEqual(['2+2 unavailable 2', '4+4 breaker-open 1']);
      expect(sent).toEqual(['0+8', '0+2', '2+2']);
    });
  });

  test('passes a late answer on, and calls the function no more', async () => {
    const late = { delivered: Promise.resolve(true), endsAt: 1 };
    const { send, sent } = setUp((first) => ({ ...failure(first, 'left-behind'), late }), { chunk: 4 });

    expect(await send()).toEqual([
      { first: 0, count: 4, failure: { class: 'left-behind', reason: 'why' }, calls: 1, late },
      {
        first: 4,
        count: 4,
        failure: { class: 'untried', reason: 'The other targets of the route were waiting' },
        calls: 0,
      },
    ]);
    expect(sent).toEqual(['0+4']);
  });

  describe('when time runs out', () => {
    const reason = 'No time was left in the invocation for another call';

    test('begins no call without any', async () => {
      const { send, sent } = setUp(() => undefined);
      const over = deadline();
      over.endSending();

      expect(await send({ deadline: over })).toEqual([
        { first: 0, count: 8, failure: { class: 'untried', reason }, calls: 0 },
      ]);
      expect(sent).toEqual([]);
    });

    test('begins a call that may last half as long again as the longest of late', async () => {
      const time = (leftMs: number) => ({ ...deadline({ msToSend: leftMs }), totalMs: 50_000 });
      const inTime = setUp(() => undefined);
      const tooLate = setUp(() => undefined);
      inTime.pace.lasted(key, 20_000, 1, 'answered');
      tooLate.pace.lasted(key, 20_000, 1, 'answered');
      await inTime.send({ deadline: time(30_000) });
      await tooLate.send({ deadline: time(29_999) });

      expect([inTime.sent, tooLate.sent]).toEqual([['0+8'], []]);
    });

    test.for([
      { leftMs: 40_000, calls: ['0+4'] },
      { leftMs: 39_999, calls: [] },
    ])(
      'begins the first call with four fifths of the time or more: $leftMs ms',
      async ({ leftMs, calls }) => {
        const { send, sent, pace } = setUp(() => undefined, { chunk: 4 });
        pace.lasted(key, 45_000, 1, 'answered');
        await send({ deadline: { ...deadline({ msToSend: leftMs }), totalMs: 50_000 } });

        expect(sent).toEqual(calls);
      },
    );
  });

  test.for([
    { ms: 999, calls: ['0+4', '4+4'] },
    { ms: 1_000, calls: ['0+4'] },
  ])('begins no further call once its neighbours wait, $ms ms after its first', async ({ ms, calls }) => {
    const all = setUp(
      () => {
        all.clock.advance(ms);
        return undefined;
      },
      { chunk: 4 },
    );
    const patience = { ...endless, endsAt: (startedAt: number) => startedAt + 1_000 };
    const left = await all.send({ patience });

    expect(all.sent).toEqual(calls);
    for (const { failure: reason } of left)
      expect(reason).toEqual({ class: 'untried', reason: 'The other targets of the route were waiting' });
  });

  test('counts all calls that were made for a chunk', async () => {
    const { send, sent } = setUp((first) => failure(first, 'too-large', 50), { chunk: 1 });
    const left = await send();

    expect(sent).toHaveLength(4);
    expect(left.at(-1)).toMatchObject({
      failure: { class: 'untried', reason: '200 calls were made in one invocation' },
    });
  });
});

describe('notCalled', () => {
  test('gives the reason why the target failed', () => {
    expect(notCalled({ class: 'denied', reason: 'no' })).toEqual({
      class: 'breaker-open',
      reason: 'Not called, since the target failed: no',
    });
  });
});
