import { once } from 'node:events';
import { decodeParkedRecords, limits } from '@xacct/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Objects } from '../bucket/bucket-server.ts';
import { BUCKET, batchKey, givenUpBatch } from '../bucket/given-up-batches.ts';
import { LEDGER, parkedMessage, READER } from '../queues/parked-messages.ts';
import { type QueueServer, startQueues } from '../queues/queue-server.ts';
import { routesYaml, start, write, xacct } from '../xacct.ts';

const RETRY = 'xacct-route-orders-retry';
const PARKED_KEY = `parked/orders/${READER}/shardId-000000000001:1-1.json`;
const NOTHING_STAYS = {
  foreign: 0,
  notRouted: 0,
  otherTarget: 0,
  older: 0,
  otherRoute: 0,
  tooLarge: 0,
  forOtherTargets: 0,
};

let aws: QueueServer;

beforeAll(async () => {
  aws = await startQueues();
  write(
    'routes.yaml',
    routesYaml(`  - stream: orders
    targets:
      - { account: analytics, function: reader }
      - { account: billing, function: "ledger:live" }
`),
  );
});
afterAll(() => aws.close());

beforeEach(() => {
  aws.fill(RETRY, []);
  aws.calls.length = 0;
});

/** Runs it fast, and reads what it prints. */
async function redrive(...args: string[]) {
  const { code, stdout, stderr } = await xacct(
    ...['redrive', 'orders', '--from-bucket', '--rate', '100', '--json'],
    ...args,
  );
  return { code, stderr, result: stdout === '' ? undefined : JSON.parse(stdout) };
}

/** What the retry queue holds, as the forwarder reads it. */
function sent() {
  return aws.messages(RETRY).map(({ body, groupId }) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limits.sqs.messageBytes);
    const parked = decodeParkedRecords(body);
    if (parked === undefined) throw new Error(`The forwarder cannot read ${body.slice(0, 200)}`);
    expect(groupId).toBe(parked.target);
    return parked;
  });
}

const fill = (objects: Readonly<Record<string, string>>): Objects => aws.fillBucket(BUCKET, objects);

describe('xacct redrive --from-bucket', () => {
  test('sends parked records to their own target, with a fresh budget, and then deletes them', async () => {
    const parked = parkedMessage({ attempts: 9, hops: 4, dueAt: '2026-11-20T11:00:00.000Z' }).body;
    const objects = fill({ [PARKED_KEY]: parked });
    const { code, stderr, result } = await redrive();
    expect([code, stderr]).toEqual([0, '1 object of the failure bucket looked at\n']);
    expect(result).toEqual({
      route: 'orders',
      dryRun: false,
      bucket: BUCKET,
      moved: {
        objects: 1,
        givenUp: 0,
        messages: 1,
        records: 2,
        groups: [expect.objectContaining({ target: READER, mostAttempts: 9, failure: 'denied' })],
      },
      staying: NOTHING_STAYS,
      complete: true,
    });
    expect(sent()).toEqual([
      {
        ...decodeParkedRecords(parked),
        attempts: 0,
        hops: 0,
        dueAt: undefined,
        parkedAt: expect.not.stringMatching('2026-11-20T10:00:00.000Z'),
        // Those of the records, which have none here.
        firstSequenceNumber: '',
        lastSequenceNumber: '',
      },
    ]);
    expect([...objects.keys()]).toEqual([]);
    expect(aws.calls).toEqual(['ListObjectsV2', 'GetObject', 'SendMessage', 'DeleteObject', 'ListObjectsV2']);
  });

  test.each(['text', 'object'] as const)(
    'sends a batch that was given up, its event written as %s, to every target',
    async (payload) => {
      const objects = fill({ [batchKey('mapping-a', 1)]: givenUpBatch({ payload }) });
      const { code, result } = await redrive();
      expect([code, result.moved.objects, result.moved.givenUp, result.moved.messages]).toEqual([0, 1, 1, 2]);
      const { payload: event } = JSON.parse(givenUpBatch({ payload: 'object' }));
      expect(sent()).toEqual(
        [READER, LEDGER].map((target) => ({
          route: 'orders',
          streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
          target,
          shardId: 'shardId-000000000001',
          firstSequenceNumber: '100',
          lastSequenceNumber: '101',
          count: 2,
          failure: 'given-up',
          reason:
            'The event source mapping gave the batch up at 2026-11-20T09:00:00.000Z after 11 invocations of the forwarder: RetryAttemptsExhausted',
          attempts: 0,
          hops: 0,
          parkedAt: expect.any(String),
          records: event.Records,
        })),
      );
      expect(objects.size).toBe(0);
      expect((await redrive()).result.moved.messages).toBe(0);
    },
  );

  test('goes through all pages, and leaves what is of other routes and of messages', async () => {
    const others = {
      'waiting/orders/1.json': parkedMessage().body,
      [`parked/orders2/${READER}/1.json`]: parkedMessage({ route: 'orders2' }).body,
      [batchKey('mapping-b', 1)]: givenUpBatch({ stream: 'payments' }),
      [batchKey('mapping-b', 2)]: givenUpBatch({ stream: 'payments' }),
      [batchKey('mapping-b', 3)]: givenUpBatch({ stream: 'payments' }),
    };
    const ours = Object.fromEntries([
      ...[1, 2, 3, 4, 5].map((number) => [`${PARKED_KEY}${number}`, parkedMessage().body]),
      ...[1, 2, 3, 4, 5].map((number) => [batchKey('mapping-a', number), givenUpBatch()]),
    ]);
    const objects = fill({ ...others, ...ours });
    const { result } = await redrive();
    expect([result.moved.objects, result.moved.messages, result.complete]).toEqual([10, 15, true]);
    expect(result.staying).toEqual({ ...NOTHING_STAYS, otherRoute: 3 });
    expect([...objects.keys()].sort()).toEqual(Object.keys(others).sort());
    // One batch of another stream speaks for all that its mapping gave up.
    expect(aws.calls.filter((call) => call === 'GetObject')).toHaveLength(11);
  });

  test('cuts a batch into messages that SQS takes, in order', async () => {
    const data = Array.from({ length: 30 }, (_, index) =>
      String.fromCharCode(97 + (index % 26)).repeat(100_000),
    );
    const objects = fill({ [batchKey('mapping-a', 1)]: givenUpBatch({ data }) });
    const { result } = await redrive('--target', READER);
    expect(result.moved).toMatchObject({ messages: 5, records: 30 });
    const messages = sent();
    expect(messages.map(({ count }) => count)).toEqual([7, 7, 7, 7, 2]);
    expect(messages.flatMap(({ records }) => records)).toEqual(
      JSON.parse(givenUpBatch({ data, payload: 'object' })).payload.Records,
    );
    expect(objects.size).toBe(1);
  });

  test('puts a record that no message holds where messages refer to, before it deletes the object', async () => {
    const { Records: _, count: __, ...facts } = JSON.parse(parkedMessage().body);
    const record = {
      eventID: 'shardId-000000000001:1',
      kinesis: { sequenceNumber: '7', data: 'a'.repeat(2 ** 21) },
    };
    const objects = fill({ [PARKED_KEY]: JSON.stringify({ ...facts, count: 1, Records: [record] }) });
    const { result } = await redrive();
    expect(result.moved).toMatchObject({ messages: 1, records: 1, groups: [{ references: 1 }] });
    const [message] = sent();
    expect(message).toMatchObject({ target: READER, count: 1, records: [], firstSequenceNumber: '7' });
    expect(message?.object).toMatch(/^waiting\/orders\/redrive-[0-9a-f-]{36}\.json$/);
    expect([...objects.keys()]).toEqual([message?.object]);
    const waiting = decodeParkedRecords(objects.get(message?.object ?? '') ?? '');
    expect({ ...waiting, records: [], object: message?.object }).toEqual(message);
    expect(waiting?.records).toEqual([record]);
    expect(aws.calls.slice(1, 5)).toEqual(['GetObject', 'PutObject', 'SendMessage', 'DeleteObject']);
  });

  test('leaves a record that no invocation can carry, and reports that', async () => {
    const { Records: _, count: __, ...facts } = JSON.parse(parkedMessage().body);
    const around = Buffer.byteLength(JSON.stringify({ Records: [{ data: '' }] }));
    const withRecordOf = (bytes: number) =>
      JSON.stringify({ ...facts, count: 1, Records: [{ data: 'a'.repeat(bytes - around) }] });
    const most = limits.invoke.requestResponsePayloadBytes;
    const objects = fill({
      [`${PARKED_KEY}1`]: withRecordOf(most + 1),
      [`${PARKED_KEY}2`]: withRecordOf(most),
    });
    const { code, stdout } = await xacct('redrive', 'orders', '--from-bucket');
    expect(code).toBe(0);
    expect(stdout).toContain(`In the bucket ${BUCKET} stay:
  1 object: holds a record over 6 MB, which no invocation can carry: take it from the bucket by hand
`);
    expect([...objects.keys()]).toEqual([`${PARKED_KEY}1`, sent()[0]?.object]);
  });

  test('sends and deletes nothing in a dry run', async () => {
    const objects = fill({ [PARKED_KEY]: parkedMessage().body, [batchKey('mapping-a', 1)]: givenUpBatch() });
    const { code, stdout, stderr } = await xacct('redrive', 'orders', '--from-bucket', '--dry-run');
    expect([code, stderr]).toEqual([0, '2 objects of the failure bucket looked at\n']);
    expect(stdout).toMatch(
      /^2 objects of the failure bucket would be sent to the retry queue, as 3 messages with 6 records\n/,
    );
    expect(stdout).toContain('\nThey would start from zero: no attempts so far, and 1 d for retries.\n');
    expect(stdout).toContain(
      '\nOne of them is a batch that was given up: a target that had some of these records would get them again.\n',
    );
    expect([objects.size, aws.messages(RETRY)]).toEqual([2, []]);
    expect(new Set(aws.calls)).toEqual(new Set(['ListObjectsV2', 'GetObject']));
  });

  test('keeps a batch that went to some targets only, for the others', async () => {
    const other = parkedMessage({ target: LEDGER }).body;
    const objects = fill({
      [PARKED_KEY]: parkedMessage().body,
      'parked/orders/l': other,
      [batchKey('mapping-a', 1)]: givenUpBatch(),
    });
    const { result } = await redrive('--target', 'analytics/reader');
    expect(sent().map(({ target, failure }) => [target, failure])).toEqual([
      [READER, 'denied'],
      [READER, 'given-up'],
    ]);
    expect(result.staying).toEqual({ ...NOTHING_STAYS, otherTarget: 1, forOtherTargets: 1 });
    expect(objects.size).toBe(2);
  });

  test('sends only what was parked or given up at a time or later', async () => {
    const objects = fill({
      'parked/orders/1': parkedMessage({ parkedAt: '2026-11-20T08:59:59.999Z' }).body,
      'parked/orders/2': parkedMessage({ parkedAt: '2026-11-20T09:00:00.000Z' }).body,
      [batchKey('mapping-a', 1)]: givenUpBatch({ timestamp: '2026-11-20T08:59:59.999Z' }),
      [batchKey('mapping-a', 2)]: givenUpBatch({ timestamp: '2026-11-20T09:00:00.000Z' }),
    });
    const { result } = await redrive('--since', '2026-11-20T09:00:00Z');
    expect(result.staying).toEqual({ ...NOTHING_STAYS, older: 2 });
    expect([...objects.keys()]).toEqual(['parked/orders/1', batchKey('mapping-a', 1)]);
  });

  test('leaves what is not routed, and what it does not know', async () => {
    const gone = 'arn:aws:lambda:us-west-2:333333333333:function:gone';
    fill({
      'parked/orders/1': parkedMessage({ target: gone }).body,
      'parked/orders/2': parkedMessage({ route: 'payments' }).body,
      'parked/orders/3': 'from somebody else',
      [batchKey('mapping-a', 1)]: '{"version":"1.0"}',
    });
    const { code, result } = await redrive();
    expect([code, aws.messages(RETRY)]).toEqual([0, []]);
    expect(result.staying).toEqual({ ...NOTHING_STAYS, notRouted: 1, foreign: 3 });
    const { stdout } = await xacct('redrive', 'orders', '--from-bucket');
    expect(
      stdout,
    ).toBe(`0 objects of the failure bucket were sent to the retry queue, as 0 messages with 0 records
In the bucket ${BUCKET} stay:
  3 objects: neither parked records of this route nor a batch that was given up
  1 object: target or stream no longer routed
`);
  });

  test('keeps an object if one of its messages cannot be sent, and reports what has moved', async () => {
    const objects = fill({ [batchKey('mapping-a', 1)]: givenUpBatch() });
    aws.refuse('SendMessage', { type: 'AccessDeniedException', status: 403 });
    const { code, stderr, result } = await redrive();
    aws.refuse('SendMessage', undefined);
    expect([code, result.moved.objects, result.complete, objects.size]).toEqual([1, 0, false, 1]);
    expect(stderr).toContain(
      `Cannot send to queue ${RETRY} of account 111111111111: AccessDeniedException: no. See "What it takes"`,
    );
  });

  test('names an object that was sent but could not be deleted', async () => {
    fill({ [PARKED_KEY]: parkedMessage().body });
    aws.refuse('DeleteObject', { type: 'AccessDenied', status: 403 });
    const { code, stderr } = await redrive();
    aws.refuse('DeleteObject', undefined);
    expect([code, sent().length]).toEqual([1, 1]);
    expect(stderr).toContain(
      `Cannot delete object ${PARKED_KEY}, whose 1 message would be sent once more, from bucket ${BUCKET}: AccessDenied: no. See "What it takes" in docs/operating.md for the permissions`,
    );
  });

  test('reports a missing bucket, with a fix', async () => {
    aws.refuse('ListObjectsV2', { type: 'NoSuchBucket', status: 404 });
    const { code, stderr } = await redrive();
    aws.refuse('ListObjectsV2', undefined);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `Cannot list parked/orders/ in bucket ${BUCKET}: NoSuchBucket: no. Is the forwarder's stack deployed, and are the credentials those of its account?`,
    );
  });

  test('stops between two objects on SIGINT, with none in both places', async () => {
    const batches = [1, 2, 3, 4, 5, 6].map((number) => [batchKey('mapping-a', number), givenUpBatch()]);
    const objects = fill(Object.fromEntries(batches));
    const child = start('redrive', 'orders', '--from-bucket', '--rate', '2');
    await vi.waitFor(() => expect(aws.messages(RETRY).length).toBeGreaterThan(0), { timeout: 30_000 });
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
    expect(aws.messages(RETRY).length).toBe(2 * (6 - objects.size));
    expect(objects.size).toBeGreaterThan(0);
  });
});
