import { encodeParkedReference } from '@xacct/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BUCKET, batchKey, givenUpBatch } from '../bucket/given-up-batches.ts';
import { parkedMessage, READER } from '../queues/parked-messages.ts';
import { type QueueServer, startQueues } from '../queues/queue-server.ts';
import { routesYaml, write, xacct, xacctProcess } from '../xacct.ts';

const RETRY = 'xacct-route-orders-retry';
const DEAD = 'xacct-route-orders-dead-letters';

let sqs: QueueServer;

beforeAll(async () => {
  sqs = await startQueues();
  write('routes.yaml', routesYaml());
});
afterAll(() => sqs.close());

beforeEach(() => {
  sqs.fill(RETRY, []);
  sqs.fill(DEAD, []);
  sqs.calls.length = 0;
});

describe('xacct parked', () => {
  test('groups dead letters by target and reason, the largest group first', async () => {
    sqs.fill(DEAD, [
      parkedMessage({ failure: 'throttled', reason: 'TooManyRequestsException: slow down' }),
      parkedMessage({ parkedAt: '2026-11-20T10:00:00.000Z', attempts: 4 }, 5),
      parkedMessage({ parkedAt: '2026-11-19T10:00:00.000Z' }, 1),
      { body: 'from somebody else' },
    ]);
    const { code, stdout, stderr } = await xacctProcess('parked', 'orders', '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      route: 'orders',
      retryQueue: { queue: RETRY, counts: { visible: 0, inFlight: 0, delayed: 0 } },
      deadLetterQueue: {
        queue: DEAD,
        counts: { visible: 4, inFlight: 0, delayed: 0 },
        read: {
          messages: 4,
          complete: true,
          groups: [
            {
              target: READER,
              failure: 'denied',
              reason: 'AccessDeniedException: not authorized to perform: lambda:InvokeFunction',
              messages: 2,
              records: 6,
              references: 0,
              mostAttempts: 4,
              oldestParkedAt: '2026-11-19T10:00:00.000Z',
              example: {
                shardId: 'shardId-000000000001',
                sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
              },
            },
            expect.objectContaining({ failure: 'throttled', messages: 1, records: 2 }),
          ],
          foreign: 1,
        },
      },
    });
  });

  test('prints the counts of both queues, then each group with an example', async () => {
    sqs.fill(RETRY, [parkedMessage(), parkedMessage()]);
    sqs.fill(DEAD, [parkedMessage({ parkedAt: new Date(Date.now() - 3 * 86_400_000).toISOString() })]);
    const { code, stdout } = await xacct('parked', 'orders');
    expect(code).toBe(0);
    expect(stdout).toBe(`queue                            visible  in flight  delayed
───────────────────────────────  ───────  ─────────  ───────
xacct-route-orders-retry               2          0        0
xacct-route-orders-dead-letters        1          0        0

Dead letters: 1 message, 2 records
  999999999999/reader  denied  1 message, 2 records, the function called 1 time, the oldest parked 3 d ago
    AccessDeniedException: not authorized to perform: lambda:InvokeFunction
    for example shardId-000000000001 49590338271490256608559692538361571095921575989136588898
`);
  });

  test('receives nothing from the retry queue, and hands every dead letter back', async () => {
    sqs.fill(RETRY, [parkedMessage()]);
    sqs.fill(
      DEAD,
      Array.from({ length: 25 }, () => parkedMessage()),
    );
    await xacct('parked', 'orders');
    expect(sqs.messages(RETRY).map(({ receives }) => receives)).toEqual([0]);
    expect(sqs.messages(DEAD)).toHaveLength(25);
    for (const { receives, hiddenUntil } of sqs.messages(DEAD)) {
      expect(receives).toBe(1);
      expect(hiddenUntil).toBeLessThanOrEqual(Date.now());
    }
  });

  test('reads messages of the retry queue when it is asked to', async () => {
    sqs.fill(RETRY, [parkedMessage(), parkedMessage(), parkedMessage()]);
    const { stdout } = await xacct('parked', 'orders', '--sample', '2');
    expect(stdout).toContain('Retry queue: a sample of 2 messages, 4 records, out of about 3 messages\n');
    expect(sqs.messages(RETRY).map(({ receives }) => receives)).toEqual([1, 1, 0]);
  });

  test('shows of waiting messages when the next is due, and which refer to an object', async () => {
    const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    const { Records: _, xacct: __, ...facts } = JSON.parse(parkedMessage({ attempts: 0 }).body);
    sqs.fill(RETRY, [
      parkedMessage({ attempts: 0, dueAt: inMinutes(90.5) }),
      { body: encodeParkedReference({ ...facts, dueAt: inMinutes(30.5) }, 7, 'waiting/orders/a.json') },
    ]);
    const { stdout } = await xacct('parked', 'orders', '--sample', '10');
    expect(stdout).toMatch(
      / {2}denied {2}2 messages \(1 by an object of the failure bucket\), 9 records, the function not called yet, the oldest parked \d+ \w+ ago, the next due in 30 min\n/,
    );
    sqs.fill(RETRY, [parkedMessage({ dueAt: inMinutes(-1) })]);
    expect((await xacct('parked', 'orders', '--sample', '10')).stdout).toContain(', the next due now\n');
  });

  test('counts what the failure bucket holds for the route when it is asked to', async () => {
    sqs.fillBucket(BUCKET, {
      'parked/orders/arn/a.json': '{}',
      'parked/orders/arn/b.json': '{}',
      'parked/orders/arn/c.json': '{}',
      'parked/orders2/arn/a.json': '{}',
      'waiting/orders/a.json': '{}',
      [batchKey('mapping-a', 1)]: 'not what Lambda writes',
      [batchKey('mapping-a', 2)]: givenUpBatch(),
      [batchKey('mapping-a', 3)]: givenUpBatch(),
      [batchKey('mapping-b', 1)]: givenUpBatch({ stream: 'payments' }),
      [batchKey('mapping-b', 2)]: givenUpBatch({ stream: 'payments' }),
    });
    const { failureBucket } = JSON.parse((await xacct('parked', 'orders', '--bucket', '--json')).stdout);
    expect(failureBucket).toEqual({ bucket: BUCKET, parked: 3, givenUp: 2 });
    expect(sqs.calls.filter((call) => call === 'GetObject')).toHaveLength(3);

    const { stdout } = await xacct('parked', 'orders', '--bucket');
    expect(stdout).toContain(
      `\nFailure bucket ${BUCKET}: 3 objects with parked records, 2 batches that were given up\n`,
    );
  });

  test('counts what is kept for paused targets, also without --bucket where the file has one', async () => {
    const hourAgo = new Date(Date.now() - 3_600_500).toISOString();
    const key = (number: number) =>
      `waiting/paused/orders/${READER}/${hourAgo}-shardId-000000000000:${number}-40-0123456789abcdef.json`;
    sqs.fillBucket(BUCKET, {
      [key(1)]: '{}',
      [key(2)]: '{}',
      [key(3).replace('orders', 'payments')]: '{}',
      'waiting/paused/orders/x/odd': '{}',
    });
    write('routes.yaml', routesYaml().replace('reader', 'reader\n        paused: true'));
    const { stdout } = await xacct('parked', 'orders');
    expect(stdout).toContain(`
Kept for paused targets:
  999999999999/reader  paused  80 records in 2 objects, the oldest arrived 1 h ago
`);
    expect(stdout).not.toContain('Failure bucket');
    write('routes.yaml', routesYaml());
    const { paused } = JSON.parse((await xacct('parked', 'orders', '--bucket', '--json')).stdout);
    expect(paused).toEqual([{ target: READER, objects: 2, records: 80, oldestArrivedAt: hourAgo }]);
  });

  test('asks nothing of S3 otherwise', async () => {
    const { stdout } = await xacct('parked', 'orders', '--json');
    expect(JSON.parse(stdout)).not.toHaveProperty('failureBucket');
    expect(sqs.calls).not.toContain('ListObjectsV2');
  });

  test('reports that it read only a sample', async () => {
    sqs.fill(
      DEAD,
      Array.from({ length: 25 }, () => parkedMessage()),
    );
    const { stdout } = await xacct('parked', 'orders', '--limit', '12');
    expect(stdout).toContain('Dead letters: a sample of 12 messages, 24 records, out of about 25 messages\n');
    const { deadLetterQueue } = JSON.parse(
      (await xacct('parked', 'orders', '--limit', '12', '--json')).stdout,
    );
    expect(deadLetterQueue.read).toMatchObject({ messages: 12, complete: false });
  });

  test('leaves no control character of a reason on the terminal', async () => {
    sqs.fill(DEAD, [parkedMessage({ reason: 'Error: \u001b[2Jgone\r\nsecond line\u0007' })]);
    const { stdout } = await xacct('parked', 'orders');
    expect(stdout).toContain('\n    Error: gone second line\n');
  });

  test('lists the routes of the file for an unknown route', async () => {
    expect(await xacct('parked', 'order')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'routes.yaml has no route "order", expected one of orders, payments\n',
    });
  });

  test('reports which queue cannot be reached, with a fix', async () => {
    sqs.refuse('GetQueueAttributes', { type: 'com.amazonaws.sqs#QueueDoesNotExist', status: 400 });
    const { code, stdout, stderr } = await xacct('parked', 'orders');
    sqs.refuse('GetQueueAttributes', undefined);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `Cannot look into queue ${RETRY} of account 111111111111: QueueDoesNotExist: no. Is the route's stack deployed, and are the credentials those of its account?\n`,
    );
  });

  test('reports missing credentials', async () => {
    const { AWS_ACCESS_KEY_ID: _, ...env } = process.env;
    const { code, stderr } = await xacct.with({
      ...env,
      AWS_EC2_METADATA_DISABLED: 'true',
      HOME: '/nonexistent',
    })('parked', 'orders');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot look into queue xacct-route-orders-retry of account 111111111111: /);
    expect(stderr).toContain('Give credentials of account 111111111111, as for the AWS CLI, or --profile');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
