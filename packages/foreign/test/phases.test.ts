import { decodeRoute } from '@xacct/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { contentsOf, readAccounts } from '../src/accounts/read-accounts.ts';
import { expectedResources } from '../src/assembly/expected-resources.ts';
import { synthesizeRoutes } from '../src/assembly/synthesize-routes.ts';
import { describeForeign } from '../src/describe-foreign.ts';
import type { Call } from '../src/moto/call.ts';
import { prepareAccounts } from '../src/prepare-accounts.ts';
import { ANALYTICS, AUDIT, BILLING, SOURCE, writeRoutes } from '../src/routes-file.ts';
import { runXacct } from '../src/run-command.ts';
import type { ForeignAws } from '../src/start-foreign-aws.ts';
import { writtenStacks } from '../src/written-stacks.ts';

const READERS = [ANALYTICS, BILLING, AUDIT];
const TARGETS = READERS.map((account) => `${account} xacct-target-${account}`);
const ROUTE = `${SOURCE} xacct-route-events`;
const FORWARDER = `${SOURCE} xacct-forwarder-default`;
/** Longer than any forwarder uses an earlier route. */
const LONG_S = 200;

const fileWith = (name: string, settings = '') => `
source: { account: "${SOURCE}", region: us-west-2 }
accounts: { analytics: "${ANALYTICS}", billing: "${BILLING}", audit: "${AUDIT}" }
groups: { everyone: [analytics, billing, audit] }
routes:
  - stream: events
    targets: [{ group: everyone, function: ${name}, hasFailureDestination: true }]
${settings}`;

/** Each test goes on from what the one before has deployed. */
describeForeign('an edit of a route that is deployed', () => {
  let aws: ForeignAws;

  beforeAll(async () => {
    aws = await prepareAccounts();
    await use('reader-1');
    const { code, stdout } = await xacct('deploy', '--yes');
    expect(code, stdout).toBe(0);
  });
  afterAll(() => aws?.close());
  beforeEach(() => {
    aws.gateway.calls.length = 0;
  });

  const use = (name: string, settings?: string) => writeRoutes(aws, () => fileWith(name, settings));
  const xacct = (...args: string[]) => runXacct(aws, SOURCE, ...args);
  const written = () => writtenStacks(aws.gateway.calls);
  const expectAsInFile = async () => {
    expect(contentsOf(await readAccounts(aws))).toEqual(
      expectedResources(await synthesizeRoutes(aws, SOURCE)),
    );
    expect((await xacct('diff')).stdout).toBe('Nothing changes: 1 route stays as it is\n');
  };

  /** By account, the functions that its role may invoke, and the one that the stored route names. */
  async function functionsIn(): Promise<Record<string, { allowed: string[]; stored: string[] }>> {
    const found = contentsOf(await readAccounts(aws));
    const parameter = found.get(`${SOURCE} parameter /xacct/default/kinesis/events`) as { value: string };
    const { targets } = decodeRoute([parameter.value]);
    return Object.fromEntries(
      READERS.map((account) => {
        const role = found.get(`${account} role xacct-route-events`) as Role;
        const allowed = Object.values(role.policies).flatMap(({ Statement }) =>
          Statement.flatMap(({ Resource }) => Resource),
        );
        const stored = targets
          .map(({ functionArn }) => functionArn)
          .filter((arn) => arn.split(':')[4] === account);
        return [account, { allowed: allowed.map(nameOf).sort(), stored: stored.map(nameOf) }];
      }),
    );
  }
  const all = (allowed: string[], stored: string[]) =>
    Object.fromEntries(READERS.map((account) => [account, { allowed, stored }]));

  const refusing = async <T>(isRefused: (call: Call) => boolean, work: () => Promise<T>) => {
    const allow = aws.gateway.refuse(isRefused);
    return work().finally(allow);
  };
  const isOf =
    (action: string, stack: string) =>
    ({ service, action: called, account, parameters }: Call) =>
      service === 'cloudformation' && called === action && `${account} ${parameters.StackName}` === stack;

  test('expands the roles first: where the route is not changed then, both functions may be invoked', async () => {
    await use('reader-2');
    expect((await xacct('diff')).stdout).toContain(
      'In phases: 3 stacks expanded, 1 route switched, and 120 s later xacct-target-222222222222, xacct-target-333333333333, xacct-target-444444444444 allow no more than the new routes need\n',
    );
    const { code, stdout } = await refusing(isOf('CreateChangeSet', ROUTE), () =>
      xacct('deploy', '--yes', '--no-wait'),
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^xacct-route-events +111111111111 +failed +switch /m);
    expect(written().sort()).toEqual(TARGETS);
    expect(await functionsIn()).toEqual(all(['reader-1', 'reader-2'], ['reader-1']));
  });

  test('switches the route with the next deployment, which leaves the roles to a later one', async () => {
    const { code, stderr } = await xacct('deploy', '--yes', '--no-wait');
    expect([code, written()]).toEqual([0, [ROUTE]]);
    // 120 s from the switch, of which a busy machine has used some by then.
    expect(stderr).toMatch(
      /^Still to contract, by the next deployment from \d+ s on: xacct-target-222222222222, /m,
    );
    expect(await functionsIn()).toEqual(all(['reader-1', 'reader-2'], ['reader-2']));

    aws.gateway.calls.length = 0;
    expect((await xacct('diff')).stdout).toMatch(
      /^Still to contract in \d+ s: xacct-target-222222222222, xacct-target-333333333333, xacct-target-444444444444 allow more than any route needs$/m,
    );
    expect((await xacct('deploy', '--yes', '--no-wait')).code).toBe(0);
    expect(written()).toEqual([]);
  });

  test('contracts the roles once nobody uses the earlier route any more', async () => {
    aws.gateway.elapse(LONG_S);
    expect((await xacct('deploy', '--yes', '--no-wait')).code).toBe(0);
    expect(written().sort()).toEqual(TARGETS);
    expect(await functionsIn()).toEqual(all(['reader-2'], ['reader-2']));
    await expectAsInFile();
  });

  test('switches all targets but those in an account that could not be expanded', async () => {
    await use('reader-3');
    const late = `${BILLING} xacct-target-${BILLING}`;
    const { code, stdout, stderr } = await refusing(isOf('CreateChangeSet', late), () =>
      xacct('deploy', '--yes', '--no-wait', '--json'),
    );
    const arn = (name: string) => `arn:aws:lambda:us-west-2:${BILLING}:function:${name}`;
    expect(JSON.parse(stdout)).toMatchObject({
      late: [{ route: 'events', account: BILLING, waiting: [arn('reader-3')], kept: [arn('reader-2')] }],
      toContract: { stacks: [`xacct-target-${ANALYTICS}`, `xacct-target-${AUDIT}`] },
    });
    expect(stderr).toContain(
      `route events: account ${BILLING} is not ready for ${arn('reader-3')}; until then the records go to ${arn('reader-2')}\n`,
    );
    expect([code, written().length, written().at(-1)]).toEqual([1, 3, ROUTE]);
    expect(await functionsIn()).toEqual({
      ...all(['reader-2', 'reader-3'], ['reader-3']),
      [BILLING]: { allowed: ['reader-2'], stored: ['reader-2'] },
    });
  });

  test('heals with the next deployment, which does all three phases and waits before the last', async () => {
    const { code, stderr } = await xacct('deploy', '--yes');
    const [expanded, switched, ...contracted] = written();
    expect([code, expanded, switched]).toEqual([0, `${BILLING} xacct-target-${BILLING}`, ROUTE]);
    expect(contracted.sort()).toEqual(TARGETS);
    expect(stderr.indexOf('xacct-route-events (111111111111): deployed')).toBeLessThan(
      stderr.indexOf(' s later, no forwarder uses an earlier route any more\n'),
    );
    expect(await functionsIn()).toEqual(all(['reader-3'], ['reader-3']));
    await expectAsInFile();
  });

  test('that CloudFormation takes and does not execute is a failure', async () => {
    await use('reader-3', '    enabled: false\n');
    const end = aws.gateway.lose(isOf('ExecuteChangeSet', ROUTE));
    const { code, stdout } = await xacct('deploy', '--yes', '--json').finally(end);
    expect([code, JSON.parse(stdout).outcomes]).toMatchObject([
      1,
      [
        {
          stack: 'xacct-route-events',
          outcome: 'failed',
          reason: 'its template is not the one that was sent: somebody else may have deployed it',
        },
      ],
    ]);
    expect((await xacct('deploy', '--yes')).code).toBe(0);
    await expectAsInFile();
  });

  test('leaves a new stack in review where its change set may not be executed, and makes it the next time', async () => {
    const withReturns = `  - stream: returns
    targets: [{ account: billing, function: returns, hasFailureDestination: true }]
`;
    await use('reader-3', `    enabled: false\n${withReturns}`);
    const isNew = isOf('ExecuteChangeSet', `${SOURCE} xacct-route-returns`);
    const { code, stdout } = await refusing(isNew, () => xacct('deploy', '--yes', '--json'));
    const failed = JSON.parse(stdout).outcomes.find(
      ({ outcome }: { outcome: string }) => outcome === 'failed',
    );
    expect([code, failed]).toMatchObject([
      1,
      {
        stack: 'xacct-route-returns',
        reason: expect.stringContaining('may not call cloudformation:ExecuteChangeSet'),
      },
    ]);
    const found = await readAccounts(aws);
    expect(found.has(`${SOURCE} parameter /xacct/default/kinesis/returns`)).toBe(false);
    expect((await xacct('diff')).stdout).toMatch(/^\+ route returns → billing\/returns /m);

    aws.gateway.calls.length = 0;
    const again = await xacct('deploy', '--yes');
    expect(again.code, again.stdout).toBe(0);
    expect(written().filter((name) => name === FORWARDER)).toEqual([]);
    expect(contentsOf(await readAccounts(aws))).toEqual(
      expectedResources(await synthesizeRoutes(aws, SOURCE)),
    );
  });
});

interface Role {
  policies: Record<string, { Statement: { Resource: string[] }[] }>;
}

function nameOf(functionArn: string): string {
  return functionArn.split(':').slice(6).join(':');
}
