import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Stack } from '../../src/stacks/stack.ts';
import { type CloudFormationServer, CURRENT } from '../stacks/cloudformation-server.ts';
import { cdkRuns, cdkSays, deployedByCdk, resetCdk, startDeployments } from '../stacks/deployments.ts';
import { stacksOf } from '../stacks/stacks-of.ts';
import { routesYaml, start, write, xacct, xacctProcess } from '../xacct.ts';

const FORWARDER = 'xacct-forwarder-default';
const ANALYTICS = 'xacct-target-999999999999';
const BILLING = 'xacct-target-222222222222';
const ORDERS = 'xacct-route-orders';
const PAYMENTS = 'xacct-route-payments';

let aws: CloudFormationServer;
let stacks: Stack[];

beforeAll(async () => {
  aws = await startDeployments();
  stacks = await stacksOf(routesYaml());
});
afterAll(() => aws.close());

beforeEach(() => {
  write('routes.yaml', routesYaml());
  aws.deployed([]);
  aws.refused.clear();
  aws.mappings.clear();
  aws.refuseMappings(false);
  aws.calls.length = 0;
  resetCdk();
});

describe('xacct deploy', () => {
  test('deploys forwarders, then target accounts, then routes, and ends with a table', async () => {
    const { code, stdout, stderr } = await xacctProcess('deploy', '--yes', '--concurrency', '1');
    expect(code).toBe(0);
    expect(deployedByCdk()).toEqual([FORWARDER, BILLING, ANALYTICS, ORDERS, PAYMENTS]);
    expect(stdout).toMatch(/^\+ route orders → analytics\/reader \(999999999999\): 1 role, /m);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 3))).toContainEqual([
      ORDERS,
      '111111111111',
      'deployed',
    ]);
    expect(stderr).toMatch(/^xacct-route-orders \(111111111111\): deployed after \d+ s$/m);
  });

  test('deploys of a named route what it needs, one stack a run of the CDK', async () => {
    const keys = `aws_access_key_id = ${CURRENT.AWS_ACCESS_KEY_ID}\naws_secret_access_key = secret\n`;
    process.env.AWS_SHARED_CREDENTIALS_FILE = write('credentials', `[deployer]\n${keys}`);
    await xacct('deploy', 'orders', '--yes', '--profile', 'deployer');
    const [first] = cdkRuns();
    expect(first).toEqual([
      'deploy',
      FORWARDER,
      '--app',
      expect.stringMatching(/cdk\.out$/),
      '--exclusively',
      '--require-approval',
      'never',
      '--progress',
      'events',
      '--no-notices',
      '--no-color',
      '--profile',
      'deployer',
    ]);
    expect(deployedByCdk()).toEqual([FORWARDER, ANALYTICS, ORDERS]);
  });

  test('deploys nothing that is deployed as it is', async () => {
    aws.deployed(stacks);
    const { code, stdout } = await xacct('deploy', '--yes');
    expect([code, stdout, cdkRuns()]).toEqual([0, 'Nothing changes: 2 routes stay as they are\n', []]);
  });

  test('deploys also what is deployed as it is, to put back what was changed by hand', async () => {
    aws.deployed(stacks);
    write('routes.yaml', routesYaml().replace('orders\n', 'orders\n    batchSize: 500\n'));
    const { code, stdout, stderr } = await xacct(
      ...['deploy', 'orders', '--yes', '--revert-drift', '--concurrency', '1'],
    );
    expect(code).toBe(0);
    expect(stdout).toContain(
      `To put back what was changed by hand, if anything: ${FORWARDER}, ${ANALYTICS}\n`,
    );
    expect(deployedByCdk()).toEqual([FORWARDER, ANALYTICS, ORDERS]);
    for (const run of cdkRuns()) expect(run).toContain('--revert-drift');
    expect(stderr).toMatch(/^xacct-target-999999999999 \(999999999999\): deployed again after \d+ s$/m);

    resetCdk();
    aws.deployed(stacks.filter(({ name }) => name !== PAYMENTS));
    await xacct('deploy', 'payments', '--yes', '--revert-drift');
    const drift = (stack: string) =>
      cdkRuns()
        .find(([, name]) => name === stack)
        ?.includes('--revert-drift');
    expect([drift(PAYMENTS), drift(BILLING)]).toEqual([false, true]);

    aws.deployed(stacks);
    const data = JSON.parse((await xacct('deploy', '--yes', '--revert-drift', '--json')).stdout);
    expect(data.phases.restore.sort()).toEqual([FORWARDER, BILLING, ANALYTICS, PAYMENTS].sort());
  });

  test('leaves stacks of other owners as they are, also to put something back', async () => {
    aws.deployed(stacks);
    await xacct('deploy', '--yes', '--revert-drift', '--without-account', 'billing');
    expect(deployedByCdk().sort()).toEqual([FORWARDER, ANALYTICS, ORDERS, PAYMENTS].sort());
  });

  test('deploys what an edit changes, and what a failed first deployment left', async () => {
    const failed = (stack: Stack) =>
      stack.name === PAYMENTS ? { ...stack, status: 'ROLLBACK_COMPLETE' } : stack;
    aws.deployed(stacks.map(failed));
    write('routes.yaml', routesYaml().replace('orders\n', 'orders\n    batchSize: 500\n'));
    const { stdout } = await xacct('deploy', '--yes');
    expect(stdout).toContain('~ route orders: batchSize 100 → 500 (mapping updated in place)\n');
    expect(deployedByCdk().sort()).toEqual([ORDERS, PAYMENTS]);
  });

  test('shows that a target is paused, and names the command that brings its records back once it no longer is', async () => {
    const paused = routesYaml().replace('reader', 'reader\n        paused: true');
    aws.deployed(await stacksOf(paused));
    const { stdout, stderr } = await xacct('deploy', '--yes');
    expect(stdout).toContain('~ route orders: analytics/reader (999999999999): no longer paused');
    expect(stderr).toContain('Next: xacct resume orders analytics/reader\n');
    aws.deployed(stacks);
    write('routes.yaml', paused);
    const again = await xacct('deploy', '--yes');
    expect(again.stdout).toContain('~ route orders: analytics/reader (999999999999): paused');
    expect(again.stderr).not.toContain('xacct resume');
  });

  test('goes on where an account fails, and skips the routes that need it', async () => {
    cdkSays({ [BILLING]: '❌  xacct-target-222222222222 failed: a role of that name exists' });
    const { code, stdout, stderr } = await xacct('deploy', '--yes', '--json');
    expect(code).toBe(1);
    const { outcomes } = JSON.parse(stdout);
    const told = outcomes.map(({ stack, outcome, reason }: Record<string, string>) => [
      stack,
      outcome,
      reason,
    ]);
    expect(told.sort()).toEqual(
      [
        [FORWARDER, 'deployed', null],
        [BILLING, 'failed', 'xacct-target-222222222222 failed: a role of that name exists'],
        [ANALYTICS, 'deployed', null],
        [ORDERS, 'deployed', null],
        [PAYMENTS, 'skipped', `needs ${BILLING}`],
      ].sort(),
    );
    expect(stderr).toMatch(/\n2 of 5 stacks are not deployed; deploy again to continue\n$/);
  });

  test('deploys to an account whose stacks it could not read, and reports that', async () => {
    aws.deployed(stacks);
    aws.refused.add('222222222222');
    const { code, stderr } = await xacct('deploy', '--yes');
    expect([code, deployedByCdk()]).toEqual([0, [BILLING]]);
    expect(stderr).toContain('Cannot read the stacks of account 222222222222: AccessDenied: not authorized');
  });

  test('reads the source account with the current credentials where the role is refused', async () => {
    aws.deployed(stacks);
    aws.refused.add('111111111111');
    expect((await xacct('deploy', '--yes')).stdout).toMatch(/^Nothing changes/);
  });

  test('leaves accounts to their owners', async () => {
    expect((await xacct('deploy', '--yes', '--without-account', 'billing')).code).toBe(0);
    expect(deployedByCdk()).not.toContain(BILLING);
    expect(aws.calls.join()).not.toContain('222222222222');
    const { code, stderr } = await xacct('deploy', '--yes', '--without-account', 'nobody');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^routes\.yaml has no account or group "nobody", expected /m);
  });

  test('deploys beside a StackSet of the revision that the file asks for, and of no other', async () => {
    const exported = await xacct('export', 'billing', '--stackset', '--out', 'stackset.yaml');
    const [, revision = ''] = /revision (\w+)\n$/.exec(exported.stdout) ?? [];
    const deploy = () =>
      xacct('deploy', '--yes', '--without-account', 'billing', '--assume-revision', revision);
    const { code } = await deploy();
    expect([code, deployedByCdk().toSorted()]).toEqual([0, [FORWARDER, ORDERS, PAYMENTS, ANALYTICS]]);

    resetCdk();
    write('routes.yaml', routesYaml().replace('ledger:live', 'ledger:next'));
    expect(await deploy()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('First update the StackSet'),
    });
    expect(deployedByCdk()).toEqual([]);
  });

  test('keeps a route that the file no longer has, with all that it needs, and names the next command', async () => {
    aws.deployed(stacks);
    write(
      'routes.yaml',
      routesYaml(
        '  - stream: orders\n    batchSize: 500\n    targets: [{ account: analytics, function: reader }]\n',
      ),
    );
    const { code, stdout, stderr } = await xacct('deploy', '--yes');
    expect([code, deployedByCdk()]).toEqual([1, [FORWARDER, ORDERS]]);
    expect(stdout).toMatch(/^- route payments: no longer in the file/m);
    expect(stderr).toMatch(
      /^The file no longer has route "payments", which continues to read .*Next: xacct destroy payments$/m,
    );
  });

  test('stops at Ctrl-C, reports what is under way and starts nothing more', async () => {
    cdkSays({ [FORWARDER]: 'wait' });
    const child = start('deploy', '--yes', '--json');
    const stdout = text(child.stdout);
    child.stderr.setEncoding('utf8').on('data', (line: string) => {
      if (line.includes(`${FORWARDER} (111111111111): deploying`))
        setTimeout(() => child.kill('SIGINT'), 500);
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    const { outcomes } = JSON.parse(await stdout);
    expect(outcomes.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'interrupted',
      ...Array(4).fill('skipped'),
    ]);
  });

  test('ends with 2 where there is nobody to ask, and for an unknown route', async () => {
    expect(await xacct('deploy')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'Missing --yes: without a terminal, xacct cannot ask\n',
    });
    const { code, stderr } = await xacct('deploy', 'order', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('routes.yaml has no route "order", expected one of orders, payments\n');
  });

  test('reports missing credentials, and deploys nothing', async () => {
    const { AWS_ACCESS_KEY_ID: _, ...env } = process.env;
    const alone = { ...env, AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' };
    const { code, stderr } = await xacct.with(alone)('deploy', '--yes');
    expect([code, cdkRuns()]).toEqual([1, []]);
    expect(stderr).toContain('Give credentials of account 111111111111, as for the AWS CLI, or --profile');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('reports that the CDK CLI cannot be started', async () => {
    const { code, stderr } = await xacct.with({ ...process.env, XACCT_CDK: 'no-such-cdk' })(
      'deploy',
      '--yes',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^no-such-cdk: the CDK CLI cannot be started \(ENOENT\)$/m);
  });
});

describe('xacct diff', () => {
  test('compares with what is deployed, in every account', async () => {
    aws.deployed(stacks.filter(({ name }) => name !== BILLING));
    const { code, stdout } = await xacct('diff');
    expect([code, stdout]).toEqual([
      0,
      '~ route payments: role in billing (222222222222): new\nNothing else changes: 1 route stays as it is\n',
    ]);
  });

  test('compares with what CloudFormation returns, characters that are not ASCII included', async () => {
    const filtered = routesYaml().replace(
      'orders\n',
      'orders\n    filters: [{ data: { city: [Zürich 🎿] } }]\n',
    );
    write('routes.yaml', filtered);
    aws.deployed(await stacksOf(filtered));
    expect((await xacct('diff')).stdout).toMatch(/^Nothing changes/);
  });

  test('ends with 1 where an account cannot be read, after what could be compared', async () => {
    aws.deployed(stacks);
    aws.refused.add('222222222222');
    const { code, stdout, stderr } = await xacct('diff');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^Cannot read the stacks of account 222222222222: AccessDenied: .*xacct export 222222222222 --bootstrap-policy --out /m,
    );
    expect(stderr).toMatch(/\nStacks that cannot be read are not compared\n$/);
  });

  test("shows the CDK's own diff with --cdk", async () => {
    const { code, stdout } = await xacct('diff', '--cdk');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nStack xacct-route-orders: what cdk diff says\n$/);
  });
});
