import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { folder, routesYaml, write, xacct, xacctProcess } from '../xacct.ts';

interface Row {
  limit: string;
  where: string;
  used: number;
  allowed: number;
  headroom: number;
  tight: boolean;
  wayOut: string;
  source: { link: string };
}

beforeAll(() => void write('routes.yaml', routesYaml()));

async function limits(...args: string[]): Promise<{ rows: Row[]; result: Record<string, unknown> }> {
  const { code, stdout } = await xacct('limits', '--json', ...args);
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  return { result, rows: result.limits };
}

function row(rows: Row[], limit: string): Row {
  const found = rows.find((candidate) => candidate.limit === limit);
  if (found === undefined) throw new Error(`There is no row of ${limit}`);
  return found;
}

/** Many targets of long names, so that the routes take several parameters. */
function manyTargets(accounts: number): string {
  const targets = Array.from({ length: accounts }, (_, index) => {
    return `      - { account: "${200_000_000_000 + index}", function: "function-${index}:live" }\n`;
  });
  return ['orders', 'payments']
    .map((stream) => `  - stream: ${stream}\n    targets:\n${targets.join('')}`)
    .join('');
}

describe('xacct limits', () => {
  test('prints a row for each limit that is used, and that nothing is tight', async () => {
    const { code, stdout, stderr } = await xacctProcess('limits');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^limit +used +allowed +unit +headroom +where it is used most\n─+ .*\nfullest policy of a forwarder's execution role +\d+ +(6144|10240) +characters +9\d % +role xacct-forwarder-default\n/,
    );
    expect(stdout).toContain(
      'Assumed: every stream with 4 shards; execution environments of a forwarder: as many as it may have invocations at once.\n\nNothing uses more than 80 % of its limit.\n',
    );
  });

  test('shows what to do about a tight limit, with its source', async () => {
    const { stdout } = await xacct('limits', '--shards', '4,orders=970', '--environments', '10');
    expect(stdout).toContain(
      'Assumed: orders with 970, others with 4 shards; execution environments of a forwarder: 10.',
    );
    expect(stdout).toContain(`More than 80 % is used:
  account 111111111111, us-west-2: 99 % of the invocations at once in the source account
    Way out: raise the quota, or lower parallelizationFactor (quota L-B99A9384, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)
`);
  });

  test('prints one JSON object with what is assumed', async () => {
    const { result, rows } = await limits('--shards', 'orders=8', '--environments', '60');
    expect(result).toMatchObject({ shards: { orders: 8, '*': 4 }, environments: 60 });
    expect(row(rows, 'concurrency')).toMatchObject({ used: 8 + 10 + 4 + 10, allowed: 1000, tight: false });
    expect(row(rows, 'parameter-reads')).toMatchObject({
      used: expect.closeTo(60 / 54, 2),
      allowed: 40,
      headroom: expect.closeTo(0.97, 2),
    });
  });

  test.each([
    ['without options of an organization', ''],
    [
      'with options of an organization',
      `rolePath: /teams/streams/
tags: { cost-center: "4711", owner: streams@example.com }
encryption: { kmsKey: 1234abcd-12ab-34cd-56ef-1234567890ab }
alarmActions: [arn:aws:sns:us-west-2:111111111111:on-call, arn:aws:sns:us-west-2:111111111111:operations]
okActions: [arn:aws:sns:us-west-2:111111111111:on-call]
routes:`,
    ],
  ])('agrees with the templates that are synthesized, %s', async (_, top) => {
    const plain = routesYaml(manyTargets(120));
    const guarded = plain
      .replace('routes:', top)
      .replace('region: us-west-2', 'region: us-west-2\n  permissionsBoundary: boundaries/xacct');
    const config = write('many.yaml', top === '' ? plain : guarded);
    const { rows } = await limits('--config', config);
    const synthesized = await xacct('synth', '--config', config, '--out', 'many');
    expect(synthesized.code, synthesized.stderr).toBe(0);
    const read = (stack: string) => readFile(join(folder, 'many', `${stack}.template.json`), 'utf8');

    const { used, where } = row(rows, 'route-stack-resources');
    const text = await read(where.replace('stack ', ''));
    const resources: Record<string, { Type: string; Properties: Record<string, never> }> =
      JSON.parse(text).Resources;
    expect(used).toBe(Object.keys(resources).length);
    const estimated = row(rows, 'route-stack-template').used;
    expect(estimated / text.length).toBeGreaterThan(1);
    expect(estimated / text.length).toBeLessThan(1.15);

    const { used: reckoned, where: account } = row(rows, 'target-stack-template');
    const roles = await read(account.replace('stack ', ''));
    expect(reckoned / roles.length).toBeGreaterThan(1);
    expect(reckoned / roles.length).toBeLessThan(1.25);

    const mappings = Object.values(resources).map(({ Properties }) => Properties);
    const retries = mappings.find(({ ScalingConfig }) => ScalingConfig !== undefined);
    expect(retries).toMatchObject({ ScalingConfig: { MaximumConcurrency: 10 } });

    const forwarder = JSON.parse(await read('xacct-forwarder-default')).Resources;
    const sizes = Object.values(
      forwarder as Record<string, { Type: string; Properties: { PolicyDocument: object } }>,
    )
      .filter(({ Type }) => /^AWS::IAM::(Managed)?Policy$/.test(Type))
      .map(({ Type, Properties }) => ({
        used: JSON.stringify(Properties.PolicyDocument).length,
        allowed: Type === 'AWS::IAM::Policy' ? 10_240 : 6_144,
      }))
      .toSorted((one, other) => other.used / other.allowed - one.used / one.allowed);
    expect(sizes.length).toBeGreaterThan(8);
    expect(row(rows, 'execution-role-policies')).toMatchObject(sizes[0] ?? {});
    expect(row(rows, 'target-stack-resources').used).toBe(
      Object.keys(JSON.parse(await read('xacct-target-200000000000')).Resources).length,
    );
  });

  test.each([
    [
      'a stream that no route reads',
      ['--shards', 'order=8'],
      'routes.yaml routes no stream "order", expected one of orders, payments',
    ],
    [
      'shards that are no number',
      ['--shards', 'orders=many'],
      'Expected a whole number, 1 to 100000, got "many".',
    ],
    [
      'two numbers',
      ['--shards', '1,2'],
      'Expected a number, or streams with theirs as in orders=8,events=2, got "1,2".',
    ],
    ['no environment', ['--environments', '0'], 'Expected a whole number, 1 to 100000, got "0".'],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await xacct('limits', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
