import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import { AwsError } from '@xacct/local';
import { type RoutedAws, startRoutedAws } from '@xacct/reconcile';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { routesYaml } from '../xacct.ts';

const SOURCE = '111111111111';
const ANALYTICS = '999999999999';
const BILLING = '222222222222';
const WAIT = { timeout: 60_000, interval: 50 };

const ORDERS = `  - stream: orders
    targets:
      - account: analytics
        function: reader
`;
const PAYMENTS = `  - stream: payments
    targets:
      - account: billing
        function: ledger
        invocation: request-response
`;

let folder: string;
let aws: RoutedAws;
let assemblies: number;
let problems: string[];
let working: boolean;
const clients: { destroy(): void }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-update-test-'));
  assemblies = 0;
  problems = [];
  working = false;
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await aws.stop();
  await rm(folder, { recursive: true });
});

async function assemblyOf(routes: string): Promise<string> {
  const { routes: parsed } = parseRoutes(Buffer.from(routesYaml(routes)), 'routes.yaml');
  if (parsed === undefined) throw new Error('The routes of this test are valid');
  assemblies += 1;
  const out = join(folder, `cdk.out.${assemblies}`);
  await synthesize(parsed, out);
  return out;
}

async function start(routes: string, functions?: string): Promise<void> {
  aws = await startRoutedAws({
    assembly: await assemblyOf(routes),
    deliveries: join(folder, 'deliveries'),
    shards: 1,
    ...(functions !== undefined && { functions }),
    events: {
      onProblem: (message) => problems.push(message),
      onLog: (_, line) => {
        if (line.endsWith('at work')) working = true;
        if (line.startsWith('{"level":"error"')) problems.push(line);
      },
    },
  });
}

function connection() {
  const { endpoint, region, credentials } = aws;
  const administrator = credentials[SOURCE];
  if (administrator === undefined) throw new Error('The source account has an administrator');
  return { endpoint, region, credentials: administrator };
}

/** Puts records with these numbers, in order. */
async function put(StreamName: string, ...numbers: number[]): Promise<void> {
  const kinesis = new KinesisClient({ ...connection(), requestHandler: new NodeHttpHandler() });
  clients.push(kinesis);
  const Records = numbers.map((number) => ({ PartitionKey: 'a', Data: Buffer.from(String(number)) }));
  await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
}

/** What arrived at a function, as often as it did. */
async function arrived(account: string, name: string): Promise<number[]> {
  const file = join(aws.deliveries, account, 'us-west-2', `${name}.jsonl`);
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  return lines
    .flatMap((line) => JSON.parse(line).event.Records)
    .map(({ kinesis }) => Number(Buffer.from(kinesis.data, 'base64')))
    .sort((a, b) => a - b);
}

const awaitArrival = (account: string, name: string, numbers: number[]) =>
  vi.waitFor(async () => expect(await arrived(account, name)).toEqual(numbers), WAIT);

/** The local AWS's own: the watchdog, a Kinesis server, and an environment for each invocation at once. */
function children(): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  });
  const own = stdout
    .split('\n')
    .filter((line) => /aws-lambda-ric|kinesis-process|watchdog-process/.test(line));
  return own.map((line) => Number.parseInt(line, 10));
}

describe('RoutedAws.update', () => {
  test('adds a route, and leaves those that are there as they are', async () => {
    await start(ORDERS);
    await put('orders', 1);
    await awaitArrival(ANALYTICS, 'reader', [1]);
    const running = children();
    expect(running.length).toBeGreaterThanOrEqual(3);
    const change = await aws.update(await assemblyOf(ORDERS + PAYMENTS));
    expect(change).toMatchObject({ added: ['payments'], changed: [], removed: [], unchanged: 1 });
    expect(aws.routes.map(({ name }) => name)).toEqual(['orders', 'payments']);
    expect(Object.keys(aws.credentials)).toContain(BILLING);
    await put('payments', 2);
    await put('orders', 3);
    await awaitArrival(BILLING, 'ledger', [2]);
    await awaitArrival(ANALYTICS, 'reader', [1, 3]);
    expect(children()).toEqual(expect.arrayContaining(running));
    expect(problems).toEqual([]);
  });

  test('brings every record once while a mapping and its targets change', async () => {
    await start(ORDERS + PAYMENTS);
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    const changed = ORDERS.replace('stream: orders\n', 'stream: orders\n    batchSize: 7\n');
    const assembly = await assemblyOf(changed + PAYMENTS);
    const putting = (async () => {
      for (const number of numbers) {
        await put('orders', number);
        await put('payments', number);
      }
    })();
    const change = await aws.update(assembly);
    expect(change).toMatchObject({ changed: ['orders'], unchanged: 1 });
    await aws.update(await assemblyOf(ORDERS + PAYMENTS));
    await putting;
    await awaitArrival(ANALYTICS, 'reader', numbers);
    await awaitArrival(BILLING, 'ledger', numbers);
    expect(problems).toEqual([]);
  });

  test('sends what comes after it to the new targets of a route', async () => {
    await start(ORDERS);
    await put('orders', 1);
    await awaitArrival(ANALYTICS, 'reader', [1]);
    const other = `${ORDERS}      - account: billing\n        function: auditor\n`;
    expect(await aws.update(await assemblyOf(other))).toMatchObject({ changed: ['orders'], functions: [] });
    await put('orders', 2);
    await awaitArrival(BILLING, 'auditor', [2]);
    await awaitArrival(ANALYTICS, 'reader', [1, 2]);
  });

  test('gives a function with other settings a new environment', async () => {
    await start(ORDERS);
    await put('orders', 1);
    await awaitArrival(ANALYTICS, 'reader', [1]);
    const running = children();
    const assembly = await assemblyOf(`${ORDERS}forwarders:\n  default:\n    memoryMB: 1024\n`);
    expect(await aws.update(assembly)).toMatchObject({
      changed: [],
      unchanged: 1,
      functions: ['xacct-forwarder-default'],
    });
    await vi.waitFor(() => expect(children().length).toBe(running.length - 1), WAIT);
    await put('orders', 2);
    await awaitArrival(ANALYTICS, 'reader', [1, 2]);
    expect(children()).not.toEqual(running);
  });

  test('stops reading for a route that is gone, and keeps what waits in its queues', async () => {
    await start(ORDERS + PAYMENTS);
    const url = aws.queues.find(({ name }) => name.includes('payments') && name.includes('dead'))?.url;
    const sqs = new SQSClient({ ...connection(), useQueueUrlAsEndpoint: false });
    clients.push(sqs);
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'kept' }));
    const change = await aws.update(await assemblyOf(ORDERS));
    expect(change).toMatchObject({ added: [], changed: [], removed: ['payments'], unchanged: 1 });
    await put('payments', 1);
    await put('orders', 2);
    await awaitArrival(ANALYTICS, 'reader', [2]);
    expect(await arrived(BILLING, 'ledger')).toEqual([]);
    expect(await aws.kept()).toEqual(['kept']);
  });

  test('changes a mapping that is not enabled to one that goes on from where it was', async () => {
    await start(ORDERS);
    await put('orders', 1);
    await awaitArrival(ANALYTICS, 'reader', [1]);
    const off = ORDERS.replace('stream: orders\n', 'stream: orders\n    enabled: false\n');
    await aws.update(await assemblyOf(off));
    await put('orders', 2);
    await aws.update(await assemblyOf(ORDERS));
    await awaitArrival(ANALYTICS, 'reader', [1, 2]);
  });

  test('refuses what AWS would not deploy, and goes on with what it has', async () => {
    await start(ORDERS);
    const assembly = await assemblyOf(ORDERS + PAYMENTS);
    for (const name of await readdir(assembly)) {
      if (!name.endsWith('.template.json')) continue;
      const template = await readFile(join(assembly, name), 'utf8');
      await writeFile(join(assembly, name), template.replaceAll('sqs:ReceiveMessage', 'sqs:GetQueueUrl'));
    }
    await expect(aws.update(assembly)).rejects.toThrow(AwsError);
    expect(aws.routes.map(({ name }) => name)).toEqual(['orders']);
    await put('orders', 1);
    await awaitArrival(ANALYTICS, 'reader', [1]);
    expect(await aws.update(await assemblyOf(ORDERS + PAYMENTS))).toMatchObject({ added: ['payments'] });
    await put('payments', 2);
    await awaitArrival(BILLING, 'ledger', [2]);
  });

  test('ends with the local AWS while it waits for a function, and is refused from then on', async () => {
    const functions = join(folder, 'functions');
    await mkdir(functions);
    const endless = 'console.log("at work"); setInterval(() => {}, 1000); return new Promise(() => {});';
    await writeFile(join(functions, 'ledger.mjs'), `export async function handler() { ${endless} }`);
    await start(PAYMENTS, functions);
    await put('payments', 1);
    await vi.waitFor(() => expect(working).toBe(true), WAIT);
    const assembly = await assemblyOf(
      PAYMENTS.replace('stream: payments\n', 'stream: payments\n    batchSize: 7\n'),
    );
    const updating = Promise.allSettled([aws.update(assembly)]);
    await aws.stop();
    await updating;
    await expect(aws.update(assembly)).rejects.toThrow('The local AWS is stopped');
  });
});
