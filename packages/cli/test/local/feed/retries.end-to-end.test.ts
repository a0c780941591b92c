import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createFeed } from '../../../src/local/feed/feed.ts';
import { type Deployment, startDeployment } from '../../local-aws/start-deployment.ts';

const SOURCE = '111111111111';
const ROUTES = 12;
const RECORDS = 4;
const ACCOUNTS = Array.from({ length: 40 }, (_, index) => String(222222222200 + index));
const BROKEN = 'reader-5-2';

/** 12 routes to 40 functions, each in an account of its own. The first function of a route takes half of the records. */
const FILE = `source: { account: "${SOURCE}", region: us-west-2 }
accounts:
${ACCOUNTS.map((id, index) => `  team${index}: "${id}"\n`).join('')}defaults: { hasFailureDestination: true, invocation: request-response }
routes:
${Array.from({ length: ROUTES }, (_, number) => {
  const targets = ACCOUNTS.flatMap((_, index) => {
    if (index % ROUTES !== number) return [];
    const name = `reader-${number + 1}-${Math.floor(index / ROUTES)}`;
    const filter = index < ROUTES ? ', filter: { data: { odd: [true] } }' : '';
    return [`      - { account: team${index}, function: ${name}${filter} }\n`];
  });
  return `  - stream: stream-${number + 1}\n    targets:\n${targets.join('')}`;
}).join('')}`;

const feed = createFeed();
let deployment: Deployment;
beforeAll(async () => {
  const code = "export const handler = () => { throw new Error('closed'); };\n";
  deployment = await startDeployment(FILE, {
    files: { [`${BROKEN}.mjs`]: code },
    events: {
      onLog: feed.log,
      onIncoming: feed.incoming,
      onInvocation: feed.invoked,
      onFiltered: (route, ids) => feed.filtered(route, ids.length),
      onCall: feed.call,
      onProblem: feed.problem,
    },
  });
  const kinesis = new KinesisClient({
    ...deployment.aws.clientOf(SOURCE),
    requestHandler: new NodeHttpHandler(),
  });
  for (let number = 1; number <= ROUTES; number += 1) {
    const Records = Array.from({ length: RECORDS }, (_, index) => {
      return { PartitionKey: String(index), Data: Buffer.from(JSON.stringify({ odd: index % 2 === 1 })) };
    });
    await kinesis.send(new PutRecordsCommand({ StreamName: `stream-${number}`, Records }));
  }
  kinesis.destroy();
}, 120_000);
afterAll(() => deployment?.stop());

describe('the status of a local AWS with a function that fails', () => {
  test('has 48 records once at each target, however often they are tried', async () => {
    const status = () => feed.status(deployment.aws, new Map());
    const broken = () =>
      status().routes.flatMap(({ targets }) => targets.filter(({ target }) => target.endsWith(BROKEN)))[0];
    // Tried with the stream, and from the retry queue.
    await vi.waitFor(() => expect(broken()?.figures?.parked).toBeGreaterThanOrEqual(2 * RECORDS), {
      timeout: 120_000,
      interval: 200,
    });
    const { routes } = status();
    expect(routes.reduce((sum, { incoming }) => sum + (incoming ?? 0), 0)).toBe(ROUTES * RECORDS);
    for (const { incoming, targets } of routes) {
      for (const { figures, waiting, dead } of targets) {
        const { delivered = 0, filtered = 0, paused = 0 } = figures ?? {};
        expect(delivered + filtered + paused + (waiting ?? 0) + (dead ?? 0)).toBe(incoming);
      }
      expect(targets.find(({ target }) => target.endsWith('-0'))?.figures).toMatchObject({ filtered: 2 });
    }
    expect(broken()).toMatchObject({ waiting: RECORDS, dead: 0, figures: { delivered: 0 } });
    expect(routes.map(({ route }) => route)).toEqual([
      'stream-5',
      ...['stream-1', 'stream-2', 'stream-3', 'stream-4', 'stream-6', 'stream-7', 'stream-8', 'stream-9'],
      ...['stream-10', 'stream-11', 'stream-12'],
    ]);
    expect(routes[0]?.states).toEqual(['waiting', 'failing']);
    expect(status().failures).toMatchObject([{ functionName: BROKEN, reason: 'Error: closed' }]);
  }, 150_000);
});
