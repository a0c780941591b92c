import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { formatProblem, parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import { type RoutedAws, startRoutedAws } from '@xacct/reconcile';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type LeapingClock, leapingClock } from '../local-aws/leaping-clock.ts';
import { routesYaml, write, xacct } from '../xacct.ts';

const TARGET = `import { appendFileSync } from 'node:fs';
const folder = new URL('.', import.meta.url).pathname;
export async function handler({ Records }, { functionName }) {
  if (functionName.startsWith('broken')) throw new TypeError('broken it is');
  appendFileSync(folder + functionName + '.taken', Records.map(({ eventID }) => eventID + '\\n').join(''));
}
`;
const text = (isEnabled: boolean) =>
  routesYaml(`  - stream: orders
    invocation: request-response
    batchWindowSeconds: 0
    retryForSeconds: 60
    targets:
      - { account: analytics, function: reader }
      - { account: analytics, function: broken }
      - { account: analytics, function: picky, filter: { data: { type: [other] } } }
      - { account: billing, function: sleeper, paused: true }
  - stream: later
    enabled: ${isEnabled}
    targets: [{ account: analytics, function: reader }]
`);
const WAIT = { timeout: 60_000, interval: 100 };
const SECRET = 'do-not-show';

let folder: string;
let functions: string;
let aws: RoutedAws;
let kinesis: KinesisClient;
let asOperator: ReturnType<typeof xacct.with>;
const clock: LeapingClock = leapingClock();

beforeAll(async () => {
  // Behind, so that it can leap ahead and the metrics are still of the past for the command.
  clock.leap(-270);
  folder = await mkdtemp(join(tmpdir(), 'xacct-trace-'));
  functions = join(folder, 'functions');
  await mkdir(functions);
  for (const name of ['reader', 'broken', 'picky', 'sleeper']) {
    writeFileSync(join(functions, `${name}.mjs`), TARGET);
    writeFileSync(join(functions, `${name}.taken`), '');
  }
  write('routes.yaml', text(false));
  const { routes, problems } = parseRoutes(text(false));
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  await synthesize(routes, join(folder, 'cdk.out'));
  aws = await startRoutedAws({
    assembly: join(folder, 'cdk.out'),
    deliveries: join(folder, 'deliveries'),
    functions,
    shards: 2,
    clock,
  });
  const { accessKeyId = '', secretAccessKey = '' } = aws.credentials['111111111111'] ?? {};
  asOperator = xacct.with({
    ...process.env,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  kinesis = new KinesisClient({ ...aws.clientOf('111111111111'), requestHandler: new NodeHttpHandler() });
}, 120_000);
afterAll(async () => {
  kinesis?.destroy();
  await aws?.stop();
  await rm(folder, { recursive: true });
});

async function put(StreamName: string, key: string): Promise<{ number: string; id: string }> {
  const Data = Buffer.from(JSON.stringify({ type: 'order', text: SECRET }));
  const { SequenceNumber = '', ShardId } = await kinesis.send(
    new PutRecordCommand({ StreamName, PartitionKey: key, Data }),
  );
  return { number: SequenceNumber, id: `${ShardId}:${SequenceNumber}` };
}

const taken = () => readFileSync(join(functions, 'reader.taken'), 'utf8').split('\n');

async function trace(...args: string[]) {
  const { code, stdout, stderr } = await asOperator('trace', ...args, '--json');
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const result = JSON.parse(stdout);
  const of = (name: string) =>
    result.targets.find(({ target }: { target: string }) => target.endsWith(`:${name}`));
  return { ...result, stdout, of };
}

describe('xacct trace, with the local AWS', () => {
  let id: string;
  let number: string;

  test('finds a delivered, a filtered, a parked and a paused record, and says what it infers', async () => {
    ({ id, number } = await put('orders', 'a'));
    await vi.waitFor(() => expect(taken()).toContain(id), WAIT);
    // What is read in the minutes after it shows that the reader is past it.
    for (let minutes = 0; minutes < 2; minutes += 1) {
      clock.leap(61);
      const other = await put('orders', 'a');
      await vi.waitFor(() => expect(taken()).toContain(other.id), WAIT);
    }
    await vi.waitFor(async () => {
      const { of, record, reader } = await trace('orders', '--sequence-number', number);
      expect(record).toMatchObject({ sequenceNumber: number, partitionKey: 'a' });
      expect(reader).toEqual({ state: 'past', at: expect.any(String) });
      expect(of('picky')).toMatchObject({ outcome: 'filtered', isKnown: true });
      expect(of('sleeper')).toMatchObject({ outcome: 'paused', isKnown: true });
      expect(of('broken')).toMatchObject({ outcome: 'dead-letter', isKnown: true });
      expect(of('reader')).toMatchObject({ outcome: 'delivered', isKnown: false });
    }, WAIT);
  }, 120_000);
});
