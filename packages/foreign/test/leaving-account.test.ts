import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { changesBetween, contentsOf, readAccounts } from '../src/accounts/read-accounts.ts';
import { expectedResources } from '../src/assembly/expected-resources.ts';
import { synthesizeRoutes } from '../src/assembly/synthesize-routes.ts';
import { describeForeign } from '../src/describe-foreign.ts';
import { prepareAccounts } from '../src/prepare-accounts.ts';
import { AUDIT, BILLING, SOURCE, writeRoutes } from '../src/routes-file.ts';
import { runXacct } from '../src/run-command.ts';
import type { ForeignAws } from '../src/start-foreign-aws.ts';
import { writtenStacks } from '../src/written-stacks.ts';

const STACK = `xacct-target-${AUDIT}`;
const FORWARDER = `${SOURCE} xacct-forwarder-default`;
/** Longer than any forwarder uses an earlier route. */
const LONG_S = 200;

const fileWith = (targets: readonly string[]) => `
source: { account: "${SOURCE}", region: us-west-2 }
accounts: { billing: "${BILLING}" }
routes:
  - stream: orders
    targets:
${targets.map((account) => `      - { account: ${account}, function: reader, hasFailureDestination: true }\n`).join('')}`;

/** Each test goes on from what the one before has deployed. */
describeForeign('an account that the file no longer names', () => {
  let aws: ForeignAws;

  beforeAll(async () => {
    aws = await prepareAccounts();
    await writeRoutes(aws, () => fileWith(['billing', `"${AUDIT}"`]));
    const { code, stdout } = await xacct('deploy', '--yes');
    expect(code, stdout).toBe(0);
    await writeRoutes(aws, () => fileWith(['billing']));
  });
  afterAll(() => aws?.close());
  beforeEach(() => {
    aws.gateway.calls.length = 0;
  });

  const xacct = (...args: string[]) => runXacct(aws, SOURCE, ...args);
  const destroy = () => xacct('destroy', '--account', AUDIT, '--yes');
  const written = () => writtenStacks(aws.gateway.calls);
  const found = async () => contentsOf(await readAccounts(aws));
  const expected = async () => expectedResources(await synthesizeRoutes(aws, SOURCE));

  test('keeps its stack as long as a forwarder may use it', async () => {
    expect(await destroy()).toMatchObject({
      code: 1,
      stderr: `Nothing is deleted: route "orders", as it is deployed, still sends to account ${AUDIT} by stack ${STACK}. First: xacct deploy\n`,
    });
    expect((await xacct('deploy', '--yes', '--no-wait')).code).toBe(0);
    expect((await destroy()).stderr).toMatch(
      /^Nothing is deleted: forwarders may use an earlier route for \d+ s\. Try again then$/m,
    );
    expect(written()).toEqual([`${SOURCE} xacct-route-orders`]);
  });

  test('has a role that no forwarder may assume, once a deployment has contracted the permissions', async () => {
    aws.gateway.elapse(LONG_S);
    expect((await xacct('deploy', '--yes', '--no-wait')).code).toBe(0);
    expect(written()).toEqual([FORWARDER]);
    const all = await found();
    expect(all.has(`${AUDIT} role xacct-route-orders`)).toBe(true);
    const { policies } = all.get(`${SOURCE} role xacct-forwarder-default`) as { policies: object };
    expect(JSON.stringify(policies)).toContain(`arn:aws:iam::${BILLING}:role/xacct-route-orders`);
    expect(JSON.stringify(policies)).not.toContain(AUDIT);
  });

  test('is shown by diff, emptied by destroy, and then forgotten by the forwarder', async () => {
    expect((await xacct('diff')).stdout).toContain(
      `- stack ${STACK}: no route of the file needs it; "xacct destroy --account ${AUDIT}" deletes it; 1 role deleted\n`,
    );
    const before = await readAccounts(aws);
    const { code, stdout, stderr } = await destroy();
    expect([code, stdout], stderr).toEqual([
      0,
      `Account ${AUDIT} has nothing of xacct any more that no route needs\n`,
    ]);
    expect(written()).toEqual([`${AUDIT} ${STACK}`]);
    expect(changesBetween(before, await readAccounts(aws))).toEqual({
      added: [],
      changed: [],
      removed: [`${AUDIT} role xacct-route-orders`, `${AUDIT} stack ${STACK}`],
    });
    expect((await xacct('deploy', '--yes')).code).toBe(0);
    expect(written().slice(1)).toEqual([FORWARDER]);
    expect(await found()).toEqual(await expected());
    aws.gateway.calls.length = 0;
    expect((await xacct('diff')).stdout).toBe('Nothing changes: 1 route stays as it is\n');
    expect(aws.gateway.calls.filter(({ account }) => account === AUDIT)).toEqual([]);
  });
});
