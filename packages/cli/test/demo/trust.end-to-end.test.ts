import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { folder, routesYaml, write, xacct, xacctProcess } from '../xacct.ts';

interface Statement {
  Sid: string;
  Condition?: Record<string, unknown>;
}

/** As much of a template as these tests change. */
interface Properties {
  AssumeRolePolicyDocument: { Statement: Statement[] };
  Policies?: unknown;
  PolicyDocument: { Statement: Statement[] };
}

type Resources = Record<string, { Type: string; Properties: Properties }>;

beforeAll(async () => {
  write(
    'routes.yaml',
    routesYaml('  - stream: orders\n    targets: [{ account: analytics, function: reader }]\n'),
  );
  await xacct('synth', '--out', 'assembly');
});

/** Runs the demo, beside others and in a process of its own, on a copy of the assembly in which one template is changed. */
async function demoWith(name: string, stack: string, change: (resources: Resources) => void) {
  await cp(join(folder, 'assembly'), join(folder, name), { recursive: true });
  const file = join(folder, name, `${stack}.template.json`);
  const template = JSON.parse(await readFile(file, 'utf8'));
  change(template.Resources);
  await writeFile(file, JSON.stringify(template));
  const { code, stdout, stderr } = await xacctProcess(
    'demo',
    '--assembly',
    name,
    '--records',
    '5',
    '--timeout',
    '10',
    '--json',
  );
  return { code, stderr, records: stdout === '' ? undefined : JSON.parse(stdout).records };
}

function propertiesOf(resources: Resources, type: string): Properties {
  const found = Object.values(resources).find(({ Type }) => Type === type);
  if (found === undefined) throw new Error(`There is no ${type}`);
  return found.Properties;
}

const NOTHING_DELIVERED = {
  put: 5,
  delivered: 0,
  filtered: 0,
  parked: 5,
  paused: 0,
  failed: 0,
  duplicates: 0,
  lost: 0,
};
const FORWARDER = 'arn:aws:sts::111111111111:assumed-role/xacct-forwarder-default/xacct-forwarder-default';
const ROLE = 'arn:aws:iam::999999999999:role/xacct-route-orders';
const FUNCTION = 'arn:aws:lambda:us-west-2:999999999999:function:reader';

describe.concurrent('the trust between accounts', () => {
  test('delivers with the templates as they are', async ({ expect }) => {
    const { code, records } = await demoWith('unchanged', 'xacct-target-999999999999', () => {});
    expect([code, records.delivered]).toEqual([0, 5]);
  });

  test("delivers nothing without the external id's value", async ({ expect }) => {
    const { code, stderr, records } = await demoWith(
      'no-external-id',
      'xacct-target-999999999999',
      (resources) => {
        const [statement] = propertiesOf(resources, 'AWS::IAM::Role').AssumeRolePolicyDocument.Statement;
        Object.assign(statement?.Condition ?? {}, { StringEquals: { 'sts:ExternalId': '' } });
      },
    );
    expect([code, records]).toEqual([1, NOTHING_DELIVERED]);
    expect(stderr).toContain(
      `User: ${FORWARDER} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    );
  });

  test("delivers nothing without the target role's policy", async ({ expect }) => {
    const { code, stderr, records } = await demoWith(
      'no-target-policy',
      'xacct-target-999999999999',
      (resources) => {
        delete propertiesOf(resources, 'AWS::IAM::Role').Policies;
      },
    );
    expect([code, records]).toEqual([1, NOTHING_DELIVERED]);
    expect(stderr).toContain(
      `User: arn:aws:sts::999999999999:assumed-role/xacct-route-orders/orders is not authorized to perform: lambda:InvokeFunction on resource: ${FUNCTION}`,
    );
  });

  test("delivers nothing without the forwarder's policy", async ({ expect }) => {
    const { code, stderr, records } = await demoWith(
      'no-forwarder-policy',
      'xacct-forwarder-default',
      (resources) => {
        const policy = propertiesOf(resources, 'AWS::IAM::Policy').PolicyDocument;
        policy.Statement = policy.Statement.filter(({ Sid }) => Sid !== 'AssumeRoutedRoles');
      },
    );
    expect([code, records]).toEqual([1, NOTHING_DELIVERED]);
    expect(stderr).toContain(
      `User: ${FORWARDER} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    );
  });

  // The invocation fails as a whole, before there is any target to report a failure of.
  test('names what is missing to read the route', async ({ expect }) => {
    const { code, stderr, records } = await demoWith('no-route', 'xacct-forwarder-default', (resources) => {
      const policy = propertiesOf(resources, 'AWS::IAM::Policy').PolicyDocument;
      policy.Statement = policy.Statement.filter(({ Sid }) => Sid !== 'ReadRoutes');
    });
    expect([code, records]).toEqual([1, { ...NOTHING_DELIVERED, parked: 0, failed: 5 }]);
    const parameter = 'arn:aws:ssm:us-west-2:111111111111:parameter/xacct/default/kinesis/orders';
    expect(stderr).toContain(
      `role xacct-forwarder-default of account 111111111111 was denied ssm:GetParameters on ${parameter}: the policies of role xacct-forwarder-default of account 111111111111 lack {"Effect":"Allow","Action":"ssm:GetParameters","Resource":"${parameter}"}`,
    );
  });

  test('does not begin without the permission to poll the retry queue', async ({ expect }) => {
    const { code, stderr, records } = await demoWith('no-polling', 'xacct-forwarder-default', (resources) => {
      const policy = propertiesOf(resources, 'AWS::IAM::Policy').PolicyDocument;
      policy.Statement = policy.Statement.filter(({ Sid }) => Sid !== 'PollRetryQueues');
    });
    expect([code, records]).toEqual([1, undefined]);
    expect(stderr).toContain('ReceiveMessage');
    expect(stderr).not.toContain('    at ');
  });
});
