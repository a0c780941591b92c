import { once } from 'node:events';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RouteStatus, Status } from '../../src/monitor/status.ts';
import { type Deployment, startDeployment } from '../local-aws/start-deployment.ts';
import { routesYaml, start, write } from '../xacct.ts';

const FUNCTION = `export async function handler(event, { functionName }) {
  if (functionName === 'broken') throw new TypeError('broken it is');
}
`;
const TEXT = `${routesYaml(`  - stream: stream-10
    targets: [{ account: analytics, function: reader }]
  - stream: stream-2
    targets: [{ account: analytics, function: reader }]
  - stream: together
    forwarder: together
    targets: [{ account: analytics, function: reader }]
  - stream: orders
    invocation: request-response
    targets:
      - { account: analytics, function: reader }
      - { account: analytics, function: broken }
      - { account: analytics, function: picky, filter: { data: { type: [other] } } }
      - { account: billing, function: sleeper, paused: true }
`)}forwarders: { together: { metrics: route } }
`;
const WAIT = { timeout: 150_000, interval: 500 };
const RECORDS = 3;

let deployment: Deployment;

beforeAll(async () => {
  write('routes.yaml', TEXT);
  const names = ['reader', 'broken', 'picky', 'sleeper'];
  const files = Object.fromEntries(names.map((name) => [`${name}.mjs`, FUNCTION]));
  deployment = await startDeployment(TEXT, { files });
  await put('orders');
  await put('together');
}, 120_000);
afterAll(() => deployment?.stop());

const status = (...args: string[]) => deployment.asOperator('status', ...args);

async function put(StreamName: string): Promise<void> {
  const kinesis = new KinesisClient({
    ...deployment.aws.clientOf('111111111111'),
    requestHandler: new NodeHttpHandler(),
  });
  const Data = Buffer.from('{"type":"order"}');
  for (let record = 0; record < RECORDS; record += 1)
    await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: String(record), Data }));
  kinesis.destroy();
}

async function read(...args: string[]): Promise<Status> {
  const { code, stdout, stderr } = await status('--json', ...args);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const byName = ({ routes }: Status, name: string) => routes.find(({ route }) => route === name);
const targetOf = (route: RouteStatus | undefined, name: string) =>
  route?.targets.find(({ target }) => target.endsWith(`:${name}`));

describe('xacct status, with the local AWS', () => {
  test('counts what became of records, and what waits, for how long and why', async () => {
    await vi.waitFor(async () => {
      const orders = byName(await read(), 'orders');
      expect(orders).toMatchObject({
        incoming: RECORDS,
        states: ['waiting', 'failing', 'paused'],
        waiting: { messages: expect.any(Number), oldestSeconds: expect.any(Number) },
        dead: { messages: 0, oldestSeconds: null },
        readDelay: expect.any(Number),
        alarms: [],
      });
      expect(targetOf(orders, 'reader')).toMatchObject({
        states: ['ok'],
        figures: { delivered: RECORDS, failed: 0, parked: 0, p50: expect.any(Number) },
        lastFailure: null,
      });
      expect(targetOf(orders, 'picky')).toMatchObject({ states: ['ok'], figures: { filtered: RECORDS } });
      expect(targetOf(orders, 'sleeper')).toMatchObject({ states: ['paused'], figures: { paused: RECORDS } });
      const broken = targetOf(orders, 'broken');
      expect(broken).toMatchObject({
        states: ['failing'],
        figures: { delivered: 0 },
        lastFailure: { class: 'function-error', reason: expect.stringContaining('TypeError') },
      });
      expect(broken?.figures?.parked).toBeGreaterThanOrEqual(RECORDS);
      expect(broken?.figures?.calls).toBeGreaterThan(0);
      // The worst of a route come first.
      expect(orders?.targets[0]).toEqual(broken);
    }, WAIT);
  }, 200_000);

  test('puts the broken route first, and the others in the natural order of their names', async () => {
    const { routes } = await read();
    expect(routes.map(({ route }) => route)).toEqual(['orders', 'stream-2', 'stream-10', 'together']);
    expect(byName(await read('stream-2'), 'stream-2')).toMatchObject({ states: ['quiet'], incoming: 0 });
  });

  test('says that a forwarder does not count by target', async () => {
    await vi.waitFor(async () => {
      const together = byName(await read('together'), 'together');
      expect(together).toMatchObject({ states: ['ok'], figures: { delivered: RECORDS } });
      expect(together?.targets).toMatchObject([{ figures: null, states: ['uncounted'] }]);
    }, WAIT);
    const { stdout } = await status('together');
    expect(stdout).toContain('no figures by target: forwarder together has "metrics: route"');
  }, 200_000);

  test('shows the broken target and its reason in the first five lines', async () => {
    const { stdout } = await status();
    const lines = stdout.split('\n');
    expect(lines[1]).toMatch(/^ +state +in +delivered +filtered +paused +waiting +dead +calls/);
    expect(lines[2]).toMatch(/^orders → \d targets +waiting failing paused /);
    expect(lines[3]).toMatch(/^ {2}analytics\/broken \(999999999999\) +failing /);
    expect(lines[4]).toMatch(/^ {4}\S+Z {2}function-error: .*TypeError/);
    expect(stdout).toMatch(/^4 routes, 7 targets; 1 with trouble; /m);
  });

  test('reads it again until it is stopped', async () => {
    const child = start.with(deployment.operator)('status', '--watch', '--json');
    const ended = once(child, 'close');
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(JSON.parse(line).routes).toHaveLength(4);
  }, 30_000);

  test.each([
    ['a route that is not there', ['nowhere'], 'has no route "nowhere"'],
    ['a time that is too long ago', ['--since', '16d'], '--since: expected 1m to 15d ago'],
    ['a time that is none', ['--since', 'then'], 'got "then"'],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, stderr } = await status(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
