import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Stack } from '../../src/stacks/stack.ts';
import type { CloudFormationServer } from '../stacks/cloudformation-server.ts';
import { cdkRuns, resetCdk, startDeployments } from '../stacks/deployments.ts';
import { stacksOf } from '../stacks/stacks-of.ts';
import { routesYaml, write, xacct } from '../xacct.ts';

const FILE = routesYaml(`  - { stream: orders, targets: [{ account: analytics, function: reader }] }
  - { stream: payments, forwarder: canary, targets: [{ account: billing, function: ledger }] }
`);
const MORE = `${FILE}  - { stream: items, targets: [{ account: analytics, function: reader }] }\n`;
const [DEFAULT, CANARY] = ['xacct-forwarder-default', 'xacct-forwarder-canary'];
const ALARM = 'arn:aws:cloudwatch:us-west-2:111111111111:alarm:xacct-forwarder';

let aws: CloudFormationServer;
let stacks: Stack[];
beforeAll(async () => {
  aws = await startDeployments();
  stacks = await stacksOf(FILE);
});
afterAll(() => aws.close());

beforeEach(() => {
  write('routes.yaml', FILE);
  aws.deployed(stacks);
  resetCdk();
});

/** As another version of xacct has deployed them. */
const otherCode = () =>
  aws.deployed(
    stacks.map((stack) =>
      JSON.parse(JSON.stringify(stack).replaceAll(/"S3Key":"\w+\.zip"/g, '"S3Key":"other.zip"')),
    ),
  );
/** By stack, what the CDK is asked to watch. */
const watched = () =>
  cdkRuns().map(([, stack, ...args]) => {
    const [alarm, , minutes] = args.slice(args.indexOf('--rollback-trigger-alarm-arns') + 1);
    return args.includes('--rollback-trigger-alarm-arns') ? [stack, alarm, minutes] : [stack];
  });

describe('xacct deploy of a function that changes', () => {
  test('is put back where the alarm of its forwarder is raised, one forwarder after another', async () => {
    otherCode();
    expect((await xacct('deploy', '--yes', '--watch-minutes', '15')).code).toBe(0);
    expect(watched()).toEqual([
      [CANARY, `${ALARM}-canary-errors`, '15'],
      [DEFAULT, `${ALARM}-default-errors`, '15'],
    ]);
  });

  test('changes no other function after one was rolled back, and explains why', async () => {
    otherCode();
    process.env.FAKE_CDK = JSON.stringify({ [CANARY]: `❌ failed: ${ALARM}-canary-errors went into ALARM` });
    const { code, stdout } = await xacct('deploy', '--yes', '--json');
    expect(code).toBe(1);
    expect(
      JSON.parse(stdout).outcomes.map(({ stack, reason }: Record<string, string>) => [stack, reason]),
    ).toEqual([
      [
        CANARY,
        'its alarm xacct-forwarder-canary-errors was raised within 10 min, and CloudFormation has put back what was there',
      ],
      [DEFAULT, `its function stays as it is, since that of ${CANARY} could not be changed`],
    ]);
  });

  test('can be tried on one forwarder', async () => {
    otherCode();
    expect((await xacct('deploy', '--yes', '--forwarder', 'canary')).code).toBe(0);
    expect(watched().map(([stack]) => stack)).toEqual([CANARY]);
    const { code, stderr } = await xacct('deploy', '--yes', '--forwarder', 'canaries');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('routes.yaml has no forwarder "canaries", expected one of default, canary\n'),
    ]);
    expect((await xacct('deploy', 'orders', '--yes', '--forwarder', 'canary')).code).toBe(2);
  });

  test('is not watched where nobody wants it', async () => {
    otherCode();
    await xacct('deploy', '--yes', '--concurrency', '1', '--watch-minutes', '0');
    expect(watched()).toEqual([[CANARY], [DEFAULT]]);
  });
});

describe('xacct deploy of another route', () => {
  test('watches nothing, and changes no function and no other route', async () => {
    write('routes.yaml', MORE);
    await xacct('deploy', '--yes', '--concurrency', '1');
    expect(watched()).toEqual([[DEFAULT], ['xacct-target-999999999999'], ['xacct-route-items']]);
  });

  test('removes the alarm of an earlier deployment, which would lengthen each update', async () => {
    aws.deployed(stacks.map((stack) => ({ ...stack, isWatched: stack.name === DEFAULT })));
    write('routes.yaml', MORE);
    await xacct('deploy', '--yes', '--concurrency', '1');
    expect(watched()[0]?.slice(0, 2)).toEqual([DEFAULT, 'none']);
  });
});
