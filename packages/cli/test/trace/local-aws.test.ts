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

beforeAll(async () => {
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
  test('finds where a record is for each target, and says what is found and what follows', async () => {
    const { id, number } = await put('orders', 'a');
    await vi.waitFor(() => expect(taken()).toContain(id), WAIT);
    await vi.waitFor(async () => {
      const { of } = await trace('orders', '--event-id', id);
      // Hidden until it is due, so that it is not found itself.
      expect(of('broken')).toMatchObject({
        outcome: 'waits',
        log: { reason: expect.stringMatching('TypeError') },
      });
    }, WAIT);

    // What is read in the next minutes shows that the reader is past it, and then its time to be sent again is over.
    await vi.waitFor(
      async () => {
        await put('orders', 'b');
        const { of, record, reader } = await trace('orders', '--sequence-number', number);
        expect(record).toMatchObject({ sequenceNumber: number, partitionKey: 'a' });
        expect(reader).toEqual({ state: 'past', at: expect.any(String) });
        expect(of('picky')).toMatchObject({ outcome: 'filtered', isKnown: true });
        expect(of('reader')).toMatchObject({ outcome: 'delivered', isKnown: false });
        expect(of('sleeper')).toMatchObject({ outcome: 'paused', isKnown: true });
        expect(of('broken')).toMatchObject({ outcome: 'dead-letter', isKnown: true });
        expect(of('broken').log).toMatchObject({ class: 'function-error' });
      },
      { timeout: 200_000, interval: 2_000 },
    );
  }, 300_000);

  test('finds a record that is not yet read, by its partition key', async () => {
    const at = new Date().toISOString();
    await put('later', 'only');
    const { targets } = await trace('later', '--partition-key', 'only', '--at', at);
    expect(targets).toEqual([expect.objectContaining({ outcome: 'not-read', isKnown: false })]);
  });

  test('shows data only when it is asked to', async () => {
    const { number } = await put('later', 'data');
    const without = await asOperator('trace', 'later', '--sequence-number', number);
    expect(without.stdout).toContain(`Record ${number} of later `);
    expect(without.stdout).not.toContain(SECRET);
    expect((await trace('later', '--sequence-number', number)).stdout).not.toContain(SECRET);
    const { stdout } = await asOperator('trace', 'later', '--sequence-number', number, '--data');
    expect(stdout).toContain(`data: {"type":"order","text":"${SECRET}"}`);
  });

  test('lists the records of a key where there are several, and reports where there is none', async () => {
    const numbers = [await put('later', 'twice'), await put('later', 'twice')].map(({ number }) => number);
    const at = new Date().toISOString();
    const { code, stderr } = await asOperator('trace', 'later', '--partition-key', 'twice', '--at', at);
    expect(code).toBe(1);
    for (const number of numbers) expect(stderr).toContain(`  --sequence-number ${number}  arrived `);
    const none = await asOperator('trace', 'later', '--partition-key', 'none', '--at', at);
    expect(none.stderr).toContain('The stream has no record with partition key "none" within 60 s of ');
  });

  test('says of a number that the stream does not have that only queues and bucket were searched', async () => {
    const { code, stdout } = await asOperator('trace', 'later', '--sequence-number', '1');
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Record 1 is not in stream later, or no longer: '),
    ]);
  });
});
