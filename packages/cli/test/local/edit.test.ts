import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { folder, routesYaml, start, write } from '../xacct.ts';

const WAIT = { timeout: 60_000, interval: 50 };

const ROUTES = `  - stream: payments
    targets:
      - account: billing
        function: ledger
        invocation: request-response
`;
const REFUNDS = `  - stream: refunds
    targets:
      - account: analytics
        function: ledger
`;

let local: ReturnType<typeof start>;
let kinesis: KinesisClient;
let ui: string;
const stderr: string[] = [];

/** A function that writes down which of its versions took what. */
async function writeLedger(name: string, version: string): Promise<void> {
  await writeFile(
    join(folder, 'functions', name),
    `import { appendFileSync } from 'node:fs';
import { mark } from './lib.mjs';
export async function handler({ Records }) {
  for (const { kinesis } of Records) {
    const text = Buffer.from(kinesis.data, 'base64');
    appendFileSync(${JSON.stringify(join(folder, 'ledger.txt'))}, \`${version} \${mark} \${text}\\n\`);
  }
}
`,
  );
}

const put = (StreamName: string, text: string) =>
  kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.from(text) }));
const ledger = async () => (await readFile(join(folder, 'ledger.txt'), 'utf8').catch(() => '')).split('\n');
const awaitEntry = (entry: string) => vi.waitFor(async () => expect(await ledger()).toContain(entry), WAIT);
const awaitWord = (word: string) => vi.waitFor(() => expect(stderr.join('\n')).toContain(word), WAIT);

beforeAll(async () => {
  write('routes.yaml', routesYaml(ROUTES));
  await mkdir(join(folder, 'functions'));
  write('functions/lib.mjs', 'export const mark = 1;');
  await writeLedger('ledger.mjs', 'first');
  local = start('local', '--port', '0', '--ui', '0', '--functions', 'functions', '--json');
  createInterface({ input: local.stderr }).on('line', (line) => stderr.push(line));
  const [line] = await once(createInterface({ input: local.stdout }), 'line');
  const { endpoint, region, credentials, ui: page } = JSON.parse(line);
  ui = page;
  kinesis = new KinesisClient({
    endpoint,
    region,
    credentials: credentials['111111111111'],
    requestHandler: new NodeHttpHandler(),
  });
});
afterAll(() => {
  kinesis?.destroy();
  local?.kill('SIGKILL');
});

describe('xacct local', () => {
  test('serves the page that it names', async () => {
    expect(await (await fetch(ui)).text()).toContain('<title>xacct</title>');
  });

  test('runs a module as it is when the next invocation comes', async () => {
    await put('payments', 'a');
    await awaitEntry('first 1 a');
    await writeLedger('ledger.mjs', 'second');
    await put('payments', 'b');
    await awaitEntry('second 1 b');
    write('functions/lib.mjs', 'export const mark = 2;');
    await put('payments', 'c');
    await awaitEntry('second 2 c');
  });

  test('applies an edit of the routes file while it runs', async () => {
    write('routes.yaml', routesYaml(ROUTES + REFUNDS));
    await awaitWord('routes.yaml: added route refunds; 1 route as before');
    await put('refunds', 'd');
    await awaitEntry('second 2 d');
    await put('payments', 'e');
    await awaitEntry('second 2 e');
  });

  test('reports what is wrong in the file, and continues with the previous version', async () => {
    write('routes.yaml', routesYaml(`${ROUTES}${REFUNDS}        onFailure: maybe\n`));
    await awaitWord('routes.yaml: not applied; the previous version continues to run');
    expect(stderr.join('\n')).toMatch(/routes\.yaml:\d+:\d+ .*onFailure/);
    await put('refunds', 'f');
    await awaitEntry('second 2 f');
  });

  test('removes what is no longer in the file', async () => {
    write('routes.yaml', routesYaml(ROUTES));
    await awaitWord('routes.yaml: removed route refunds; 1 route as before');
    await put('refunds', 'nobody reads this');
    await put('payments', 'g');
    await awaitEntry('second 2 g');
    expect((await ledger()).join()).not.toContain('nobody reads this');
  });

  test('ends with code 0 on a signal', async () => {
    local.kill('SIGINT');
    expect(await once(local, 'exit')).toEqual([0, null]);
  });
});
