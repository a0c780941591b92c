import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Stack } from '../../src/stacks/stack.ts';
import type { CloudFormationServer } from '../stacks/cloudformation-server.ts';
import { age, cdkSays, deployedByCdk, resetCdk, startDeployments } from '../stacks/deployments.ts';
import { stacksOf } from '../stacks/stacks-of.ts';
import { routesYaml, write, xacct } from '../xacct.ts';

const ANALYTICS = 'xacct-target-999999999999';
const BILLING = 'xacct-target-222222222222';
const ORDERS = 'xacct-route-orders';
const PAYMENTS = 'xacct-route-payments';
const RENAMED = routesYaml().replace('ledger:live', 'ledger:next');

let aws: CloudFormationServer;
let stacks: Stack[];

beforeAll(async () => {
  aws = await startDeployments();
  stacks = await stacksOf(routesYaml());
});
afterAll(() => aws.close());

beforeEach(() => {
  write('routes.yaml', routesYaml());
  aws.deployed(stacks);
  aws.deleted([]);
  aws.refused.clear();
  aws.mappings.clear();
  aws.refuseMappings(false);
  resetCdk();
});

const rolesOf = (name: string) => JSON.stringify(aws.stacks().find((stack) => stack.name === name)?.template);

describe('xacct deploy of another function', () => {
  test('widens the roles first, switches the route, and narrows them with a later deployment', async () => {
    write('routes.yaml', RENAMED);
    const diff = await xacct('diff');
    expect(diff.stdout).toContain(
      `In phases: 2 stacks expanded, 1 route switched, and 120 s later ${BILLING}, ${ANALYTICS} allow no more than the new routes need\n`,
    );
    const { code, stderr } = await xacct('deploy', '--yes', '--no-wait', '--concurrency', '1');
    expect([code, deployedByCdk()]).toEqual([0, [BILLING, ANALYTICS, PAYMENTS]]);
    expect(stderr).toContain(
      `Still to contract, by the next deployment from 120 s on: ${BILLING}, ${ANALYTICS}\n`,
    );
    expect(rolesOf(BILLING)).toMatch(/ledger:live.*ledger:next/);

    expect((await xacct('diff')).stdout).toMatch(
      /^Still to contract in 1\d\d s: xacct-target-222222222222, xacct-target-999999999999 allow more than any route needs$/m,
    );
    age(aws);
    expect((await xacct('diff')).stdout).toMatch(
      /^Still to contract: xacct-target-222222222222, xacct-target-999999999999 allow more than any route needs$/m,
    );
    const { phases } = JSON.parse((await xacct('diff', '--json')).stdout);
    expect(phases).toMatchObject({ expand: [], switch: [], contract: [BILLING, ANALYTICS], unsettledMs: 0 });
    expect((await xacct('deploy', '--yes', '--no-wait')).code).toBe(0);
    expect(rolesOf(BILLING)).not.toContain('ledger:live');
    expect((await xacct('diff')).stdout).toMatch(/^Nothing changes/);
  });

  test('reports the accounts that keep their old targets, and ends with 1', async () => {
    write('routes.yaml', RENAMED);
    cdkSays({ [BILLING]: '❌  no' });
    const { code, stdout, stderr } = await xacct('deploy', '--yes', '--no-wait', '--json');
    expect(code).toBe(1);
    const { late, outcomes, toContract } = JSON.parse(stdout);
    const arn = (name: string) => `arn:aws:lambda:us-west-2:222222222222:function:${name}`;
    expect(late).toEqual([
      {
        route: 'payments',
        account: '222222222222',
        waiting: [arn('ledger:next')],
        kept: [arn('ledger:live')],
      },
    ]);
    expect(outcomes.find(({ stack }: { stack: string }) => stack === PAYMENTS)).toMatchObject({
      phase: 'switch',
      outcome: 'deployed',
    });
    expect(toContract).toEqual({ stacks: [ANALYTICS], afterMs: expect.any(Number) });
    expect(stderr).toContain(
      `route payments: account 222222222222 is not ready for ${arn('ledger:next')}; until then the records go to ${arn('ledger:live')}\n`,
    );
  });

  test('does not remove what an earlier deployment of another machine has just replaced', async () => {
    write('routes.yaml', RENAMED);
    await xacct('deploy', '--yes', '--no-wait');
    const { stdout } = await xacct('deploy', '--yes', '--no-wait', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ outcomes: [], toContract: { stacks: [BILLING, ANALYTICS] } });
    aws.deployed(aws.stacks().map(({ updatedAt: _, events: __, ...stack }) => stack));
    aws.deleted([{ ...stacks[0], name: 'xacct-route-gone', deletedAt: new Date().toISOString() } as never]);
    const gone = await xacct('deploy', '--yes', '--no-wait', '--json');
    expect(JSON.parse(gone.stdout)).toMatchObject({
      outcomes: [],
      toContract: { stacks: [BILLING, ANALYTICS] },
    });
  });

  test('begins nothing while another deployment is under way', async () => {
    write('routes.yaml', RENAMED);
    aws.deployed(
      stacks.map((stack) => (stack.name === ORDERS ? { ...stack, status: 'UPDATE_IN_PROGRESS' } : stack)),
    );
    const { code, stderr } = await xacct('deploy', '--yes');
    expect([code, deployedByCdk()]).toEqual([1, []]);
    expect(stderr).toContain(
      'Nothing is deployed: stack xacct-route-orders in account 111111111111 is UPDATE_IN_PROGRESS, so that another deployment is under way',
    );
  });
});

describe('xacct deploy reads back', () => {
  const edited = routesYaml().replace('orders\n', 'orders\n    batchSize: 500\n');
  const outcomeOf = async (...args: string[]) => {
    const { code, stdout } = await xacct('deploy', '--yes', '--json', ...args);
    const { outcomes, unchecked } = JSON.parse(stdout);
    return { code, unchecked, ...outcomes.find(({ stack }: { stack: string }) => stack === ORDERS) };
  };

  beforeEach(() => write('routes.yaml', edited));

  test('a stack that the CDK leaves unexecuted', async () => {
    cdkSays({ [ORDERS]: 'review' });
    expect(await outcomeOf()).toMatchObject({
      code: 1,
      outcome: 'failed',
      reason: 'it is REVIEW_IN_PROGRESS, though the CDK ended without an error',
    });
  });

  test('a stack that is not what was sent', async () => {
    cdkSays({ [ORDERS]: 'nothing' });
    expect(await outcomeOf()).toMatchObject({
      code: 1,
      outcome: 'failed',
      reason: 'its template is not the one that was sent: somebody else may have deployed it',
    });
    write('routes.yaml', `tags: { team: streams }\n${routesYaml()}`);
    expect(await outcomeOf()).toMatchObject({
      code: 1,
      outcome: 'failed',
      reason: 'its tags are not those that were sent: somebody else may have deployed it',
    });
  });

  test('a stack whose resources only wait for others, which CloudFormation takes for no change', async () => {
    aws.deployed(
      (await stacksOf(edited)).map((stack) => {
        if (stack.name !== ORDERS) return stack;
        const { Mapping, ...others } = stack.template.Resources ?? {};
        const Resources = { ...others, Mapping: { ...Mapping, DependsOn: ['Elsewhere'] } };
        return { ...stack, template: { ...stack.template, Resources } as Stack['template'] };
      }),
    );
    cdkSays({ [ORDERS]: 'nothing' });
    expect(await outcomeOf()).toMatchObject({ code: 0, outcome: 'deployed' });
  });

  test('a mapping that is not enabled, or could not do its work', async () => {
    aws.mappings.set(`${ORDERS}.Mapping`, { State: 'Disabled' });
    expect(await outcomeOf()).toMatchObject({
      code: 1,
      reason: `its event source mapping Mapping (${ORDERS}.Mapping) is Disabled, expected Enabled`,
    });
    aws.deployed(stacks);
    aws.mappings.set(`${ORDERS}.Mapping`, { LastProcessingResult: 'PROBLEM: Function call failed' });
    expect(await outcomeOf()).toMatchObject({
      code: 1,
      reason: `its event source mapping Mapping (${ORDERS}.Mapping) says "PROBLEM: Function call failed"`,
    });
  });

  test('the state that a disabled route asks for', async () => {
    write('routes.yaml', routesYaml().replace('orders\n', 'orders\n    enabled: false\n'));
    expect(await outcomeOf()).toMatchObject({ code: 0, outcome: 'deployed', unchecked: [] });
  });

  test('nothing where it may not, and reports that', async () => {
    aws.refuseMappings(true);
    const { code, outcome, unchecked } = await outcomeOf();
    expect([code, outcome]).toEqual([0, 'deployed']);
    expect(unchecked).toEqual([
      {
        stack: ORDERS,
        account: '111111111111',
        reason: expect.stringMatching(/^what its event source mappings do cannot be read: .*not authorized/),
      },
    ]);
  });
});
