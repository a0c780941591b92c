import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { folder, routesYaml, start, write } from '../xacct.ts';

interface Ready {
  endpoint: string;
  region: string;
  credentials: Record<string, { accessKeyId: string; secretAccessKey: string }>;
  deliveries: string;
}

let local: ReturnType<typeof start>;
let ready: Ready;
const stderr: string[] = [];

beforeAll(async () => {
  write('routes.yaml', routesYaml());
  // Version 2 takes binary arguments as base64 unless told otherwise; version 1 never does.
  await mkdir(join(folder, '.aws'));
  write('.aws/config', '[default]\ncli_binary_format = raw-in-base64-out\n');
  await mkdir(join(folder, 'functions'));
  await writeFile(
    join(folder, 'functions/ledger.mjs'),
    `import { appendFileSync } from 'node:fs';
export async function handler(event, context) {
  appendFileSync(${JSON.stringify(join(folder, 'ledger.jsonl'))}, JSON.stringify({ arn: context.invokedFunctionArn, event }) + '\\n');
}
`,
  );
  local = start('local', '--port', '0', '--functions', 'functions', '--json');
  createInterface({ input: local.stderr }).on('line', (line) => stderr.push(line));
  const [line] = await once(createInterface({ input: local.stdout }), 'line');
  ready = JSON.parse(line);
});
afterAll(() => void local?.kill('SIGKILL'));

/** The AWS CLI as it is installed, with an account's credentials. */
async function aws(account: string, ...args: string[]) {
  const { accessKeyId, secretAccessKey } = ready.credentials[account] ?? {
    accessKeyId: '',
    secretAccessKey: '',
  };
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_DEFAULT_REGION: ready.region,
  };
  const { stdout } = await promisify(execFile)(
    'aws',
    ['--endpoint-url', ready.endpoint, '--output', 'json', ...args],
    { env },
  );
  return stdout === '' ? undefined : JSON.parse(stdout);
}

const noAwsCli =
  spawnSync('aws', ['--version']).status !== 0 && process.env.XACCT_REQUIRE_AWS_CLI === undefined;

async function lines(file: string): Promise<Record<string, never>[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('xacct local', () => {
  test('prints where it is and how to get in, and nothing more', () => {
    expect(ready).toEqual({
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      region: 'us-west-2',
      credentials: Object.fromEntries(
        ['111111111111', '222222222222', '999999999999'].map((account) => [
          account,
          { accessKeyId: expect.stringMatching(/^AKIA/), secretAccessKey: expect.any(String) },
        ]),
      ),
      deliveries: expect.stringContaining(folder),
    });
  });

  describe.skipIf(noAwsCli)('with the AWS CLI', () => {
    test('accepts records, which arrive at modules and recorders', async () => {
      for (const stream of ['orders', 'payments']) {
        const result = await aws(
          '111111111111',
          'kinesis',
          'put-records',
          '--stream-name',
          stream,
          '--records',
          'Data=hello,PartitionKey=1',
        );
        expect(result.FailedRecordCount).toBe(0);
      }
      const recorded = join(ready.deliveries, '999999999999/us-west-2/reader.jsonl');
      await vi.waitFor(async () => expect(await lines(recorded)).toHaveLength(1), { timeout: 20_000 });
      expect((await lines(recorded))[0]).toEqual({
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        invocationType: 'Event',
        requestId: expect.any(String),
        event: {
          Records: [expect.objectContaining({ kinesis: expect.objectContaining({ data: 'aGVsbG8=' }) })],
        },
      });

      const modules = join(folder, 'ledger.jsonl');
      await vi.waitFor(async () => expect(await lines(modules)).toHaveLength(2), { timeout: 20_000 });
      expect((await lines(modules)).map(({ arn }) => arn).sort()).toEqual([
        'arn:aws:lambda:us-west-2:222222222222:function:ledger:live',
        'arn:aws:lambda:us-west-2:999999999999:function:ledger:live',
      ]);
    });

    test('lists shards', async () => {
      const { Shards } = await aws('111111111111', 'kinesis', 'list-shards', '--stream-name', 'orders');
      expect(Shards).toHaveLength(2);
    });

    test('returns the parameters by path', async () => {
      const { Parameters } = await aws(
        '111111111111',
        'ssm',
        'get-parameters-by-path',
        '--path',
        '/xacct',
        '--recursive',
      );
      const names = Parameters.map(({ Name }: { Name: string }) => Name);
      expect(names).toEqual(['/xacct/default/kinesis/orders', '/xacct/default/kinesis/payments']);
    });

    test('describes functions, mappings, stacks, alarms and logs', async () => {
      const source = (...args: string[]) => aws('111111111111', ...args);
      const { Functions } = await source('lambda', 'list-functions');
      expect(Functions).toMatchObject([{ FunctionName: 'xacct-forwarder-default', Runtime: 'nodejs24.x' }]);
      const { EventSourceMappings } = await source('lambda', 'list-event-source-mappings');
      expect(EventSourceMappings).toHaveLength(4);
      const { Stacks } = await source('cloudformation', 'describe-stacks');
      expect(Stacks.map(({ StackName }: { StackName: string }) => StackName)).toContain(
        'xacct-forwarder-default',
      );
      const { MetricAlarms } = await source('cloudwatch', 'describe-alarms', '--state-value', 'OK');
      expect(MetricAlarms).toContainEqual(
        expect.objectContaining({ AlarmName: 'xacct-forwarder-default-errors' }),
      );
      const logGroup = ['--log-group-name', '/aws/lambda/xacct-forwarder-default'];
      const { events } = await source('logs', 'filter-log-events', ...logGroup);
      expect(events[0].message).toContain('"_aws"');
    });

    test.each([
      ['cloudformation describe-stacks --stack-name gone', 'Stack with id gone does not exist'],
      ['lambda get-function-configuration --function-name gone', 'Function not found: arn:aws:lambda'],
      ['logs filter-log-events --log-group-name gone', 'The specified log group does not exist'],
      ['iam list-roles', 'The local AWS has no service "iam"'],
    ])('reads the error of %s', async (command, message) => {
      await expect(aws('111111111111', ...command.split(' '))).rejects.toThrow(message);
    });

    test('lets an administrator into a member account, but not into a role that trusts the forwarder', async () => {
      const assume = (role: string, ...args: string[]) =>
        aws(
          '111111111111',
          'sts',
          'assume-role',
          '--role-arn',
          `arn:aws:iam::999999999999:role/${role}`,
          '--role-session-name',
          'me',
          ...args,
        );
      const { AssumedRoleUser } = await assume('OrganizationAccountAccessRole');
      expect(AssumedRoleUser.Arn).toBe(
        'arn:aws:sts::999999999999:assumed-role/OrganizationAccountAccessRole/me',
      );
      await expect(assume('xacct-route-orders', '--external-id', 'xacct:orders')).rejects.toThrow(
        /AccessDenied.*not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::999999999999:role\/xacct-route-orders/,
      );
    });

    test('invokes a function of the own account, and none of another', async () => {
      const invoke = (account: string) =>
        aws(
          account,
          'lambda',
          'invoke',
          '--function-name',
          'arn:aws:lambda:us-west-2:999999999999:function:reader',
          '--payload',
          '{"by":"hand"}',
          join(folder, 'result.json'),
        );
      expect(await invoke('999999999999')).toMatchObject({ StatusCode: 200 });
      expect(await readFile(join(folder, 'result.json'), 'utf8')).toBe('null');
      await expect(invoke('222222222222')).rejects.toThrow('AccessDeniedException');
      expect(stderr.join('\n')).toContain('lambda:InvokeFunction failed: AccessDeniedException');
    });
  });

  test('stops cleanly on SIGTERM, with every process it started', async () => {
    const children = descendants(local.pid ?? 0);
    expect(children.length).toBeGreaterThan(0);
    local.kill('SIGTERM');
    const [code] = await once(local, 'exit');
    expect(code).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
  });
});

function descendants(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const parents = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (of: number): number[] =>
    parents.filter(([, parent]) => parent === of).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
