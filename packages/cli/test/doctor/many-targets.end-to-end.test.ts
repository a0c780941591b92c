import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type BrokenAws, type Change, startBrokenAws } from './broken-aws.ts';

const ROUTES = 30;
const TARGETS = 300;
const ACCOUNTS = Array.from({ length: 40 }, (_, index) => String(222222222200 + index));
/** Where the last targets are. */
const FAR = 'eu-west-1';

/** 30 routes to 10 functions each, in 40 accounts and two regions. */
const FILE = `source: { account: "111111111111", region: us-west-2 }
accounts:
${ACCOUNTS.map((id, index) => `  team${index}: "${id}"\n`).join('')}defaults: { hasFailureDestination: true }
routes:
${Array.from({ length: ROUTES }, (_, route) => {
  const targets = Array.from({ length: TARGETS / ROUTES }, (_, index) => {
    const team = (route * 7 + index) % ACCOUNTS.length;
    return `      - { account: team${team}, function: reader-${route}-${index}${index === 9 ? `, region: ${FAR}` : ''} }\n`;
  });
  return `  - stream: stream-${route}\n    targets:\n${targets.join('')}`;
}).join('')}`;

let broken: BrokenAws;
beforeAll(async () => {
  broken = await startBrokenAws(FILE);
}, 120_000);
afterAll(() => broken.stop());

interface Found {
  check: string;
  where: string;
  targets: string[];
}

async function found(...args: string[]): Promise<[code: number | null, ...(string | number)[][]]> {
  const { code, stdout } = await broken.doctor('--json', ...args);
  const { findings } = JSON.parse(stdout) as { findings: Found[] };
  return [code, ...findings.map(({ check, where, targets }) => [check, where, targets.length])];
}

const TRUST: Change = {
  stack: 'xacct-target-222222222209',
  type: 'AWS::IAM::Role',
  id: 'stream6Role',
  edit(properties) {
    const { Statement } = properties.AssumeRolePolicyDocument as { Statement: Record<string, unknown>[] };
    for (const statement of Statement) statement.Condition = { StringEquals: { 'sts:ExternalId': 'x' } };
  },
};
const MAPPING: Change = {
  stack: 'xacct-route-stream-3',
  type: 'AWS::Lambda::EventSourceMapping',
  id: /^Mapping/,
  edit(properties) {
    properties.Enabled = false;
  },
};
const PARAMETER: Change = {
  stack: 'xacct-route-stream-4',
  type: 'AWS::SSM::Parameter',
  edit(properties) {
    properties.Value = String(properties.Value).replace('"stream-4"', '"stream-x"');
  },
};
const QUEUE_POLICY: Change = {
  stack: 'xacct-route-stream-5',
  type: 'AWS::SQS::QueuePolicy',
  id: /^Retry/,
  edit(properties) {
    const { Statement } = properties.PolicyDocument as { Statement: Record<string, unknown>[] };
    for (const statement of Statement) statement.Principal = { AWS: 'arn:aws:iam::111111111111:root' };
  },
};

describe('xacct doctor with 30 routes and 300 targets', () => {
  test('finds all well', async () => {
    const { code, stdout } = await broken.doctor();
    expect([code, stdout]).toEqual([0, '30 routes, 300 targets: all well\n']);
  }, 120_000);

  test('names each of several things that are broken, once, and nothing else', async () => {
    await broken.deployWith(TRUST, MAPPING, PARAMETER, QUEUE_POLICY);
    broken.fail(
      { service: 'lambda', function: 'reader-7-2' },
      { kind: 'error', name: 'ResourceNotFoundException' },
    );
    broken.fail({ service: 'lambda', region: FAR }, { kind: 'unavailable' });
    const [code, ...findings] = await found();
    await broken.deployWith();
    broken.repair();
    expect(findings).toEqual([
      ['mapping', 'event source mapping of the stream of route stream-3', 0],
      ['function', 'function team11/reader-7-2 (222222222211) of route stream-7', 1],
      ['retry-queue', 'queue xacct-route-stream-5-retry', 0],
      // Route stream-4 cannot be probed.
      ['region', 'region eu-west-1', 29],
      ['role', 'role arn:aws:iam::222222222209:role/xacct-route-stream-6 of route stream-6', 1],
      ['parameter', 'route stream-4, as function xacct-forwarder-default reads it', 0],
    ]);
    expect(code).toBe(1);
    await vi.waitFor(async () => expect(await found()).toEqual([0]), { timeout: 60_000 });
  }, 180_000);

  test('checks only what it is asked for', async () => {
    broken.fail({ service: 'lambda', account: '222222222209' }, { kind: 'unavailable' });
    const { stdout, code } = await broken.doctor('stream-0', 'stream-1', '--account', 'team9', '--json');
    broken.repair();
    const { findings, ...scope } = JSON.parse(stdout);
    expect([code, scope]).toEqual([1, { routes: 2, targets: 2 }]);
    expect(findings.flatMap(({ targets }: Found) => targets).toSorted()).toEqual([
      'arn:aws:lambda:eu-west-1:222222222209:function:reader-0-9',
      'arn:aws:lambda:us-west-2:222222222209:function:reader-1-2',
    ]);
  }, 60_000);

  test('probes every target, and leaves no message', async () => {
    const { stderr } = await broken.doctor();
    expect(stderr).toContain('300 of 300 targets probed\n');
    await vi.waitFor(() => expect(broken.aws.messageBodies()).toEqual([]), { timeout: 20_000 });
  }, 60_000);
});
