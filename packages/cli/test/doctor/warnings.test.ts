import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { pausedPrefix } from '@xacct/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { routesYaml, write, xacct } from '../xacct.ts';
import { type BrokenAws, startBrokenAws } from './broken-aws.ts';

const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';

let broken: BrokenAws;
beforeAll(async () => {
  broken = await startBrokenAws(routesYaml());
}, 60_000);
afterAll(() => broken.stop());
afterEach(() => broken.repair());

async function findings(...args: string[]) {
  const { code, stdout } = await broken.doctor('--json', ...args);
  return { code, findings: JSON.parse(stdout).findings };
}

describe('xacct doctor', () => {
  test('warns of a file that is not deployed as it is, and ends with 0; with --strict 1', async () => {
    write('edited.yaml', routesYaml().replace('orders\n', 'orders\n    batchSize: 500\n'));
    const { code, stdout, stderr } = await broken.doctor('--config', 'edited.yaml');
    expect([code, stderr.split('\n').at(-2)]).toEqual([0, '1 warning in 2 routes, 3 targets']);
    expect(stdout).toContain(
      'warning stack xacct-route-orders in 111111111111: it differs from the file: batchSize 100 → 500 (mapping updated in place). Expected: what the file says. Fix: xacct deploy orders\n',
    );
    expect((await broken.doctor('--config', 'edited.yaml', '--strict')).code).toBe(1);

    write('retargeted.yaml', routesYaml().replace('function: reader', 'function: "reader:live"'));
    const { findings: found } = await findings('--config', 'retargeted.yaml');
    expect(found.map(({ severity, check }: Record<string, string>) => `${severity} ${check}`)).toEqual([
      'warning stack',
      'warning stack',
    ]);
  });

  test('names the stack of a route that is not deployed, and nothing that it lacks', async () => {
    const invoices = '  - stream: invoices\n    targets: [{ account: analytics, function: reader }]\n';
    write('longer.yaml', routesYaml() + invoices);
    const result = await findings('invoices', '--config', 'longer.yaml');
    const named = result.findings.filter(({ severity }: { severity: string }) => severity === 'error');
    expect(named.map(({ where }: { where: string }) => where)).toEqual([
      'stack xacct-route-invoices in 111111111111',
      'stream invoices',
    ]);
    expect(named[0]).toMatchObject({ found: 'it is not deployed', fix: 'xacct deploy invoices' });
    expect(result.code).toBe(1);
  });

  test('warns of an account whose bootstrap or whose stacks cannot be read', async () => {
    broken.fail(
      { service: 'ssm', operation: 'GetParameter', account: '222222222222' },
      { kind: 'error', name: 'ParameterNotFound' },
    );
    expect(await findings()).toEqual({
      code: 0,
      findings: [
        expect.objectContaining({
          check: 'bootstrap',
          where: 'account billing (222222222222), us-west-2',
          fix: expect.stringMatching(/^xacct export 222222222222 --bootstrap-policy/),
        }),
      ],
    });
  });

  test('names the command that puts back a role that was changed by hand, or its owner', async () => {
    broken.fail({ service: 'lambda', function: 'reader' }, { kind: 'error', name: 'AccessDeniedException' });
    const { findings: found, code } = await findings('orders');
    const fix = expect.stringMatching(/^xacct deploy orders --revert-drift # the stack is as in the file: /);
    expect(found).toEqual([expect.objectContaining({ check: 'policy', fix })]);
    expect(code).toBe(1);

    const { findings: ofOwner } = await findings('orders', '--without-account', 'analytics');
    expect(ofOwner).toMatchObject([
      {
        fix: 'have the owner of analytics (999999999999) put it back: xacct export 999999999999 prints what it has to be',
      },
    ]);
  });

  test('warns of records that were kept for a target that is not paused any more', async () => {
    const s3 = new S3Client({ ...broken.aws.clientOf('111111111111'), forcePathStyle: true });
    const Bucket = 'xacct-failures-default-111111111111-us-west-2';
    for (const second of [1, 2]) {
      const Key = `${pausedPrefix('orders', READER)}2026-11-20T10:00:0${second}.000Z-a.json`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: '{}' }));
    }
    s3.destroy();
    expect(await findings()).toEqual({
      code: 0,
      findings: [
        expect.objectContaining({
          check: 'paused',
          where: 'target analytics/reader (999999999999) of route orders',
          found: '2 objects of records that were kept while it was paused, and it is not paused any more',
          fix: 'xacct resume orders reader --account 999999999999',
        }),
      ],
    });
    write('paused.yaml', routesYaml().replace('function: reader', 'function: reader\n        paused: true'));
    const { findings: whilePaused } = await findings('orders', '--config', 'paused.yaml');
    expect(whilePaused.map(({ check }: { check: string }) => check)).not.toContain('paused');
  });

  test('ends at once without credentials, or with those of another account', async () => {
    const { AWS_ACCESS_KEY_ID: _, ...env } = process.env;
    const none = { ...env, AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' };
    const { code, stderr } = await xacct.with(none)('doctor');
    expect([code, stderr.split('\n').at(-2)]).toEqual([
      1,
      expect.stringMatching(/^Cannot ask AWS who is calling: .*Give credentials of account 111111111111/),
    ]);
    const { accessKeyId, secretAccessKey } = broken.aws.clientOf('222222222222').credentials;
    const other = await broken.commandWith({ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey })(
      'doctor',
    );
    expect(other.stderr).toContain(
      'The credentials are those of account 222222222222, expected the source account',
    );
  });

  test('ends with 2 for a route, or an account, that the file has not', async () => {
    expect((await broken.doctor('order')).code).toBe(2);
    expect((await broken.doctor('--account', 'nobody')).code).toBe(2);
    expect(await broken.doctor('orders', '--account', 'billing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('routes.yaml routes nothing to billing'),
    });
  });
});
