import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type BrokenAws, startBrokenAws } from '../doctor/broken-aws.ts';

const ROUTES = 30;
const TARGETS_OF_ROUTE = 10;
const ACCOUNTS = Array.from({ length: 40 }, (_, index) => String(222222222200 + index));
const BROKEN = 'reader-17-3';

/** 30 routes to 10 functions each, in 40 accounts. */
const FILE = `source: { account: "111111111111", region: us-west-2 }
accounts:
${ACCOUNTS.map((id, index) => `  team${index}: "${id}"\n`).join('')}defaults: { hasFailureDestination: true }
routes:
${Array.from({ length: ROUTES }, (_, route) => {
  const targets = Array.from({ length: TARGETS_OF_ROUTE }, (_, index) => {
    const team = (route * 7 + index) % ACCOUNTS.length;
    return `      - { account: team${team}, function: reader-${route}-${index} }\n`;
  });
  return `  - stream: stream-${route}\n    targets:\n${targets.join('')}`;
}).join('')}`;

let broken: BrokenAws;
beforeAll(async () => {
  broken = await startBrokenAws(FILE);
  broken.fail({ service: 'lambda', function: BROKEN }, { kind: 'error', name: 'AccessDeniedException' });
  const kinesis = new KinesisClient({
    ...broken.aws.clientOf('111111111111'),
    requestHandler: new NodeHttpHandler(),
  });
  for (let route = 0; route < ROUTES; route += 1)
    await kinesis.send(
      new PutRecordCommand({ StreamName: `stream-${route}`, PartitionKey: 'a', Data: Buffer.from('{}') }),
    );
  kinesis.destroy();
}, 120_000);
afterAll(() => broken.stop());

const status = (...args: string[]) => broken.command('status', ...args);

describe('xacct status with 30 routes and 300 targets', () => {
  test('names the one that is broken in its first five lines, and is readable on one screen', async () => {
    await vi.waitFor(
      async () => {
        const { code, stdout, stderr } = await status();
        expect([code, stderr]).toEqual([0, '']);
        const lines = stdout.trimEnd().split('\n');
        expect(lines.slice(0, 5).join('\n')).toMatch(
          /^stream-17 → 10 targets +denied waiting .*\n {2}team2\/reader-17-3 \(222222222202\) +denied /m,
        );
        expect(lines.slice(0, 5).join('\n')).toMatch(/ {2}denied: AccessDeniedException/);
        // On a busy machine others are late, too.
        expect(stdout).toMatch(/^\d+ others, \d+ targets +ok /m);
        expect(lines.at(-1)).toMatch(/^30 routes, 300 targets; \d+ with trouble; /);
        expect(lines.length).toBeLessThan(24);
      },
      { timeout: 60_000, interval: 500 },
    );
  }, 120_000);

  test('has the figures of all of them', async () => {
    await vi.waitFor(
      async () => {
        const { routes } = JSON.parse((await status('--json')).stdout) as {
          routes: { targets: { target: string; figures: { delivered: number } }[] }[];
        };
        const targets = routes.flatMap((route) => route.targets);
        const without = targets.filter(({ figures }) => figures.delivered !== 1);
        expect([targets.length, without.map(({ target }) => target.split(':').at(-1))]).toEqual([
          300,
          [BROKEN],
        ]);
      },
      { timeout: 60_000, interval: 500 },
    );
  }, 120_000);
});
