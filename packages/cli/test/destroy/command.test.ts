import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type QueueServer, startQueueServer } from '../queues/queue-server.ts';
import {
  type CloudFormationServer,
  CURRENT,
  type DeployedStack,
  startCloudFormationServer,
} from '../stacks/cloudformation-server.ts';
import { routesYaml, write, xacct, xacctProcess } from '../xacct.ts';

const STACK = 'xacct-route-invoices';
const RETRY = 'xacct-route-invoices-retry';
const BUCKET = 'xacct-failures-default-111111111111-us-west-2';
const DEAD = 'xacct-route-invoices-dead-letters';

const deployed: DeployedStack = {
  name: STACK,
  account: '111111111111',
  region: 'us-west-2',
  tags: { 'xacct:name': 'xacct', 'xacct:route': 'invoices', 'xacct:forwarder': 'default' },
  template: {},
  isProtected: true,
};

let aws: CloudFormationServer;
let sqs: QueueServer;
beforeAll(async () => {
  aws = await startCloudFormationServer();
  sqs = await startQueueServer();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_S3: sqs.endpoint,
    AWS_ACCESS_KEY_ID: CURRENT.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  write('routes.yaml', routesYaml());
});
afterAll(async () => {
  await aws.close();
  await sqs.close();
});

beforeEach(() => {
  aws.deployed([deployed]);
  aws.refused.clear();
  aws.calls.length = 0;
  sqs.fill(RETRY, [{ body: 'a' }, { body: 'b' }]);
  sqs.fill(DEAD, []);
  sqs.fillBucket(BUCKET, {});
});

const changing = () => aws.calls.filter((call) => /^(Update|Delete)/.test(call));

describe('xacct destroy', () => {
  test('disables the protection of the stack, deletes it, and reports what stays', async () => {
    const { code, stdout, stderr } = await xacctProcess('destroy', 'invoices', '--yes');
    expect(stderr).toBe(`- stack ${STACK}: the route reads its stream no more
  stays: queue ${RETRY}, about 2 messages
  stays: queue ${DEAD}, about 0 messages
Stack ${STACK} is deleted
`);
    expect(stdout).toMatch(
      /^Route "invoices" is gone\. Next: "xacct deploy" takes its roles and permissions away/,
    );
    expect(code).toBe(0);
    expect(changing()).toEqual([
      `UpdateTerminationProtection 111111111111 ${STACK}`,
      `DeleteStack 111111111111 ${STACK}`,
    ]);
    expect(aws.calls).toContain('AssumeRole 111111111111 cdk-hnb659fds-deploy-role-111111111111-us-west-2');
  });

  test('prints one object with --json', async () => {
    const { stdout } = await xacct('destroy', 'invoices', '--yes', '--json');
    expect(JSON.parse(stdout)).toEqual({
      route: 'invoices',
      stack: STACK,
      queues: [
        { queue: RETRY, messages: 2, reason: null },
        { queue: DEAD, messages: 0, reason: null },
      ],
      paused: { targets: [], reason: null },
    });
  });

  test('counts what is kept for paused targets as records that stay', async () => {
    const target = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
    const hourAgo = new Date(Date.now() - 3_600_500).toISOString();
    const key = (number: number, route = 'invoices') =>
      `waiting/paused/${route}/${target}/${hourAgo}-shardId-000000000000:${number}-40-0123456789abcdef.json`;
    sqs.fillBucket(BUCKET, { [key(1)]: 'a', [key(2)]: 'b', [key(3, 'others')]: 'c' });
    const { stderr } = await xacct('destroy', 'invoices', '--yes');
    expect(stderr).toContain(
      '  stays: 999999999999/reader  paused  80 records in 2 objects, the oldest arrived 1 h ago\n',
    );
    sqs.refuse('ListObjectsV2', { type: 'AccessDenied', status: 403 });
    aws.deployed([deployed]);
    const refused = await xacct('destroy', 'invoices', '--yes');
    sqs.refuse('ListObjectsV2', undefined);
    expect([refused.code, refused.stderr]).toEqual([
      0,
      expect.stringContaining('  stays: what is kept for paused targets, which is not known (Cannot list '),
    ]);
  });

  test('goes on where the queues cannot be asked', async () => {
    sqs.refuse('GetQueueAttributes', { type: 'com.amazonaws.sqs#QueueDoesNotExist', status: 400 });
    const { code, stderr } = await xacct('destroy', 'invoices', '--yes');
    sqs.refuse('GetQueueAttributes', undefined);
    expect(code).toBe(0);
    expect(stderr).toContain(`stays: queue ${RETRY}, what it holds is not known (QueueDoesNotExist: no)\n`);
  });

  test('refuses a route that the file has', async () => {
    const { code, stderr } = await xacct('destroy', 'orders', '--yes');
    expect([code, aws.calls]).toEqual([2, []]);
    expect(stderr).toBe(
      'routes.yaml has route "orders", so the next deployment would make it again. Delete its entry first\n',
    );
  });

  test('asks nobody where there is no terminal', async () => {
    expect(await xacct('destroy', 'invoices')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'Missing --yes: without a terminal, xacct cannot ask\n',
    });
  });

  test('reports that there is no such stack', async () => {
    aws.deployed([]);
    const { code, stdout, stderr } = await xacct('destroy', 'invoices', '--yes');
    expect([code, stdout, changing()]).toEqual([1, '', []]);
    expect(stderr).toBe(
      `There is no stack ${STACK} in account 111111111111, us-west-2. "xacct diff" lists the routes that are deployed and not in the file\n`,
    );
  });

  test('does not touch a stack of that name that belongs to another file', async () => {
    aws.deployed([{ ...deployed, tags: { 'xacct:name': 'other' } }]);
    const { code, stderr } = await xacct('destroy', 'invoices', '--yes');
    expect([code, changing()]).toEqual([1, []]);
    expect(stderr).toMatch(/xacct:route are other and not there, expected xacct and invoices\n$/);
  });

  test("reports CloudFormation's reason where the stack is not deleted", async () => {
    aws.deployed([{ ...deployed, undeletable: 'The following resource(s) failed to delete: [Mapping].' }]);
    const { code, stderr } = await xacct('destroy', 'invoices', '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /Stack xacct-route-invoices is not deleted: DELETE_FAILED: The following resource\(s\) failed to delete: \[Mapping\]\.\n$/,
    );
  });

  test('reports whose credentials it needs', async () => {
    const { AWS_ACCESS_KEY_ID: _, ...env } = process.env;
    const alone = { ...env, AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' };
    const { code, stderr } = await xacct.with(alone)('destroy', 'invoices', '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Cannot delete the stack of route "invoices": .*Give credentials of account 111111111111/,
    );
  });
});
