import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CloudFormationServer } from '../stacks/cloudformation-server.ts';
import { age, resetCdk, startDeployments } from '../stacks/deployments.ts';
import { routesYaml, write, xacct } from '../xacct.ts';

const FORMER = '333333333333';
const STACK = `xacct-target-${FORMER}`;
const entry = (account: string) =>
  `  - stream: orders\n    targets: [{ account: analytics, function: reader }, { account: "${account}", function: reader }]\n`;
const WITH = routesYaml(entry(FORMER));
const WITHOUT = routesYaml(entry('222222222222'));

let aws: CloudFormationServer;
beforeAll(async () => {
  aws = await startDeployments();
  process.env.AWS_ENDPOINT_URL_SQS = aws.endpoint;
});
afterAll(() => aws.close());

const deploy = () => xacct('deploy', '--yes', '--no-wait');
const namesOf = () =>
  aws
    .stacks()
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .map(({ name }) => name);

beforeEach(() => {
  resetCdk();
  aws.deployed([]);
  aws.refused.clear();
});

describe('an account that the file no longer names', () => {
  test('is found by what forwarders keep, shown, emptied, and then forgotten', async () => {
    write('routes.yaml', WITH);
    expect((await deploy()).code).toBe(0);
    age(aws);
    write('routes.yaml', WITHOUT);
    const refused = await xacct('destroy', '--account', FORMER, '--yes');
    expect([refused.code, refused.stderr]).toEqual([
      1,
      `Nothing is deleted: route "orders", as it is deployed, still sends to account ${FORMER} by stack ${STACK}. First: xacct deploy\n`,
    ]);

    expect((await deploy()).code).toBe(0);
    const tooSoon = await xacct('destroy', '--account', FORMER, '--yes');
    expect(tooSoon.stderr).toMatch(
      /^Nothing is deleted: forwarders may use an earlier route for 1\d\d s\. Try again then$/m,
    );
    age(aws);
    expect((await deploy()).code).toBe(0);
    age(aws);
    const { stdout } = await xacct('diff');
    expect(stdout).toContain(
      `- stack ${STACK}: no route of the file needs it; "xacct destroy --account ${FORMER}" deletes it; 1 role deleted\n`,
    );

    const destroyed = await xacct('destroy', '--account', FORMER, '--yes', '--json');
    expect(JSON.parse(destroyed.stdout)).toEqual({ account: FORMER, stacks: [STACK] });
    expect(namesOf()).not.toContain(STACK);
    const asked = () => aws.calls.filter((call) => call.startsWith(`DescribeStacks ${FORMER}`)).length;
    expect((await deploy()).code).toBe(0);
    const before = asked();
    expect((await xacct('diff')).stdout).toMatch(/^Nothing changes/);
    expect(asked()).toBe(before);
  });

  test('stops nobody where it cannot be read', async () => {
    write('routes.yaml', WITH);
    await deploy();
    age(aws);
    write('routes.yaml', WITHOUT);
    await deploy();
    age(aws);
    aws.refused.add(FORMER);
    const { code, stderr } = await deploy();
    expect(code).toBe(0);
    expect(stderr).toContain(
      `A stack may be left in account ${FORMER}, which cannot be read: AccessDenied: not authorized`,
    );
    const forgotten = await xacct('deploy', '--yes', '--no-wait', '--without-account', FORMER);
    expect([forgotten.code, (await xacct('diff')).stderr]).toEqual([0, expect.not.stringContaining(FORMER)]);
  });

  test('keeps the stacks that the file asks for', async () => {
    write('routes.yaml', WITH);
    await deploy();
    const { code, stderr } = await xacct('destroy', '--account', 'analytics', '--yes');
    expect([code, stderr]).toEqual([
      1,
      'Account 999999999999 has no stack that no route of the file needs; the file has targets there, for which xacct-target-999999999999 stays\n',
    ]);
  });

  test('is one account, in place of a route', async () => {
    write('routes.yaml', WITH);
    expect((await xacct('destroy', '--yes')).code).toBe(2);
    expect((await xacct('destroy', 'orders', '--account', 'billing', '--yes')).code).toBe(2);
    const { code, stderr } = await xacct('destroy', '--account', 'everyone', '--yes');
    expect([code, stderr]).toEqual([
      2,
      'routes.yaml has no account "everyone", expected a name from "accounts", or 12 digits\n',
    ]);
  });
});
