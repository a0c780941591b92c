import { once } from 'node:events';
import { encodeParkedReference } from '@xacct/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { LEDGER, parkedMessage, READER } from '../queues/parked-messages.ts';
import { type QueueServer, type SentMessage, startQueues } from '../queues/queue-server.ts';
import { routesYaml, start, write, xacct, xacctProcess } from '../xacct.ts';

const RETRY = 'xacct-route-orders-retry';
const DEAD = 'xacct-route-orders-dead-letters';
const PARKED_AT = '2026-11-20T10:00:00.000Z';
const GONE = 'arn:aws:lambda:us-west-2:333333333333:function:gone';

let sqs: QueueServer;

beforeAll(async () => {
  sqs = await startQueues();
  write(
    'routes.yaml',
    routesYaml(`  - stream: orders
    targets:
      - { account: analytics, function: reader }
      - { account: billing, function: "ledger:live" }
`),
  );
});
afterAll(() => sqs.close());

beforeEach(() => {
  sqs.fill(RETRY, []);
  sqs.fill(DEAD, []);
  sqs.calls.length = 0;
});

const sentTo = (queue: string): SentMessage[] =>
  sqs.messages(queue).map(({ body, groupId }) => ({ body, ...(groupId !== undefined && { groupId }) }));

/** A message with a fresh budget, and all else as it was. */
function fresh({ body, groupId }: SentMessage) {
  const { dueAt: _, ...facts } = JSON.parse(body);
  const hops = facts.hops === undefined ? {} : { hops: 0 };
  return { ...facts, ...hops, xacct: 'parked/2', attempts: 0, parkedAt: expect.any(String), groupId };
}

const parsed = (queue: string) =>
  sentTo(queue).map(({ body, groupId }) => ({ ...JSON.parse(body), groupId }));

/** Runs it fast, and reads what it prints. */
async function redrive(...args: string[]) {
  const { code, stdout, stderr } = await xacct('redrive', 'orders', '--rate', '100', '--json', ...args);
  return { code, stderr, result: stdout === '' ? undefined : JSON.parse(stdout) };
}

describe('xacct redrive', () => {
  test('moves dead letters with a fresh budget and their message group, and nothing twice', async () => {
    const letters = Array.from({ length: 12 }, (_, index) => {
      return parkedMessage({
        firstSequenceNumber: String(index),
        target: index % 2 ? READER : LEDGER,
        attempts: index,
        ...(index % 3 === 0 && { hops: index, dueAt: '2026-11-21T10:00:00.000Z' }),
      });
    });
    sqs.fill(DEAD, letters);
    const { code, result } = await redrive();
    expect(code).toBe(0);
    expect(result).toEqual({
      route: 'orders',
      dryRun: false,
      moved: {
        messages: 12,
        records: 24,
        groups: [
          expect.objectContaining({ messages: 6, mostAttempts: 10 }),
          expect.objectContaining({ messages: 6, mostAttempts: 11 }),
        ],
      },
      staying: { foreign: 0, notRouted: 0, otherTarget: 0, older: 0 },
      complete: true,
    });
    expect(parsed(RETRY)).toEqual(letters.map(fresh));
    for (const { parkedAt } of parsed(RETRY))
      expect(Date.parse(parkedAt)).toBeGreaterThan(Date.parse(PARKED_AT));
    expect(sqs.messages(DEAD)).toEqual([]);

    expect((await redrive()).result.moved.messages).toBe(0);
    expect(sqs.messages(RETRY)).toHaveLength(12);
  });

  test('sends each message before it deletes it, one at a time', async () => {
    sqs.fill(DEAD, [parkedMessage(), parkedMessage()]);
    await redrive();
    expect(sqs.calls).toEqual([
      'ReceiveMessage',
      'SendMessage',
      'DeleteMessage',
      'SendMessage',
      'DeleteMessage',
      'ReceiveMessage',
    ]);
  });

  test('moves nothing in a dry run, and reports what would move', async () => {
    sqs.fill(DEAD, [parkedMessage()]);
    const { code, stdout, stderr } = await xacctProcess('redrive', 'orders', '--dry-run');
    expect([code, stderr]).toEqual([0, '1 dead letter looked at\n']);
    expect(stdout).toMatch(
      /^1 dead letter would move to the retry queue, with 2 records\n {2}999999999999\/reader {2}denied /,
    );
    expect(sqs.messages(RETRY)).toEqual([]);
    expect(sqs.messages(DEAD)).toMatchObject([{ receives: 1 }]);
    expect(sqs.calls).not.toContain('SendMessage');
  });

  test.each([READER, '999999999999/reader', 'analytics/reader', 'everyone/reader'])(
    'moves only those of target %s',
    async (target) => {
      const [mine, other] = [parkedMessage(), parkedMessage({ target: LEDGER })];
      sqs.fill(DEAD, [other, mine]);
      const { result } = await redrive('--target', target);
      expect(result.staying).toEqual({ foreign: 0, notRouted: 0, otherTarget: 1, older: 0 });
      expect([parsed(RETRY), sentTo(DEAD)]).toEqual([[fresh(mine)], [other]]);
    },
  );

  test('moves only those parked at a time or later', async () => {
    const [early, exact] = [
      parkedMessage({ parkedAt: '2026-11-20T09:59:59.999Z' }),
      parkedMessage({ parkedAt: '2026-11-20T10:00:00.000Z' }),
    ];
    sqs.fill(DEAD, [early, exact]);
    const { result } = await redrive('--since', '2026-11-20T10:00:00Z');
    expect(result.staying.older).toBe(1);
    expect([parsed(RETRY), sentTo(DEAD)]).toEqual([[fresh(exact)], [early]]);
  });

  test('accepts a time ago', async () => {
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    const [early, late] = [parkedMessage({ parkedAt: ago(3) }), parkedMessage({ parkedAt: ago(1) })];
    sqs.fill(DEAD, [early, late]);
    await redrive('--since', '2h');
    expect([parsed(RETRY), sentTo(DEAD)]).toEqual([[fresh(late)], [early]]);
  });

  test('leaves what is not routed, of another route or of somebody else where it is, and hands it back', async () => {
    const staying = [
      parkedMessage({ target: GONE, failure: 'not-routed' }),
      parkedMessage({ streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/renamed' }),
      parkedMessage({ route: 'payments' }),
      { body: '{"from":"somebody else"}' },
    ];
    sqs.fill(DEAD, staying);
    const { code, result } = await redrive();
    expect(code).toBe(0);
    expect(result.staying).toEqual({ foreign: 2, notRouted: 2, otherTarget: 0, older: 0 });
    expect(sentTo(DEAD)).toEqual(staying);
    for (const { hiddenUntil } of sqs.messages(DEAD)) expect(hiddenUntil).toBeLessThanOrEqual(Date.now());
  });

  test('moves what was not routed once its target is routed again', async () => {
    const letter = parkedMessage({ failure: 'not-routed' });
    sqs.fill(DEAD, [letter]);
    await redrive();
    expect(parsed(RETRY)).toEqual([fresh(letter)]);
  });

  test('moves a dead letter that refers to an object of the failure bucket, and leaves the object', async () => {
    const { Records: _, count, xacct: __, ...facts } = JSON.parse(parkedMessage().body);
    const body = encodeParkedReference(facts, count, 'waiting/orders/a.json');
    sqs.fill(DEAD, [{ body, groupId: READER }]);
    const { result } = await redrive();
    expect(result.moved).toMatchObject({ messages: 1, records: 2, groups: [{ references: 1 }] });
    expect(parsed(RETRY)).toEqual([fresh({ body, groupId: READER })]);
    expect(parsed(RETRY)[0].object).toBe('waiting/orders/a.json');
    expect(sqs.calls).not.toContain('GetObject');
  });

  test('reports that they start from zero, with the attempts from before', async () => {
    sqs.fill(DEAD, [parkedMessage({ attempts: 7 })]);
    const { stdout } = await xacct('redrive', 'orders');
    expect(stdout).toMatch(/, the function called 7 times, the oldest parked /);
    expect(stdout).toMatch(/\nThey start from zero: no attempts so far, and 1 d for retries\.\n$/);
  });

  test('reports why messages stay', async () => {
    sqs.fill(DEAD, [parkedMessage({ target: GONE }), { body: 'x' }]);
    const { stdout } = await xacct('redrive', 'orders');
    expect(stdout).toBe(`0 dead letters moved to the retry queue, with 0 records
In the dead-letter queue stay:
  1 message: no parked records of this route
  1 message: target or stream no longer routed
`);
  });

  test('keeps a message that cannot be sent, and reports what has moved', async () => {
    sqs.fill(DEAD, [parkedMessage()]);
    sqs.refuse('SendMessage', { type: 'AccessDeniedException', status: 403 });
    const { code, stderr, result } = await redrive();
    sqs.refuse('SendMessage', undefined);
    expect([code, result.moved.messages, sqs.messages(DEAD).length]).toEqual([1, 0, 1]);
    expect(stderr).toContain(
      `Cannot send to queue ${RETRY} of account 111111111111: AccessDeniedException: no. See "What it takes"`,
    );
  });

  test('names a message that was sent but could not be deleted', async () => {
    sqs.fill(DEAD, [parkedMessage(), parkedMessage()]);
    sqs.refuse('DeleteMessage', { type: 'AccessDeniedException', status: 403 });
    const { code, stderr } = await redrive();
    sqs.refuse('DeleteMessage', undefined);
    expect([code, sqs.messages(RETRY).length]).toEqual([1, 1]);
    expect(stderr).toContain(`Cannot delete message ${sqs.messages(DEAD)[0]?.id}, which has been sent`);
  });

  test('stops between two messages on SIGINT, with none in both queues', async () => {
    sqs.fill(
      DEAD,
      Array.from({ length: 10 }, () => parkedMessage()),
    );
    const child = start('redrive', 'orders', '--rate', '1');
    await vi.waitFor(() => expect(sqs.messages(RETRY).length).toBeGreaterThan(0), { timeout: 30_000 });
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
    expect(sqs.messages(RETRY).length + sqs.messages(DEAD).length).toBe(10);
    for (const { hiddenUntil } of sqs.messages(DEAD)) expect(hiddenUntil).toBeLessThanOrEqual(Date.now());
  });

  test.each([
    [
      'a target that the route has not',
      ['--target', '999999999999/raeder'],
      'Route "orders" has no target "999999999999/raeder", expected an ARN or one of 999999999999/reader, 222222222222/ledger:live',
    ],
    [
      'a time that is none',
      ['--since', 'yesterday'],
      'Expected a time such as 2026-11-22T08:00:00Z, or how long ago, such as 90m, 12h or 3d, got "yesterday".',
    ],
    ['a rate out of range', ['--rate', '0'], 'Expected a whole number, 1 to 100, got "0".'],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await xacct('redrive', 'orders', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(sqs.calls).toEqual([]);
  });

  test('sends what is not routed any more to the target that is named, and leaves all else', async () => {
    const letters = [
      parkedMessage({ target: GONE }),
      parkedMessage(),
      parkedMessage({ target: `${GONE}-too` }),
    ];
    sqs.fill(DEAD, letters);
    const { code, result } = await redrive('--to', 'analytics/reader', '--target', '333333333333/gone');
    expect([code, result.moved.messages, result.staying.otherTarget]).toEqual([0, 1, 2]);
    expect(parsed(RETRY)).toEqual([{ ...fresh(letters[0] as SentMessage), target: READER, groupId: READER }]);
    expect((await redrive('--to', READER)).result.moved.messages).toBe(1);
  });

  test('requires one routed target for --to', async () => {
    expect(await redrive('--to', '333333333333/gone')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Route "orders" has no target "333333333333/gone"'),
    });
    expect((await redrive('--to', READER, '--from-bucket')).code).toBe(2);
  });

  test('brings over what a route of another name has left behind in both of its queues', async () => {
    const left = ['retry', 'dead-letters'].map((queue) => `xacct-route-sales-${queue}`);
    const letters = [parkedMessage({ route: 'sales' }), parkedMessage({ route: 'sales', target: LEDGER })];
    for (const [index, queue] of left.entries()) sqs.fill(queue, letters.slice(index, index + 1));
    const { code, result } = await redrive('--from-route', 'sales');
    expect([code, result.moved.messages, result.complete]).toEqual([0, 2, true]);
    expect(parsed(RETRY)).toEqual(letters.map((letter) => ({ ...fresh(letter), route: 'orders' })));
    for (const queue of left) expect(sqs.messages(queue)).toEqual([]);

    const { code: refused, stderr } = await redrive('--from-route', 'orders');
    expect([refused, stderr]).toEqual([
      2,
      'routes.yaml has route "orders", which sends its parked records itself\n',
    ]);
  });
});
