import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch, Deliver, FailedFrom } from '../src/deliver.ts';
import { deliverMatching } from '../src/deliver-matching.ts';
import { createPacker, stringifyRecords } from '../src/pack.ts';
import { createStreamBatchHandler } from '../src/stream-batch.ts';
import { batch, batchContext, kinesisEvent, kinesisRecord, storedRoute, target } from './factories.ts';

/** Records with the sequence numbers 1, 2, … and these data. */
function recordsOf(...data: string[]) {
  return data.map((text, index) => kinesisRecord({ sequenceNumber: String(index + 1), data: text }));
}

function filterable(records: ReturnType<typeof recordsOf>) {
  const texts = stringifyRecords(records);
  return { ...batch(records), records, texts, pack: createPacker(texts) };
}

/** The sequence numbers of what a batch packs, chunk by chunk. */
function packed({ pack }: Batch, limitBytes = 1_000_000): string[][] {
  return pack(limitBytes).map(({ payload }) => {
    const { Records }: { Records: ReturnType<typeof recordsOf> } = JSON.parse(payload.toString());
    return Records.map((record) => record.kinesis.sequenceNumber);
  });
}

/** A `deliver` that fails as told, and what it was given. */
function fakeDeliver(failedFrom?: FailedFrom) {
  const batches: Batch[] = [];
  const deliver: Deliver = async (given) => {
    batches.push(given);
    return failedFrom;
  };
  return { deliver, batches };
}

const odd = target({ filter: { data: { odd: [true] } } });
const mixed = recordsOf('{"odd":true}', '{"odd":false}', '{"odd":true}', 'text', '{"odd":true}');

describe('deliverMatching', () => {
  test('hands the batch itself to a target without a filter', async () => {
    const { deliver, batches } = fakeDeliver(2);
    const whole = filterable(mixed);

    expect(await deliverMatching(deliver, whole, target())).toBe(2);
    expect(batches[0]).toBe(whole);
  });

  test('hands over what matches, in order, with its own sequence numbers', async () => {
    const { deliver, batches } = fakeDeliver();

    expect(await deliverMatching(deliver, filterable(mixed), odd)).toBeUndefined();
    expect(batches).toHaveLength(1);
    expect(batches[0]?.sequenceNumbers).toEqual(['1', '3', '5']);
    expect(batches.flatMap((given) => packed(given))).toEqual([['1', '3', '5']]);
  });

  test.each([
    [0, 0],
    [1, 2],
    [2, 4],
  ])('finds record %i of what matches in the whole batch', async (failedFrom, index) => {
    const { deliver } = fakeDeliver(failedFrom);

    expect(await deliverMatching(deliver, filterable(mixed), odd)).toBe(index);
  });

  test('does not call a target of whose records none matches', async () => {
    const { deliver, batches } = fakeDeliver(0);

    expect(await deliverMatching(deliver, filterable(recordsOf('{}', 'text')), odd)).toBeUndefined();
    expect(batches).toEqual([]);
  });

  test('stringifies each record once, and parses it once, for all targets', async () => {
    let reads = 0;
    let strings = 0;
    const [record = kinesisRecord()] = mixed;
    const counted = {
      ...record,
      kinesis: {
        ...record.kinesis,
        get data() {
          reads += 1;
          return record.kinesis.data;
        },
      },
      toJSON() {
        strings += 1;
        return record;
      },
    };
    const { deliver, batches } = fakeDeliver();
    const handler = createStreamBatchHandler({
      routes: { get: async () => storedRoute({ targets: [odd, target(), odd, odd] }) },
      deliver,
    });

    await handler(kinesisEvent([counted]), batchContext());

    expect(batches.map((given) => packed(given))).toEqual([[['1']], [['1']], [['1']], [['1']]]);
    expect(strings).toBe(1);
    expect(reads).toBe(1);
  });

  test('sends or filters every record at every target, keeps order, and reports the lowest that one lacks', async () => {
    const kinds = ['{"kind":0}', '{"kind":1}', '{"kind":2}', 'text'];
    const anyTarget = fc.record({
      kind: fc.option(fc.nat(2)),
      /** Counted in what the target gets; Infinity takes it all. */
      failsAt: fc.oneof(fc.nat(12), fc.constant(Number.POSITIVE_INFINITY)),
    });
    const anyRecords = fc
      .array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 12 })
      .map((data) => recordsOf(...data));
    await fc.assert(
      fc.asyncProperty(
        anyRecords,
        fc.array(anyTarget, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 2_000 }),
        async (records, options, limitBytes) => {
          const targets = options.map(({ kind }, index) =>
            target({
              account: String(200_000_000_000 + index),
              ...(kind !== null && { filter: { data: { kind: [kind] } } }),
            }),
          );
          const taken = new Map(targets.map(({ account }) => [account, [] as string[]]));
          const deliver: Deliver = async (given, { account }) => {
            const sent = packed(given, limitBytes).flat();
            expect(sent).toEqual(given.sequenceNumbers);
            const { failsAt = 0 } = options[targets.findIndex((other) => other.account === account)] ?? {};
            taken.set(account, sent.slice(0, failsAt));
            return failsAt < sent.length ? failsAt : undefined;
          };
          const handler = createStreamBatchHandler({
            routes: { get: async () => storedRoute({ targets }) },
            deliver,
          });

          const { batchItemFailures } = await handler(kinesisEvent(records), batchContext());

          const lacking = options.flatMap(({ kind }, index) => {
            const due = records
              .filter(
                ({ kinesis }) =>
                  kind === null || kinesis.data === Buffer.from(`{"kind":${kind}}`).toString('base64'),
              )
              .map(({ kinesis }) => kinesis.sequenceNumber);
            const got = taken.get(targets[index]?.account ?? '') ?? [];
            expect(got).toEqual(due.slice(0, got.length));
            return due.slice(got.length);
          });
          const lowest = lacking.map(Number).sort((a, b) => a - b)[0];
          expect(batchItemFailures).toEqual(lowest === undefined ? [] : [{ itemIdentifier: String(lowest) }]);
        },
      ),
    );
  });
});
