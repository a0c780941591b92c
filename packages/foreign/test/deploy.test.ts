import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { changesBetween, contentsOf, type Found, readAccounts } from '../src/accounts/read-accounts.ts';
import { expectedResources } from '../src/assembly/expected-resources.ts';
import { synthesizeRoutes } from '../src/assembly/synthesize-routes.ts';
import { describeForeign } from '../src/describe-foreign.ts';
import type { Call } from '../src/moto/call.ts';
import { prepareAccounts } from '../src/prepare-accounts.ts';
import { ANALYTICS, AUDIT, BILLING, LEGACY, replaceOnce, SOURCE, writeRoutes } from '../src/routes-file.ts';
import { runXacct } from '../src/run-command.ts';
import type { ForeignAws } from '../src/start-foreign-aws.ts';
import { writtenStacks } from '../src/written-stacks.ts';

const FORWARDER = 'xacct-forwarder-default';

const RETURNS = `
  - stream: returns
    targets:
      - account: billing
        function: returns-reader
`;
const withReturns = (text: string) => `${text}${RETURNS}`;
const withLargerBatches = (text: string) =>
  replaceOnce(text, 'stream: orders\n', 'stream: orders\n    batchSize: 500\n');
const withArchive = (text: string) =>
  replaceOnce(text, 'HQKLOLIX8UOQ\n', 'HQKLOLIX8UOQ\n      - account: legacy\n        function: archive\n');

/** Each test goes on from what the one before has deployed. */
describeForeign('a deployment to moto', () => {
  let aws: ForeignAws;
  let before: Found;

  beforeAll(async () => {
    aws = await prepareAccounts();
    await writeRoutes(aws);
  });
  afterAll(() => aws?.close());
  beforeEach(async () => {
    before = await readAccounts(aws);
    aws.gateway.calls.length = 0;
  });

  const xacct = (...args: string[]) => runXacct(aws, SOURCE, ...args);
  const written = () => writtenStacks(aws.gateway.calls);
  const found = async () => contentsOf(await readAccounts(aws));
  const changes = async () => changesBetween(before, await readAccounts(aws));
  const expected = async () => expectedResources(await synthesizeRoutes(aws, SOURCE));
  const mapping = (route: string) => `${SOURCE} mapping arn:aws:kinesis:us-west-2:${SOURCE}:stream/${route}`;
  const retryMapping = (route: string) =>
    `${SOURCE} mapping arn:aws:sqs:us-west-2:${SOURCE}:xacct-route-${route}-retry`;
  const targetStack = (account: string) => `xacct-target-${account}`;

  test('puts into five accounts what the templates say, and nothing else', async () => {
    expect(before.size).toBe(0);
    const { code, stdout, stderr } = await xacct('deploy', '--yes');
    expect(code, stdout).toBe(0);
    // The mappings of three routes, and those of their retry queues.
    expect(mappingsReadBack(aws.gateway.calls)).toBe(6);
    expect(stderr).not.toContain('not checked');
    const [first, ...others] = written();
    expect(first).toBe(`${SOURCE} ${FORWARDER}`);
    expect(others.slice(0, 4).sort()).toEqual(
      [ANALYTICS, BILLING, AUDIT, LEGACY].map((account) => `${account} ${targetStack(account)}`),
    );
    expect(others.slice(4).sort()).toEqual(
      ['events', 'orders', 'payments'].map((route) => `${SOURCE} xacct-route-${route}`),
    );
    const contents = await found();
    expect(contents).toEqual(await expected());
    process.stdout.write(`Deployed to moto, and read back:\n  ${[...contents.keys()].sort().join('\n  ')}\n`);
  });

  test('leaves nothing that differs, so that the next one does nothing', async () => {
    const unchanged = { code: 0, stdout: 'Nothing changes: 3 routes stay as they are\n' };
    expect(await xacct('diff')).toMatchObject(unchanged);
    expect(await xacct('deploy', '--yes')).toMatchObject(unchanged);
    expect([written(), await changes()]).toEqual([[], { added: [], changed: [], removed: [] }]);
  });

  test('of a new route touches its own stack, its role and the permissions of its forwarder', async () => {
    await writeRoutes(aws, withReturns);
    const { code, stdout } = await xacct('deploy', '--yes');
    expect(code, stdout).toBe(0);
    expect(written()).toEqual([
      `${SOURCE} ${FORWARDER}`,
      `${BILLING} ${targetStack(BILLING)}`,
      `${SOURCE} xacct-route-returns`,
    ]);
    expect(await changes()).toEqual({
      added: [
        mapping('returns'),
        retryMapping('returns'),
        `${SOURCE} parameter /xacct/default/kinesis/returns`,
        `${SOURCE} queue xacct-route-returns-dead-letters`,
        `${SOURCE} queue xacct-route-returns-retry`,
        `${SOURCE} stack xacct-route-returns`,
        `${BILLING} role xacct-route-returns`,
      ],
      changed: [
        `${SOURCE} role ${FORWARDER}`,
        `${SOURCE} stack ${FORWARDER}`,
        `${BILLING} stack ${targetStack(BILLING)}`,
      ],
      removed: [],
    });
    expect(await found()).toEqual(await expected());
  });

  test('of an edit changes the mapping in place', async () => {
    await writeRoutes(aws, (text) => withLargerBatches(withReturns(text)));
    const { code, stdout } = await xacct('deploy', '--yes');
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('~ route orders: batchSize 100 → 500 (mapping updated in place)\n');
    expect(await changes()).toEqual({
      added: [],
      changed: [mapping('orders'), `${SOURCE} stack xacct-route-orders`],
      removed: [],
    });
    const [old, now] = [before, await readAccounts(aws)].map((all) => all.get(mapping('orders'))?.identity);
    // Its UUID.
    expect(now?.at(0)).toBe(old?.at(0));
    expect(await found()).toEqual(await expected());
  });

  test('of another function in the same account changes the role there, and not the forwarder', async () => {
    await writeRoutes(aws, (text) => withArchive(withLargerBatches(withReturns(text))));
    const { code, stdout } = await xacct('deploy', '--yes');
    expect(code, stdout).toBe(0);
    expect(await changes()).toEqual({
      added: [],
      changed: [
        `${SOURCE} parameter /xacct/default/kinesis/orders`,
        `${SOURCE} stack xacct-route-orders`,
        `${LEGACY} role xacct-route-orders`,
        `${LEGACY} stack ${targetStack(LEGACY)}`,
      ],
      removed: [],
    });
    expect(await found()).toEqual(await expected());
  });

  test('keeps a route that the file no longer has, with all that it needs, and ends with 1', async () => {
    await writeRoutes(aws, (text) => withArchive(withLargerBatches(text)));
    const { code, stderr } = await xacct('deploy', '--yes');
    // Its age is no longer in the dashboard.
    expect([code, written()]).toEqual([1, [`${SOURCE} ${FORWARDER}`]]);
    expect(await changes()).toEqual({ added: [], changed: [`${SOURCE} stack ${FORWARDER}`], removed: [] });
    expect(stderr).toMatch(
      /^The file no longer has route "returns", which continues to read and keeps its permissions\. Next: xacct destroy returns$/m,
    );
  });

  test('is taken back by destroy: the stack goes, its queues stay', async () => {
    const { code, stderr } = await xacct('destroy', 'returns', '--yes');
    expect(code, stderr).toBe(0);
    expect(written()).toEqual([`${SOURCE} xacct-route-returns`]);
    expect(await changes()).toEqual({
      added: [],
      changed: [],
      removed: [
        mapping('returns'),
        retryMapping('returns'),
        `${SOURCE} parameter /xacct/default/kinesis/returns`,
        `${SOURCE} stack xacct-route-returns`,
      ],
    });
  });

  test('takes the role and the permissions of a destroyed route away, once nobody uses it', async () => {
    const { code, stdout, stderr } = await xacct('deploy', '--yes');
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(
      /^Still to contract in \d+ s: xacct-forwarder-default, xacct-target-333333333333 allow more than any route needs$/m,
    );
    expect(stderr).toMatch(/^\d+ s later, no forwarder uses an earlier route any more$/m);
    expect(await changes()).toEqual({
      added: [],
      changed: [
        `${SOURCE} role ${FORWARDER}`,
        `${SOURCE} stack ${FORWARDER}`,
        `${BILLING} stack ${targetStack(BILLING)}`,
      ],
      removed: [`${BILLING} role xacct-route-returns`],
    });
    const kept = ['dead-letters', 'retry'].map((queue) => `${SOURCE} queue xacct-route-returns-${queue}`);
    const left = await found();
    for (const queue of kept) expect(left.delete(queue), queue).toBe(true);
    expect(left).toEqual(await expected());
  });
});

/** How often `xacct` has looked whether a mapping is enabled. */
function mappingsReadBack(calls: readonly Call[]): number {
  return calls.filter(({ action }) => /^GET \/2015-03-31\/event-source-mappings\/[^/?]+$/.test(action))
    .length;
}
