import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type PutRecord, type RoutedAws, readKeptRecords } from '@xacct/reconcile';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sampleEvents } from '../../src/demo/events.ts';
import { putEvents } from '../../src/demo/put-events.ts';
import { routesYaml } from '../xacct.ts';
import { leapingClock } from './leaping-clock.ts';
import { type Deployment, startDeployment } from './start-deployment.ts';

/** Takes records and writes down their event ids; throws on the one that it is told of, as long as the file says so. */
const READER = `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
const folder = new URL('.', import.meta.url).pathname;
export async function handler({ Records }) {
  const broken = existsSync(folder + 'broken') ? readFileSync(folder + 'broken', 'utf8') : '';
  if (broken === 'all' || Records.some(({ eventID }) => eventID === broken)) throw new TypeError('broken');
  appendFileSync(folder + 'taken', Records.map(({ eventID }) => eventID + '\\n').join(''));
}
`;

let deployment: Deployment;
let functions: string;
let aws: RoutedAws;
const clock = leapingClock();
const problems: string[] = [];
let lastCallAt = 0;

beforeAll(async () => {
  const text = routesYaml(`  - stream: orders
    batchWindowSeconds: 0
    retryForSeconds: 3600
    targets:
      - { account: analytics, function: reader, invocation: request-response }
      - { account: billing, function: ledger }
`);
  deployment = await startDeployment(text, {
    files: { 'reader.mjs': READER },
    clock,
    events: {
      onProblem: (message) => void problems.push(message),
      onCall: ({ action }) => {
        // The mapping reads the stream all the time.
        if (!action.startsWith('kinesis:')) lastCallAt = Date.now();
      },
      onLog: () => {
        lastCallAt = Date.now();
      },
    },
  });
  ({ aws, functions } = deployment);
});
afterAll(() => deployment?.stop());

async function put(count: number): Promise<PutRecord[]> {
  const stream = aws.routes.find(({ streamName }) => streamName === 'orders');
  if (stream === undefined) throw new Error('No route reads orders');
  const records: PutRecord[] = [];
  await putEvents(aws, stream, sampleEvents().slice(0, count), (some) => void records.push(...some));
  return records;
}

function taken(): string[] {
  const file = join(functions, 'taken');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

/** Resolves once nothing has happened for a second: nobody is at work on a message. */
function quiet(): Promise<void> {
  return vi.waitFor(() => expect(Date.now() - lastCallAt).toBeGreaterThan(1_000), { timeout: 60_000 });
}

/** Event ids in a queue: `retry` or `dead-letters`. */
async function idsIn(queue: string): Promise<string[]> {
  const found = aws.queues.find(({ name }) => name === `xacct-route-orders-${queue}`);
  if (found === undefined) throw new Error(`There is no queue ${queue}`);
  const { visible, inFlight, delayed } = found.depth();
  if (visible + inFlight + delayed === 0) return [];
  return (await aws.kept()).flatMap((text) => readKeptRecords(text)?.eventIds ?? []);
}

describe('parked records', () => {
  test('wait in the retry queue, and are delivered from there once the target works again', async () => {
    writeFileSync(join(functions, 'broken'), 'all');
    const records = await put(5);
    const ids = records.map(({ eventId }) => eventId).sort();
    await vi.waitFor(async () => expect((await idsIn('retry')).sort()).toEqual(ids), { timeout: 60_000 });

    await rm(join(functions, 'broken'));
    clock.leap(30);

    await vi.waitFor(() => expect(taken().sort()).toEqual(ids), { timeout: 60_000 });
    await vi.waitFor(async () => expect(await idsIn('retry')).toEqual([]));
    expect(problems).toEqual([]);
  });

  test('end in the dead-letter queue only if they are bad themselves', async () => {
    const before = taken();
    writeFileSync(join(functions, 'broken'), 'all');
    const records = await put(5);
    const ids = records.map(({ eventId }) => eventId);
    await vi.waitFor(async () => expect(await idsIn('retry')).toHaveLength(5), { timeout: 60_000 });
    const [bad = ''] = ids.slice(2);
    writeFileSync(join(functions, 'broken'), bad);

    for (let leaps = 0; (await idsIn('dead-letters')).length === 0; leaps++) {
      expect(leaps).toBeLessThan(30);
      await quiet();
      // The longest that a message stays away, and more than the breaker does.
      clock.leap(900);
      lastCallAt = Date.now();
    }

    expect(await idsIn('dead-letters')).toEqual([bad]);
    // A leap may end the visibility timeout of what is under way just then: that comes twice.
    const since = new Set(taken().slice(before.length));
    expect(since).toEqual(new Set(ids.filter((id) => id !== bad)));
    expect(await idsIn('retry')).toEqual([]);
  });
});
