import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Ended, routesYaml, start, write, xacct, xacctProcess } from '../xacct.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../examples/faults.yaml', import.meta.url));
const ROUTES = fileURLToPath(new URL('../../../../routes.yaml', import.meta.url));

/** Takes half a minute, most of which the forwarder waits: the breaker of the account that is out of order is open. */
let underExample: Promise<Ended>;
beforeAll(() => {
  underExample = xacctProcess(
    ...['demo', '--config', ROUTES, '--faults', EXAMPLE, '--records', '100', '--timeout', '30', '--json'],
  );
});

describe('xacct demo --faults', () => {
  test('succeeds if only faults keep records from a target, and reports what is parked there', async () => {
    write('routes.yaml', routesYaml());
    const faults = write(
      'denied.yaml',
      'rules: [{ name: closed, service: lambda, account: "222222222222", error: AccessDeniedException }]',
    );
    const { code, stdout, stderr } = await xacct(
      ...['demo', '--faults', faults, '--seed', '7', '--records', '10', '--timeout', '5'],
    );
    expect(stdout).toMatch(/^payments +222222222222 +ledger:live +10 +0 +0 +10 +0 +0 +0 +– +–$/m);
    expect(stdout).toMatch(/^closed +AccessDeniedException +\d+$/m);
    expect(stdout).toContain(
      '30 put = 20 delivered + 0 filtered + 10 parked + 0 paused + 0 failed + 0 lost\n',
    );
    expect(stderr).toContain('Faults are drawn from the seed 7\n');
    expect(stderr).toContain('parked: 10 records of route payments at ledger:live in 222222222222\n');
    expect(stderr).toContain('AccessDeniedException: A fault of the local AWS: closed');
    expect(code).toBe(0);
  });

  test('reports every problem of the file with its place, before anything is started', async () => {
    write('routes.yaml', routesYaml());
    const faults = write('wrong.yaml', 'rules:\n  - { service: sts, operation: AssumeRoles, throttle: 2 }\n');
    expect(await xacct('demo', '--faults', faults)).toEqual({
      code: 1,
      stdout: '',
      stderr: `wrong.yaml:2:55 rules[0].throttle: expected 0–1, got 2
  1 │ rules:
  2 │   - { service: sts, operation: AssumeRoles, throttle: 2 }
    │                                                       ^
`,
    });
  });

  test.each([
    [['--faults', 'none.yaml'], 'none.yaml: no such file. Name one with --faults FILE\n'],
    [['--seed', '1'], '--seed requires --faults\n'],
  ])('refuses %s', async (args, message) => {
    for (const command of ['demo', 'local']) {
      expect(await xacct(command, ...args)).toEqual({ code: 2, stdout: '', stderr: message });
    }
  });
});

describe('xacct local --faults', () => {
  test('makes calls fail, and reports the seed and the failure', async () => {
    write('routes.yaml', routesYaml());
    const faults = write('sts.yaml', 'seed: 11\nrules: [{ name: busy, service: sts, throttle: 1 }]');
    const local = start('local', '--port', '0', '--faults', faults, '--json');
    try {
      const told: string[] = [];
      createInterface({ input: local.stderr }).on('line', (line) => told.push(line));
      const [line] = await once(createInterface({ input: local.stdout }), 'line');
      const { endpoint, region, credentials } = JSON.parse(line);
      const sts = new STSClient({
        endpoint,
        region,
        credentials: credentials['999999999999'],
        maxAttempts: 1,
      });
      await expect(sts.send(new GetCallerIdentityCommand())).rejects.toMatchObject({ name: 'Throttling' });
      const message = 'Rate exceeded (a fault of the local AWS: busy)';
      await vi.waitFor(() => expect(told).toContain(`sts:GetCallerIdentity failed: Throttling: ${message}`));
      expect(told).toContain('Faults are drawn from the seed 11');
    } finally {
      const ended = once(local, 'exit');
      local.kill('SIGTERM');
      await ended;
    }
  });
});

describe('xacct demo --faults, beside the others', () => {
  test('accounts for every record under the faults of the example, and explains what came twice', async () => {
    const { code, stdout, stderr } = await underExample;
    const { records, duplicateCauses, targets, faults } = JSON.parse(stdout);
    const { put, delivered, filtered, parked, failed, duplicates, lost } = records;
    expect([put, lost]).toEqual([500, 0]);
    expect(delivered + filtered + parked + failed).toBe(put);
    const { event, answer, stream, queue, unexplained } = duplicateCauses;
    expect(unexplained).toBe(0);
    expect(event + answer + stream + queue).toBe(duplicates);
    expect(targets).toHaveLength(5);
    expect(faults.seed).toBe(42);
    expect(faults.counts.length).toBeGreaterThan(3);
    expect(stderr).toContain('Faults are drawn from the seed 42\n');
    expect(code).toBe(0);
  });
});
