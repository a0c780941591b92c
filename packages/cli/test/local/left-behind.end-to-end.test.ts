import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { folder, routesYaml, write } from '../xacct.ts';

const WAIT = { timeout: 30_000, interval: 20 };
const xacct = fileURLToPath(new URL('../../bin/xacct.js', import.meta.url));
const temporary = join(folder, 'tmp');

/** A function that never ends, and listens to nothing meanwhile. */
const BUSY = `import { writeFileSync } from 'node:fs';
export function handler() {
  writeFileSync(${JSON.stringify(join(folder, 'busy'))}, '');
  for (;;);
}
`;

let local: ChildProcess;
let below: number[];

beforeEach(async () => {
  for (const name of [temporary, join(folder, 'functions')]) mkdirSync(name, { recursive: true });
  rmSync(join(folder, 'busy'), { force: true });
  write('routes.yaml', routesYaml());
  write('functions/reader.mjs', BUSY);
  local = spawn(process.execPath, [xacct, 'local', '--port', '0', '--functions', 'functions', '--json'], {
    cwd: folder,
    // What Node keeps of compiled modules is to stay.
    env: { ...process.env, TMPDIR: temporary, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    stdio: ['ignore', 'pipe', 'ignore'],
    // A Ctrl-C in a terminal goes to the whole group.
    detached: true,
  });
  if (local.stdout === null) throw new Error('Its output is read here');
  const [line] = await once(createInterface({ input: local.stdout }), 'line');
  const { endpoint, region, credentials } = JSON.parse(line);
  const kinesis = new KinesisClient({
    endpoint,
    region,
    credentials: credentials['111111111111'],
    requestHandler: new NodeHttpHandler(),
  });
  await kinesis.send(
    new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'a', Data: Buffer.from('a') }),
  );
  kinesis.destroy();
  // By now there is a process of each kind, one of which is busy for ever.
  await vi.waitFor(() => expect(existsSync(join(folder, 'busy'))).toBe(true), WAIT);
  below = descendants(local.pid ?? 0);
  expect(below.length).toBeGreaterThanOrEqual(4);
});
afterEach(() => {
  for (const pid of [local.pid ?? 0, ...below]) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

const group = () => -(local.pid ?? 0);

describe('xacct local', () => {
  test.each([
    ['is killed', () => void local.kill('SIGKILL')],
    [
      'gets Ctrl-C twice',
      () => {
        process.kill(group(), 'SIGINT');
        process.kill(group(), 'SIGINT');
      },
    ],
    ['gets Ctrl-C once', () => void process.kill(group(), 'SIGINT')],
    ['loses its terminal', () => void process.kill(group(), 'SIGHUP')],
  ])('leaves no process and no file behind when it %s', async (_, end) => {
    expect(readdirSync(temporary)).not.toEqual([]);
    end();
    await once(local, 'exit');
    await vi.waitFor(() => {
      expect(below.filter(isAlive)).toEqual([]);
      expect(readdirSync(temporary)).toEqual([]);
    }, WAIT);
  });
});

function descendants(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const parents = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const of = (parent: number): number[] =>
    parents.filter(([, other]) => other === parent).flatMap(([child = 0]) => [child, ...of(child)]);
  return of(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
