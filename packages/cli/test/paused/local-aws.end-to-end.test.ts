import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { folder, routesYaml, start, write, xacct } from '../xacct.ts';

/** Writes down what it gets. */
const TARGET = `import { appendFileSync } from 'node:fs';
const folder = new URL('.', import.meta.url).pathname;
export async function handler({ Records }, { functionName }) {
  const lines = Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64') + '\\n');
  appendFileSync(folder + functionName + '.taken', lines.join(''));
}
`;
const ROUTES = routesYaml(`  - stream: orders
    invocation: request-response
    batchWindowSeconds: 0
    targets:
      # the one that sleeps
      - { account: analytics, function: reader }
      - group: everyone
        function: ledger # two of them
forwarders:
  default: { timeoutSeconds: 10 }
`);
const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const WAIT = { timeout: 60_000, interval: 100 };

let local: ReturnType<typeof start>;
let kinesis: KinesisClient;
let asOperator: typeof xacct;
const stderr: string[] = [];

beforeAll(async () => {
  write('routes.yaml', ROUTES);
  mkdirSync(join(folder, 'functions'));
  for (const name of ['reader', 'ledger']) {
    write(`functions/${name}.mjs`, TARGET);
    write(`functions/${name}.taken`, '');
  }
  local = start('local', '--port', '0', '--functions', 'functions', '--json');
  createInterface({ input: local.stderr }).on('line', (line) => stderr.push(line));
  const [line] = await once(createInterface({ input: local.stdout }), 'line');
  const { endpoint, region, credentials } = JSON.parse(line);
  const { accessKeyId, secretAccessKey } = credentials['111111111111'];
  asOperator = Object.assign(
    xacct.with({
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }),
    { with: xacct.with },
  );
  kinesis = new KinesisClient({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: new NodeHttpHandler(),
  });
}, 120_000);
afterAll(() => {
  kinesis?.destroy();
  local?.kill('SIGKILL');
});

const takenBy = (name: string) =>
  readFileSync(join(folder, 'functions', `${name}.taken`), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(Number)
    .sort((one, other) => one - other);

/** Puts records with the numbers from 0 on, until it is ended. */
function load(): { end(): Promise<number> } {
  let ended = false;
  let put = 0;
  const work = (async () => {
    while (!ended) {
      const Records = Array.from({ length: 5 }, (_, index) => ({
        PartitionKey: String(put + index),
        Data: Buffer.from(String(put + index)),
      }));
      await kinesis.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
      put += Records.length;
      await new Promise((done) => setTimeout(done, 100));
    }
  })();
  return {
    async end() {
      ended = true;
      await work;
      return put;
    },
  };
}

async function run(...args: string[]) {
  const { code, stdout, stderr: said } = await asOperator(...args, '--json');
  expect([code, said]).toEqual([0, expect.any(String)]);
  return { ...JSON.parse(stdout), said };
}

describe('xacct pause and resume, with xacct local under load', () => {
  test('keep what a paused target is to get, and bring all of it back; the others get all of it once', async () => {
    const producer = load();
    await vi.waitFor(() => expect(takenBy('reader').length).toBeGreaterThan(0), WAIT);

    const paused = await run('pause', 'orders', 'reader', '--yes');
    expect(paused).toMatchObject({ route: 'orders', targets: [READER], edited: true, deployed: true });
    expect(paused.said).toContain('+      - { account: analytics, function: reader, paused: true }\n');
    await vi.waitFor(async () => {
      const { paused: kept } = await run('parked', 'orders', '--bucket');
      expect(kept).toEqual([expect.objectContaining({ target: READER, objects: expect.any(Number) })]);
    }, WAIT);
    const before = takenBy('reader').length;
    const ledgerBefore = takenBy('ledger').length;
    await vi.waitFor(() => expect(takenBy('ledger').length).toBeGreaterThan(ledgerBefore + 40), WAIT);

    const { kept } = await run('resume', 'orders', 'reader', '--dry-run');
    expect(kept).toEqual([expect.objectContaining({ target: READER })]);
    expect(readFileSync(join(folder, 'routes.yaml'), 'utf8')).not.toBe(ROUTES);
    const resumed = await run('resume', 'orders', 'reader', '--yes', '--rate', '100');
    expect(resumed).toMatchObject({ edited: true, deployed: true, complete: true });
    expect(resumed.sent.records).toBeGreaterThanOrEqual(kept[0].records);
    expect(readFileSync(join(folder, 'routes.yaml'), 'utf8')).toBe(ROUTES);

    const put = await producer.end();
    const all = Array.from({ length: put }, (_, index) => index);
    await vi.waitFor(() => expect([...new Set(takenBy('reader'))]).toEqual(all), WAIT);
    await vi.waitFor(() => expect(takenBy('ledger')).toEqual(all.flatMap((one) => [one, one])), WAIT);
    expect(takenBy('reader')).toEqual(all);
    expect(before).toBeLessThan(put);
    expect((await run('resume', 'orders', 'reader', '--yes')).sent).toEqual({
      objects: 0,
      records: 0,
      foreign: 0,
    });
  }, 240_000);
});
