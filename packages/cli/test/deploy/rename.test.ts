import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CloudFormationServer, DeployedStack } from '../stacks/cloudformation-server.ts';
import { resetCdk, startDeployments } from '../stacks/deployments.ts';
import { routesYaml, write, xacct } from '../xacct.ts';

const OLD = 'xacct-route-orders';
const NEW = 'xacct-route-sales';
const fileWith = (name: string, more = '') =>
  routesYaml(
    `  - { stream: orders, name: ${name}${more}, targets: [{ account: analytics, function: reader }] }\n`,
  );

let aws: CloudFormationServer;
beforeAll(async () => {
  aws = await startDeployments();
});
afterAll(() => aws.close());

/** As CloudFormation keeps a stack that was deleted long enough ago. */
function destroyed(stack: DeployedStack): void {
  aws.deployed(
    aws
      .stacks()
      .filter((other) => other !== stack)
      .map(({ updatedAt: _, events: __, ...rest }) => rest),
  );
  const events = [
    { at: '2026-11-22T08:01:00Z', id: OLD, status: 'DELETE_COMPLETE' },
    { at: '2026-11-22T08:00:30Z', id: 'Mapping', status: 'DELETE_COMPLETE' },
    { at: '2026-11-22T08:00:00Z', id: 'Mapping', status: 'DELETE_IN_PROGRESS' },
    { at: '2026-11-20T08:00:00Z', id: 'Mapping', status: 'UPDATE_COMPLETE' },
  ];
  aws.deleted([{ ...stack, deletedAt: '2026-11-22T08:01:00Z', events }]);
}

test('a route of another name goes on where the one before it stopped, and stays as it is then', async () => {
  resetCdk();
  const deploy = () => xacct('deploy', '--yes', '--no-wait', '--json');
  const find = (name: string) => aws.stacks().find((stack) => stack.name === name);
  write('routes.yaml', fileWith('orders'));
  expect((await deploy()).code).toBe(0);

  write('routes.yaml', fileWith('sales', ', startingPosition: AT_TIMESTAMP'));
  const waiting = await deploy();
  expect(waiting.code).toBe(1);
  expect(JSON.parse(waiting.stdout).outcomes.at(-1)).toMatchObject({
    stack: NEW,
    outcome: 'skipped',
    reason: 'route "orders", which the file no longer has, reads its stream. First: xacct destroy orders',
  });

  const old = find(OLD);
  if (old === undefined) throw new Error(`There is no stack ${OLD}`);
  destroyed(old);
  aws.ages.set('IteratorAge', [2_000, 30_000]);
  const { code, stdout, stderr } = await deploy();
  expect(code).toBe(0);
  expect(JSON.parse(stdout).starting).toEqual([
    {
      route: 'sales',
      at: '2026-11-22T07:54:00.000Z',
      reason: expect.stringContaining(`when stack ${OLD} was read last, 30 s behind`),
    },
  ]);
  expect(stderr).toMatch(
    /^ {2}route sales starts at 2026-11-22T07:54:00\.000Z: 360 s before 2026-11-22T08:00:00\.000Z/m,
  );
  expect(find(NEW)?.template.Resources?.Mapping?.Properties).toMatchObject({
    StartingPosition: 'AT_TIMESTAMP',
    StartingPositionTimestamp: Date.parse('2026-11-22T07:54:00Z') / 1000,
  });

  aws.deleted([]);
  aws.deployed(aws.stacks().map(({ updatedAt: _, events: __, ...rest }) => rest));
  await deploy();
  expect((await xacct('diff')).stdout).toMatch(/^Nothing changes/);
});
