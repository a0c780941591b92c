import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sampleEvents } from '../../src/demo/events.ts';
import { putEvents } from '../../src/demo/put-events.ts';
import { leapingClock } from '../local-aws/leaping-clock.ts';
import { type Deployment, startDeployment } from '../local-aws/start-deployment.ts';
import { routesYaml, write } from '../xacct.ts';

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

let deployment: Deployment;
let ids: string[];
const clock = leapingClock();
let lastCallAt = 0;

beforeAll(async () => {
  write('routes.yaml', ROUTES);
  const called = () => {
    lastCallAt = Date.now();
  };
  const files = { 'reader.mjs': TARGET, 'ledger.mjs': TARGET, 'reader.taken': '', 'ledger.taken': '' };
  deployment = await startDeployment(ROUTES, {
    files: { ...files, broken: '' },
    clock,
    events: {
      onLog: called,
      // The mapping reads the stream all the time.
      onCall: ({ action }) => (action.startsWith('kinesis:') ? undefined : called()),
    },
  });

  const { aws } = deployment;
  const stream = aws.routes.find(({ streamName }) => streamName === 'orders');
  if (stream === undefined) throw new Error('No route reads orders');
  await putEvents(aws, stream, sampleEvents().slice(0, 3), (records) => {
    ids = records.map(({ eventId }) => eventId).sort();
  });
  await vi.waitFor(() => expect(depthOf('retry')).toBeGreaterThan(0), { timeout: 60_000 });
  await leapUntil(() => depthOf('retry') === 0);
  await rm(join(deployment.functions, 'broken'));
}, 240_000);
afterAll(() => deployment?.stop());

/** Messages of a queue of the route, `retry` or `dead-letters`, whatever their state. */
function depthOf(queue: string): number {
  const found = deployment.aws.queues.find(({ name }) => name === `xacct-route-orders-${queue}`);
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
  return readFileSync(join(deployment.functions, `${target}.taken`), 'utf8')
    .split('\n')
    .filter(Boolean)
    .sort();
}

async function redrive(...args: string[]) {
  const { code, stdout, stderr } = await deployment.asOperator(
    'redrive',
    'orders',
    '--json',
    '--rate',
    '100',
    ...args,
  );
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout);
}

describe('dead letters of a route in the local AWS', () => {
  test('are shown by target and reason, and stay', async () => {
    const before = depthOf('dead-letters');
    const { code, stdout } = await deployment.asOperator('parked', 'orders', '--json');
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

    const again = await deployment.asOperator('parked', 'orders');
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
