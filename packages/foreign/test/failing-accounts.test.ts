import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { changesBetween, contentsOf, readAccounts } from '../src/accounts/read-accounts.ts';
import { expectedResources } from '../src/assembly/expected-resources.ts';
import { synthesizeRoutes } from '../src/assembly/synthesize-routes.ts';
import { describeForeign } from '../src/describe-foreign.ts';
import type { Call } from '../src/moto/call.ts';
import { prepareAccounts } from '../src/prepare-accounts.ts';
import { ANALYTICS, AUDIT, BILLING, SOURCE, writeRoutes } from '../src/routes-file.ts';
import { runCdk, runXacct } from '../src/run-command.ts';
import type { ForeignAws } from '../src/start-foreign-aws.ts';
import { writtenStacks } from '../src/written-stacks.ts';

interface Outcome {
  stack: string;
  account: string;
  outcome: string;
  reason: string | null;
}

/** Each test goes on from what the one before has deployed. */
describeForeign('an account that fails', () => {
  let aws: ForeignAws;
  /** What `xacct deploy` names for an account that is not bootstrapped. */
  let command: string;

  beforeAll(async () => {
    aws = await prepareAccounts([AUDIT]);
    await writeRoutes(aws);
  });
  afterAll(() => aws?.close());
  beforeEach(() => {
    aws.gateway.calls.length = 0;
  });

  const expected = async (...without: string[]) => {
    const stacks = await synthesizeRoutes(aws, SOURCE);
    return expectedResources(stacks.filter(({ name }) => !without.includes(name)));
  };
  const found = async () => contentsOf(await readAccounts(aws));

  /** Deploys, and returns the outcomes that are another than `deployed`. */
  async function deploy(): Promise<{ code: number | null; stderr: string; left: Outcome[] }> {
    const { code, stdout, stderr } = await runXacct(aws, SOURCE, 'deploy', '--yes', '--json');
    const { outcomes }: { outcomes: Outcome[] } = JSON.parse(stdout);
    return { code, stderr, left: outcomes.filter(({ outcome }) => outcome !== 'deployed') };
  }

  test('for want of a bootstrap stops the route that goes there, and deploys the others', async () => {
    const { code, stderr, left } = await deploy();
    expect([code, left]).toMatchObject([
      1,
      [
        { stack: `xacct-target-${AUDIT}`, account: AUDIT, outcome: 'failed' },
        { stack: 'xacct-route-events', outcome: 'skipped', reason: `needs xacct-target-${AUDIT}` },
      ],
    ]);
    expect(stderr).toMatch(/^xacct-target-444444444444 \(444444444444\): failed after \d+ s: account /m);
    expect(stderr).toMatch(/\n2 of 8 stacks are not deployed; deploy again to continue\n$/);
    expect(left[0]?.reason).toMatch(/^account 444444444444 is not bootstrapped/);
    command = /xacct (export .+?), whose first lines/.exec(left[0]?.reason ?? '')?.[1] ?? '';
    expect(await found()).toEqual(await expected(`xacct-target-${AUDIT}`, 'xacct-route-events'));
  });

  test('is deployed once it is bootstrapped as the file says that the named command writes', async () => {
    expect(command).toBe('export 444444444444 --bootstrap-policy --out bootstrap.yaml');
    expect((await runXacct(aws, SOURCE, ...command.split(' '))).code).toBe(0);
    const TemplateBody = await readFile(join(aws.folder, 'bootstrap.yaml'), 'utf8');
    const StackName = /--stack-name (\S+)/.exec(TemplateBody)?.[1];
    const { cloudFormation } = aws.account(AUDIT);
    await cloudFormation.send(
      new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
    );
    const bootstrap = /npx aws-cdk@\S+ (bootstrap .+)/.exec(TemplateBody)?.[1] ?? '';
    expect(bootstrap).toMatch(/^bootstrap aws:\/\/444444444444\/us-west-2 --trust 111111111111 /);
    await runCdk(aws, AUDIT, ...bootstrap.split(' '));
    aws.gateway.calls.length = 0;
    expect(await deploy()).toMatchObject({ code: 0, left: [] });
    expect(writtenStacks(aws.gateway.calls)).toEqual([
      `${AUDIT} xacct-target-${AUDIT}`,
      `${SOURCE} xacct-route-events`,
    ]);
    expect(await found()).toEqual(await expected());
    const { code, stdout } = await runXacct(aws, SOURCE, 'diff');
    expect([code, stdout]).toEqual([0, 'Nothing changes: 3 routes stay as they are\n']);
  });

  test('in the middle of a deployment leaves the others deployed, and heals with the next one', async () => {
    const targets = ['analytics', 'billing'].map((account) => `{ account: ${account}, function: returns }`);
    await writeRoutes(aws, (text) => `${text}\n  - stream: returns\n    targets: [${targets.join()}]\n`);
    const before = await readAccounts(aws);
    const isRefused = ({ service, action, account }: Call) =>
      service === 'cloudformation' && action === 'CreateChangeSet' && account === BILLING;
    const allow = aws.gateway.refuse(isRefused);
    const { code, left } = await deploy();
    allow();
    expect([code, left]).toMatchObject([
      1,
      [
        { stack: `xacct-target-${BILLING}`, account: BILLING, outcome: 'failed' },
        { stack: 'xacct-route-returns', outcome: 'skipped', reason: `needs xacct-target-${BILLING}` },
      ],
    ]);
    expect(left[0]?.reason).toContain('account 333333333333 may not call cloudformation:CreateChangeSet');
    const { added, changed, removed } = changesBetween(before, await readAccounts(aws));
    expect([added, removed]).toEqual([[`${ANALYTICS} role xacct-route-returns`], []]);
    expect(changed).toEqual([
      `${SOURCE} role xacct-forwarder-default`,
      `${SOURCE} stack xacct-forwarder-default`,
      `${ANALYTICS} stack xacct-target-${ANALYTICS}`,
    ]);

    aws.gateway.calls.length = 0;
    expect(await deploy()).toMatchObject({ code: 0, left: [] });
    expect(writtenStacks(aws.gateway.calls)).toEqual([
      `${BILLING} xacct-target-${BILLING}`,
      `${SOURCE} xacct-route-returns`,
    ]);
    expect(await found()).toEqual(await expected());
  });

  test('that cannot be read is named by diff, which ends with 1', async () => {
    const isRefused = ({ service, account }: Call) => service === 'cloudformation' && account === ANALYTICS;
    const allow = aws.gateway.refuse(isRefused);
    const { code, stderr } = await runXacct(aws, SOURCE, 'diff');
    allow();
    expect(code).toBe(1);
    expect(stderr).toContain(
      'Cannot read the stacks of account 222222222222: AccessDenied: account 222222222222 may not call cloudformation:DescribeStacks',
    );
  });
});
