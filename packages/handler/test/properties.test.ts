import {
  createRecordFilter,
  decodeParkedRecords,
  encodeRoute,
  limits,
  type StoredRoute,
  type Target,
} from '@xacct/core';
import type { KinesisStreamRecord } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHandler } from '../src/create-handler.ts';
import type { EventHandler } from '../src/handle-event.ts';
import { type Clock, systemClock } from '../src/invocation/clock.ts';
import { readEnvironment } from '../src/invocation/environment.ts';
import {
  fakeClock,
  invocationContext,
  kinesisRecord,
  sqsRecord,
  storedRoute,
  streamArn,
  target,
} from './factories.ts';
import { loggedLines } from './logged-lines.ts';
import {
  type FakeAws,
  functionError,
  type Invocation,
  never,
  type Reply,
  result,
  serviceError,
  startAws,
  stsError,
} from './servers.ts';

/** How a target answers a call. */
const ANSWERS = [
  'takes it',
  'is throttled',
  'is out',
  'does not exist',
  'denies',
  'has expired credentials',
  'finds it too large',
  'throws',
  'reports one record',
  'reports a record that it was not given',
  'closes the connection',
] as const;
type Answer = (typeof ANSWERS)[number] | 'hangs';

interface Plan {
  invocation: Target['invocation'];
  onFailure: Target['onFailure'];
  isFiltered: boolean;
  /** To its calls, one after another; then it takes everything. */
  answers: Answer[];
  stsFails: boolean;
}

const filter = { data: { even: [true] } };
const passes = createRecordFilter([filter]);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('\ufffe\uffff', '\ud800', '\0', '"\\', 'ключ 🔑', ''),
);

/** Data of a record, in bytes; a few are larger than one or the other limit. */
const anySize = fc.oneof(
  { weight: 20, arbitrary: fc.nat({ max: 300 }) },
  { weight: 4, arbitrary: fc.nat({ max: 300_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 700_000, 786_000, 900_000, 4_700_000, 7_500_000) },
);

/** Many small records are told by their number alone, so that a counterexample can be read. */
type Batch = { records: [partitionKey: string, size: number][] } | { smallRecords: number };

const anyBatch: fc.Arbitrary<Batch> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ records: fc.array(fc.tuple(anyText, anySize), { minLength: 1, maxLength: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ smallRecords: fc.integer({ min: 1_000, max: 10_000 }) }) },
);
const anyPlan = (answers: fc.Arbitrary<Answer[]>): fc.Arbitrary<Plan> =>
  fc.record({
    invocation: fc.constantFrom('event', 'request-response'),
    onFailure: fc.constantFrom('park', 'block'),
    isFiltered: fc.boolean(),
    answers,
    stsFails: fc.integer({ min: 1, max: 8 }).map((chance) => chance === 1),
  });

const anyAnswers = fc.oneof(
  fc.constant<Answer[]>([]),
  fc.array(fc.constantFrom(...ANSWERS), { maxLength: 12 }),
  fc.constantFrom(...ANSWERS).map((answer) => Array.from({ length: 40 }, () => answer)),
);

let aws: FakeAws;
let lines: string[];

beforeAll(async () => {
  aws = await startAws();
  const environment = {
    AWS_REGION: 'us-west-2',
    AWS_ACCESS_KEY_ID: 'ASIAFORWARDER',
    AWS_SECRET_ACCESS_KEY: 'secret of the forwarder',
    AWS_SESSION_TOKEN: 'token of the forwarder',
    AWS_ENDPOINT_URL: aws.url,
    XACCT_PARAMETER_PREFIX: '/xacct/default',
    XACCT_FAILURE_BUCKET: 'failures',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(...String(text).trimEnd().split('\n'));
    loggedLines.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A new forwarder, its targets and its stream. */
function setUp(plans: readonly Plan[], queueFails: () => boolean, realClock?: Clock) {
  lines = [];
  for (const list of [aws.invocations, aws.messages, aws.assumedRoles]) list.length = 0;
  aws.functions.clear();
  aws.objects.clear();
  const taken = new Map<string, string[]>();
  /** Records that a target found too large by themselves. */
  const refused = new Map<string, Set<string>>();
  const targets = plans.map(({ invocation, onFailure, isFiltered, answers }, index) => {
    const to = target({
      account: String(222_222_222_220 + index),
      invocation,
      onFailure,
      ...(isFiltered && { filter }),
    });
    const left = [...answers];
    const got: string[] = [];
    taken.set(to.functionArn, got);
    const tooLarge = new Set<string>();
    refused.set(to.functionArn, tooLarge);
    aws.functions.set(to.functionArn, (call) => {
      const how = left.shift() ?? 'takes it';
      const [record, ...others] = call.event.Records;
      if (how === 'finds it too large' && record !== undefined && others.length === 0)
        tooLarge.add(record.kinesis.sequenceNumber);
      return answer(call, how, got);
    });
    return to;
  });
  const denied = new Set(targets.filter((_, index) => plans[index]?.stsFails).map(({ roleArn }) => roleArn));
  aws.sts = ({ roleArn }) => (denied.has(roleArn) ? stsError(403, 'AccessDenied', 'no') : undefined);
  aws.sqs = () => (queueFails() ? serviceError(500, 'InternalError') : undefined);
  aws.s3 = () => (queueFails() ? { status: 403 } : undefined);
  const route: StoredRoute = storedRoute({ targets });
  const [value = ''] = encodeRoute(route);
  aws.parameters.set('/xacct/default/kinesis/orders', value);
  const clock = fakeClock({ start: Date.now(), skipUpToMs: 4_000 });
  const handler = createHandler(readEnvironment(process.env), { clock: realClock ?? clock });
  return { handler, targets, taken, refused, clock, allow: () => denied.clear() };
}

/** Answers a call, and notes which records the target has from it. */
function answer({ type, event }: Invocation, how: Answer, got: string[]): Reply | Promise<Reply> {
  const numbers = event.Records.map(({ kinesis }) => kinesis.sequenceNumber);
  const ok = type === 'Event' ? { status: 202 } : result(null);
  switch (how) {
    case 'takes it':
      got.push(...numbers);
      return ok;
    case 'is throttled':
      return serviceError(429, 'TooManyRequestsException');
    case 'is out':
      return serviceError(503, 'ServiceException');
    case 'does not exist':
      return serviceError(404, 'ResourceNotFoundException');
    case 'denies':
      return serviceError(403, 'AccessDeniedException');
    case 'has expired credentials':
      return serviceError(403, 'ExpiredTokenException');
    case 'finds it too large':
      return serviceError(413, 'RequestTooLargeException');
    case 'closes the connection':
      return { status: 0 };
    case 'hangs':
      return never();
  }
  // What remains is a function that runs: of one that is only queued, nobody hears.
  if (type === 'Event') {
    got.push(...numbers);
    return ok;
  }
  if (how === 'throws') return functionError('TypeError', numbers.join());
  const from = Math.floor(numbers.length / 2);
  if (how === 'reports a record that it was not given')
    return result({ batchItemFailures: [{ itemIdentifier: 'x' }] });
  got.push(...numbers.slice(0, from));
  return result({ batchItemFailures: [{ itemIdentifier: numbers[from] }] });
}

function recordsOf(batch: Batch): KinesisStreamRecord[] {
  const records =
    'records' in batch
      ? batch.records
      : Array.from({ length: batch.smallRecords }, () => ['key', 5] as const);
  return records.map(([partitionKey, size], index) =>
    kinesisRecord({
      partitionKey,
      sequenceNumber: String(index),
      data: JSON.stringify({ even: index % 2 === 0, data: 'd'.repeat(size) }),
    }),
  );
}

function numberOf(record: object): string {
  return (record as KinesisStreamRecord).kinesis.sequenceNumber;
}

/** What waits in the queue or in the bucket, by target. */
function parkedAt({ functionArn }: Target): string[] {
  const messages = aws.messages.map(({ body }) => body);
  // An object under waiting/ is kept only while a message refers to it.
  const kept = [...aws.objects].filter(([key]) => key.includes('/parked/')).map(([, body]) => body);
  return [...messages, ...kept].flatMap((body) => {
    const parked = decodeParkedRecords(body);
    if (parked?.target !== functionArn) return [];
    if (parked.object === undefined) return parked.records.map(numberOf);
    const object = decodeParkedRecords(aws.objects.get(`/failures/${parked.object}`) ?? '');
    return object?.records.map(numberOf) ?? [];
  });
}

function isDeadLetter({ queueUrl }: { queueUrl: string }): boolean {
  return queueUrl.endsWith('-dead-letters');
}

function metricsOf({ functionArn }: Target) {
  const documents = lines.map((line): Record<string, unknown> => JSON.parse(line));
  const {
    RecordsIn = 0,
    Delivered = 0,
    Filtered = 0,
    Parked = 0,
    Failed = 0,
  } = documents.find(({ Target: name }) => name === functionArn) ?? {};
  return { RecordsIn, Delivered, Filtered, Parked, Failed } as Record<string, number>;
}

function checkSizes(): void {
  for (const { type, request } of aws.invocations) {
    const { eventPayloadBytes, requestResponsePayloadBytes } = limits.invoke;
    expect(request.body.length).toBeLessThanOrEqual(
      type === 'Event' ? eventPayloadBytes : requestResponsePayloadBytes,
    );
  }
  for (const { body } of aws.messages)
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limits.sqs.messageBytes);
}

/** The first record that the stream brings again; the number of records where it brings none. */
function checkpointOf(
  response: Awaited<ReturnType<EventHandler>>,
  records: readonly KinesisStreamRecord[],
): number {
  const { batchItemFailures } = response;
  expect(batchItemFailures.length).toBeLessThanOrEqual(1);
  const [failure] = batchItemFailures;
  if (failure === undefined) return records.length;
  const index = records.findIndex(({ kinesis }) => kinesis.sequenceNumber === failure.itemIdentifier);
  expect(index).toBeGreaterThanOrEqual(0);
  return index;
}

/** Every record at one target is exactly one of delivered, filtered, parked, or failed and reported. */
function checkAccounts(
  to: Target,
  records: readonly KinesisStreamRecord[],
  got: readonly string[],
  checkpoint: number,
): void {
  const delivered = new Set(got);
  const parked = parkedAt(to);
  expect(delivered.size).toBe(got.length);
  expect(new Set(parked).size).toBe(parked.length);
  const counts = { Delivered: 0, Filtered: 0, Parked: 0, Failed: 0 };
  const isParked = new Set(parked);
  // A target with `park` is not offered what one with `block` lacks: it comes again for both.
  const { RecordsIn: offered = 0 } = metricsOf(to);
  expect(offered).toBeGreaterThanOrEqual(to.onFailure === 'block' ? records.length : checkpoint);
  expect(got.every((number) => Number(number) < offered)).toBe(true);
  for (const [index, record] of records.slice(0, offered).entries()) {
    const number = numberOf(record);
    const isFiltered = to.filter !== undefined && !passes(record);
    const states = [delivered.has(number), isFiltered, isParked.has(number)];
    const held = states.filter(Boolean).length;
    if (held > 1) expect.fail(`Record ${number} is several of delivered, filtered and parked: ${states}`);
    if (held === 0 && index < checkpoint) expect.fail(`Record ${number} is lost at ${to.functionArn}`);
    if (delivered.has(number)) counts.Delivered += 1;
    else if (isFiltered) counts.Filtered += 1;
    else if (isParked.has(number)) counts.Parked += 1;
    else counts.Failed += 1;
  }
  expect(metricsOf(to)).toEqual({ RecordsIn: offered, ...counts });
}

/** With `request-response` and `block`, a target has its records in order, and none before one that it lacks. */
function checkOrder(
  to: Target,
  records: readonly KinesisStreamRecord[],
  got: readonly string[],
  refused: ReadonlySet<string> = new Set(),
): void {
  if (to.invocation !== 'request-response' || to.onFailure !== 'block') return;
  // What no invocation can carry is put aside, or comes again until it is: the target never gets it.
  const { requestResponsePayloadBytes } = limits.invoke;
  const isTooLarge = (record: object) =>
    Buffer.byteLength(JSON.stringify(record)) > requestResponsePayloadBytes;
  const putAside = new Set([...parkedAt(to), ...refused, ...records.filter(isTooLarge).map(numberOf)]);
  const due = records.filter((record) => to.filter === undefined || passes(record)).map(numberOf);
  const expected = due.filter((number) => !putAside.has(number));
  expect(got).toEqual(expected.slice(0, got.length));
}

const anyRun = (answers: fc.Arbitrary<Answer[]>) =>
  fc.record({
    batch: anyBatch,
    plans: fc.array(anyPlan(answers), { minLength: 1, maxLength: 5 }),
    /** Which of the calls to SQS and S3 fail. */
    queueFailures: fc.oneof(fc.constant([]), fc.constant([]), fc.array(fc.boolean(), { maxLength: 8 })),
  });

describe('handler', () => {
  test('accounts for every record at every target, within all limits, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(anyRun(anyAnswers), async ({ batch, plans, queueFailures }) => {
        const failures = [...queueFailures];
        const { handler, targets, taken, refused } = setUp(plans, () => failures.shift() ?? false);
        const records = recordsOf(batch);

        const response = await handler({ Records: records }, invocationContext());

        const checkpoint = checkpointOf(response, records);
        checkSizes();
        for (const to of targets) {
          const got = taken.get(to.functionArn) ?? [];
          checkAccounts(to, records, got, checkpoint);
          checkOrder(to, records, got, refused.get(to.functionArn));
        }
      }),
      { numRuns: 80 },
    );
  }, 120_000);

  test('brings every record to every target once, or keeps it, by the time that the stream and the queue are empty', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRun(fc.array(fc.constantFrom(...ANSWERS), { maxLength: 12 })),
        async ({ batch, plans }) => {
          const { handler, targets, taken, clock, allow } = setUp(plans, () => false);
          const records = recordsOf(batch);

          let rest = records;
          for (let round = 0; rest.length > 0; round++) {
            expect(round).toBeLessThan(100);
            // What keeps a role from being assumed is mended, two minutes are over.
            if (round > 2) allow();
            const again = checkpointOf(await handler({ Records: rest }, invocationContext()), rest);
            rest = rest.slice(again);
            if (round > 2) clock.advance(150_000);
          }
          allow();
          const deadLetters: typeof aws.messages = [];
          for (let round = 0; ; round++) {
            expect(round).toBeLessThan(400);
            deadLetters.push(...aws.messages.filter(isDeadLetter));
            const waiting = aws.messages.filter((message) => !isDeadLetter(message));
            if (waiting.length === 0) break;
            // Whatever waits is due.
            clock.advance(900_000);
            const queued = waiting.splice(0, 10);
            aws.messages.splice(0, aws.messages.length, ...waiting);
            const received = queued.map(({ body }, index) => sqsRecord(body, { messageId: String(index) }));
            const { batchItemFailures } = await handler({ Records: received }, invocationContext());
            for (const { itemIdentifier } of batchItemFailures) {
              const message = queued[Number(itemIdentifier)];
              if (message === undefined) throw new Error(`There is no message ${itemIdentifier}`);
              aws.messages.push(message);
            }
          }

          aws.messages.splice(0, aws.messages.length, ...deadLetters);
          for (const to of targets) {
            const due = records.filter((record) => to.filter === undefined || passes(record)).map(numberOf);
            const there = [...(taken.get(to.functionArn) ?? []), ...parkedAt(to)];
            // One range is remembered of a target: of chunks for `event` that failed here and there, it gets some again.
            const isOnce = to.invocation === 'request-response' || to.onFailure === 'park';
            expect((isOnce ? there : [...new Set(there)]).sort()).toEqual(due.sort());
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);

  test('is done before the time is, with whatever hangs', async () => {
    const answers = fc.array(fc.constantFrom<Answer>('takes it', 'hangs', 'is throttled'), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(anyRun(answers), async ({ batch, plans }) => {
        const { handler, targets, taken } = setUp(plans, () => false, systemClock);
        const records = recordsOf(batch);
        const remainingMs = 3_000;
        const timeIsUp = new Promise<'too late'>((resolve) =>
          setTimeout(() => resolve('too late'), remainingMs).unref(),
        );

        const response = await Promise.race([
          handler({ Records: records }, invocationContext({ remainingMs })),
          timeIsUp,
        ]);

        if (response === 'too late') expect.fail('The invocation would have been killed');
        const checkpoint = checkpointOf(response, records);
        for (const to of targets) checkAccounts(to, records, taken.get(to.functionArn) ?? [], checkpoint);
      }),
      { numRuns: 4 },
    );
  }, 60_000);

  test('never logs the data of a record or a credential', async () => {
    const secrets = [
      'card 4111',
      Buffer.from('card 4111').toString('base64'),
      'secret of',
      'issued secret',
      'token of',
      'token 1',
    ];
    for (const how of [...ANSWERS]) {
      for (const onFailure of ['park', 'block'] as const) {
        const plan = {
          invocation: 'request-response',
          onFailure,
          isFiltered: false,
          stsFails: false,
        } as const;
        const { handler } = setUp(
          [{ ...plan, answers: Array.from({ length: 9 }, () => how) }] as never,
          () => how === 'denies',
        );
        const records = [
          kinesisRecord({ data: 'card 4111', partitionKey: 'card 4111', eventSourceARN: streamArn }),
        ];

        await handler({ Records: records }, invocationContext());

        const text = lines.join('\n');
        if (how !== 'takes it') expect(text).toContain('"level":"error"');
        for (const secret of secrets) expect(text).not.toContain(secret);
      }
    }
  });
});
