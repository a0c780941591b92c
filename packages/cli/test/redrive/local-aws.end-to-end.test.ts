import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatProblem, parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import { type RoutedAws, startRoutedAws } from '@xacct/reconcile';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sampleEvents } from '../../src/demo/events.ts';
import { putEvents } from '../../src/demo/put-events.ts';
import { leapingClock } from '../local-aws/leaping-clock.ts';
import { routesYaml, write, xacct } from '../xacct.ts';

/** Fails while a file says so, and otherwise writes down the ids of the events that it gets. */
const TARGET = `import { appendFileSync, existsSync } from 'node:fs';
const folder = new URL('.', import.meta.url).pathname;
export async function handler({ Records }, { functionName }) {
  if (existsSync(folder + 'broken')) throw new TypeError('broken');
  appendFileSync(folder + functionName + '.taken', Records.map(({ eventID }) => eventID + '\\n').join(''));
}
`;
const ROUTES = routesYaml(`  - stream: orders
    invocation: request-response
    batchWindowSeconds: 0
    retryForSeconds: 3600
    targets:
      - { account: analytics, function: reader }
      - { account: billing, function: ledger }
`);

let folder: string;
let functions: string;
let aws: RoutedAws;
let asOperator: typeof xacct;
let ids: string[];
const clock = leapingClock();
let lastCallAt = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-redrive-'));
  functions = join(folder, 'functions');
  await mkdir(functions);
  for (const name of ['reader', 'ledger']) {
    writeFileSync(join(functions, `${name}.mjs`), TARGET);
    writeFileSync(join(functions, `${name}.taken`), '');
  }
  writeFileSync(join(functions, 'broken'), '');
  write('routes.yaml', ROUTES);
  const { routes, problems } = parseRoutes(ROUTES);
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  await synthesize(routes, join(folder, 'cdk.out'));
  const called = () => {
    lastCallAt = Date.now();
  };
  aws = await startRoutedAws({
    assembly: join(folder, 'cdk.out'),
    deliveries: join(folder, 'deliveries'),
    functions,
    shards: 1,
    clock,
    events: {
      onLog: called,
      // The mapping reads the stream all the time.
      onCall: ({ action }) => (action.startsWith('kinesis:') ? undefined : called()),
    },
  });
  const { accessKeyId = '', secretAccessKey = '' } = aws.credentials['111111111111'] ?? {};
  const credentials = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  asOperator = Object.assign(xacct.with({ ...process.env, AWS_ENDPOINT_URL: aws.endpoint, ...credentials }), {
    with: xacct.with,
  });

  const stream = aws.routes.find(({ streamName }) => streamName === 'orders');
  if (stream === undefined) throw new Error('No route reads orders');
  await putEvents(aws, stream, sampleEvents().slice(0, 3), (records) => {
    ids = records.map(({ eventId }) => eventId).sort();
  });
  await vi.waitFor(() => expect(depthOf('retry')).toBeGreaterThan(0), { timeout: 60_000 });
  await leapUntil(() => depthOf('retry') === 0);
  await rm(join(functions, 'broken'));
}, 240_000);
afterAll(async () => {
  await aws?.stop();
  await rm(folder, { recursive: true });
});

/** Messages of a queue of the route, `retry` or `dead-letters`, whatever their state. */
function depthOf(queue: string): number {
  const found = aws.queues.find(({ name }) => name === `xacct-route-orders-${queue}`);
  const { visible, inFlight, delayed } = found?.depth() ?? { visible: 0, inFlight: 0, delayed: 0 };
  return visible + inFlight + delayed;
}

/** Resolves once nothing has happened for a second: nobody is at work on a message. */
function quiet(): Promise<void> {
  return vi.waitFor(() => expect(Date.now() - lastCallAt).toBeGreaterThan(1_000), { timeout: 60_000 });
}

/** Lets time pass, whenever nobody is at work, until it is so. */
async function leapUntil(isSo: () => boolean): Promise<void> {
  for (let leaps = 0; ; leaps++) {
    await quiet();
    if (isSo()) return;
    expect(leaps).toBeLessThan(40);
    // The longest that a message stays away, and more than the breaker does.
    clock.leap(900);
    lastCallAt = Date.now();
  }
}

function takenBy(target: string): string[] {
  return readFileSync(join(functions, `${target}.taken`), 'utf8')
    .split('\n')
    .filter(Boolean)
    .sort();
}

async function redrive(...args: string[]) {
  const { code, stdout, stderr } = await asOperator('redrive', 'orders', '--json', '--rate', '100', ...args);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout);
}

describe('dead letters of a route in the local AWS', () => {
  test('are shown by target and reason, and stay', async () => {
    const before = depthOf('dead-letters');
    const { code, stdout } = await asOperator('parked', 'orders', '--json');
    const { retryQueue, deadLetterQueue } = JSON.parse(stdout);
    expect([code, retryQueue.counts]).toEqual([0, { visible: 0, inFlight: 0, delayed: 0 }]);
    expect(deadLetterQueue.counts).toEqual({ visible: before, inFlight: 0, delayed: 0 });
    expect(deadLetterQueue.read.groups).toEqual(
      expect.arrayContaining(
        ['999999999999:function:reader', '222222222222:function:ledger'].map((name) =>
          expect.objectContaining({
            target: `arn:aws:lambda:us-west-2:${name}`,
            failure: 'function-error',
            records: 3,
          }),
        ),
      ),
    );
    expect(deadLetterQueue.read.groups).toHaveLength(2);

    const again = await asOperator('parked', 'orders');
    expect(again.stdout).toContain('999999999999/reader  function-error');
    expect(depthOf('dead-letters')).toBe(before);
  });

  test('stay with --dry-run, and where none is late enough', async () => {
    const before = depthOf('dead-letters');
    expect((await redrive('--dry-run')).moved).toMatchObject({ messages: before, records: 6 });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect(await redrive('--since', tomorrow)).toMatchObject({
      moved: { messages: 0 },
      staying: { older: before },
    });
    expect([depthOf('dead-letters'), depthOf('retry')]).toEqual([before, 0]);
  });

  test('go only to the chosen target, then to the other, each once', async () => {
    expect((await redrive('--target', 'analytics/reader', '--since', '1d')).moved.records).toBe(3);
    await leapUntil(() => depthOf('retry') === 0);
    expect(takenBy('reader')).toEqual(ids);
    expect(takenBy('ledger')).toEqual([]);

    // What moves once does not move again.
    expect((await redrive('--target', 'analytics/reader')).moved.messages).toBe(0);
    expect((await redrive()).moved.records).toBe(3);
    await leapUntil(() => depthOf('retry') === 0);
    expect(takenBy('ledger')).toEqual(ids);

    expect(await redrive()).toMatchObject({ moved: { messages: 0 }, complete: true });
    await quiet();
    expect([takenBy('reader'), takenBy('ledger')]).toEqual([ids, ids]);
    expect([depthOf('dead-letters'), depthOf('retry')]).toEqual([0, 0]);
  });
});
