import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { readAssemblyStacks } from '../../src/stacks/read-assembly-stacks.ts';
import { readDeployed } from '../../src/stacks/read-deployed.ts';
import { type CloudFormationServer, CURRENT, startCloudFormationServer } from './cloudformation-server.ts';

const { routes } = parseRoutes(`
source: { account: "111111111111", region: us-west-2 }
accounts: { billing: { id: "222222222222", region: eu-west-1 } }
bootstrap: { qualifier: streams }
routes:
  - stream: orders
    targets: [{ account: billing, function: reader }, { account: "333333333333", function: reader }]
`);
if (routes === undefined) throw new Error('The routes of this test are not valid');

let aws: CloudFormationServer;
let folder: string;
beforeAll(async () => {
  aws = await startCloudFormationServer();
  folder = await mkdtemp(join(tmpdir(), 'xacct-read-'));
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', CURRENT.AWS_ACCESS_KEY_ID);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
});
afterEach(() => {
  aws.calls.length = 0;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([aws.close(), rm(folder, { recursive: true })]);
});

describe('readDeployed', () => {
  test("reads each account in its region, by the lookup role of the file's qualifier", async () => {
    await synthesize(routes, folder);
    const stacks = await readAssemblyStacks(folder);
    aws.deployed(stacks);
    const accounts = ['111111111111', '222222222222', '333333333333'];
    const { stacks: read, unreadable } = await readDeployed(routes, accounts, undefined);
    expect(unreadable).toEqual([]);
    expect(Object.fromEntries(read.map(({ name, region }) => [name, region]))).toEqual({
      'xacct-forwarder-default': 'us-west-2',
      'xacct-route-orders': 'us-west-2',
      'xacct-target-222222222222': 'eu-west-1',
      'xacct-target-333333333333': 'us-west-2',
    });
    expect(aws.calls.filter((call) => call.startsWith('AssumeRole')).toSorted()).toEqual([
      'AssumeRole 111111111111 cdk-streams-lookup-role-111111111111-us-west-2',
      'AssumeRole 111111111111 cdk-streams-lookup-role-222222222222-eu-west-1',
      'AssumeRole 111111111111 cdk-streams-lookup-role-333333333333-us-west-2',
    ]);
  });
});
