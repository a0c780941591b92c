import type { Target } from '@xacct/core';
import type { KinesisStreamRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../simulation/random.ts';
import type { EventHandler } from '../../src/handle-event.ts';
import { type Answer, type Call, dataOf, smallWorld } from '../adversity/small-world.ts';
import { kinesisRecord, storedRoute, target } from '../factories.ts';
import { aggregateByLibrary, recordOf } from '../kpl.ts';

/** What goes wrong with most calls until all is well, and what is wrong with some records for good. */
const TROUBLES = [
  'none',
  'unavailable',
  'throttled',
  'hangs',
  'fails',
  'denied',
  'unknown record',
  'too large',
] as const;
const POISONS = ['none', 'none', 'throws', 'reports'] as const;
const ERRORS: Partial<Record<(typeof TROUBLES)[number], string>> = {
  unavailable: 'ServiceException',
  throttled: 'TooManyRequestsException',
  denied: 'AccessDeniedException',
};

interface UserRecord {
  id: number;
  kind: string;
  padding: string;
}

function userRecordOf(record: KinesisStreamRecord): UserRecord {
  return JSON.parse(dataOf(record));
}

function anyTarget(random: Random, index: number, seconds: number) {
  const poison = random.pick(POISONS);
  const isBlocking = poison === 'none' && random.chance(0.2);
  const to = target({
    account: String(222_222_222_222 + index),
    invocation: random.pick(['event', 'request-response']),
    onFailure: isBlocking ? 'block' : 'park',
    ...(random.chance(0.3) && { filter: { data: { kind: ['a'] } } }),
    ...(random.chance(0.2) && seconds > 5 && { timeoutSeconds: 5 }),
  });
  const trouble = random.pick(TROUBLES);
  const share = random.pick([0.02, 0.1]);
  return { to, poison, share, trouble, bad: new Set<number>(), got: new Map<number, number>() };
}

type AnyTarget = ReturnType<typeof anyTarget>;

/** How the function of a target answers while it has trouble; undefined for an answer as usual. */
function troubleOf(
  { to, trouble }: AnyTarget,
  { invocation, records }: Call,
  random: Random,
): Answer | undefined {
  if (trouble === 'hangs') return 'hangs';
  const name = ERRORS[trouble];
  if (name !== undefined) return { error: Object.assign(new Error('trouble'), { name }) };
  if (invocation === 'event') return undefined;
  if (trouble === 'fails') return { throws: 'TypeError' };
  const itemIdentifier = random.pick<string | null>(['', 'x', null]);
  if (trouble === 'unknown record') return { response: { batchItemFailures: [{ itemIdentifier }] } };
  const isCut = to.invocation === 'request-response' && to.onFailure === 'park';
  const tooLarge = trouble === 'too large' && isCut && records.length > 3;
  return tooLarge
    ? { error: Object.assign(new Error('trouble'), { name: 'RequestTooLargeException' }) }
    : undefined;
}

function answerOf(subject: AnyTarget, { invocation, records }: Call, ms: number): Answer {
  const { poison, bad, got } = subject;
  const isBad = (record: KinesisStreamRecord) => invocation !== 'event' && bad.has(userRecordOf(record).id);
  if (poison === 'throws' && records.some(isBad)) return { throws: 'TypeError' };
  for (const record of records) {
    const { id } = userRecordOf(record);
    if (isBad(record))
      return { response: { batchItemFailures: [{ itemIdentifier: record.kinesis.sequenceNumber }] } };
    got.set(id, (got.get(id) ?? 0) + 1);
  }
  return { ms };
}

/** Three batches, some of their records aggregated, through two environments; returns what is not as it should be. */
async function problemsOf(seed: number): Promise<string[]> {
  const random = createRandom(seed, 'mixed options');
  const timeoutSeconds = random.pick([60, 3, 900]);
  const retryForSeconds = random.pick([86_400, 1_209_600]);
  const deaggregate = random.chance(0.5);
  const subjects = Array.from({ length: 1 + Math.floor(random.next() * 3) }, (_, index) =>
    anyTarget(random, index, timeoutSeconds),
  );
  const targets: Target[] = subjects.map(({ to }) => to);
  const world = smallWorld({ route: storedRoute({ targets, deaggregate, retryForSeconds }), timeoutSeconds });
  const environments: [EventHandler, EventHandler] = [world.environment(), world.environment()];
  const padding = random.chance(0.2) ? 'x'.repeat(200_000) : '';
  const put: UserRecord[] = [];
  const next = () => {
    const userRecord = { id: put.length, kind: random.pick(['a', 'b']), padding };
    put.push(userRecord);
    return JSON.stringify(userRecord);
  };
  const batches = Array.from({ length: 3 }, (_, batch) =>
    Array.from({ length: 1 + Math.floor(random.next() * (padding === '' ? 30 : 8)) }, (_, index) => {
      const sequenceNumber = String(1_000_000 + batch * 1_000 + index);
      if (!deaggregate || !random.chance(0.3)) return kinesisRecord({ sequenceNumber, data: next() });
      const parts = Array.from({ length: 1 + Math.floor(random.next() * 4) }, () => ({
        partitionKey: 'key',
        data: Buffer.from(next()),
      }));
      return recordOf(aggregateByLibrary(parts), sequenceNumber);
    }),
  );
  let hasTrouble = true;
  for (const subject of subjects) {
    const { to, poison, share, bad } = subject;
    if (poison !== 'none') for (const { id } of put) if (random.chance(share)) bad.add(id);
    world.answer(to.functionArn, (call) => {
      const trouble = hasTrouble && random.chance(0.7) ? troubleOf(subject, call, random) : undefined;
      return trouble ?? answerOf(subject, call, random.pick([5, 50, 500]));
    });
  }

  for (const batch of batches) {
    let rest = batch;
    for (let round = 0; rest.length > 0; round++) {
      if (round > 60) return ['the stream does not go on'];
      hasTrouble &&= round < 10;
      world.faults.sqs = round < 3 && random.chance(0.1);
      const response = await world.send(random.pick(environments), rest);
      world.faults.sqs = false;
      if (response === undefined) return ['the time of an invocation was over'];
      const [failure] = response.batchItemFailures;
      rest =
        failure === undefined
          ? []
          : rest.slice(rest.findIndex(({ kinesis }) => kinesis.sequenceNumber === failure.itemIdentifier));
      if (failure !== undefined) await world.wait(130_000);
    }
    if (random.chance(0.5)) await world.drain(random.pick(environments), 0.01);
  }
  await world.drain(environments[0], 0.2);
  hasTrouble = false;
  await world.wait(130_000);
  await world.drain(environments[1], 0.3 * Math.min(100, retryForSeconds / 3_600));
  await world.drain(environments[0], 3 + retryForSeconds / 3_600);

  const dead = world.held('dead-letters');
  return [
    ...world.held('retry').map(({ target: arn }) => `a message for ${arn} is left`),
    ...[...world.objects.keys()].filter((key) => !dead.some(({ object }) => object === key)),
    ...subjects.flatMap(({ to, got, bad }) => {
      const letters = dead.filter(({ target: arn }) => arn === to.functionArn);
      const given = new Set(
        letters.flatMap(({ records }) => records.map((record) => userRecordOf(record).id)),
      );
      return put.flatMap(({ id, kind }) => {
        const isFiltered = to.filter !== undefined && kind !== 'a';
        const isThere = got.has(id);
        if (isFiltered) return isThere || given.has(id) ? [`${id} passed the filter of ${to.account}`] : [];
        if (!isThere && !given.has(id)) return [`${id} is lost for ${to.account}`];
        return given.has(id) && !bad.has(id) ? [`${id} is an innocent dead letter of ${to.account}`] : [];
      });
    }),
  ];
}

describe('options, targets, aggregates, objects, environments and failures at random', () => {
  test('every record is delivered, filtered, or a dead letter that its target does not take', async () => {
    const found: string[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      for (const problem of await problemsOf(seed)) found.push(`seed ${seed}: ${problem}`);
    }
    expect(found).toEqual([]);
  });
});
