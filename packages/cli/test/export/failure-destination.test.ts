import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { write, xacct } from '../xacct.ts';
import { type HclObject, readHcl } from './read-hcl.ts';

const ROUTES = `source: { account: "111111111111", region: us-west-2 }
accounts: { analytics: "999999999999", billing: "012345678901", audit: "333333333333" }
groups:
  both: [analytics, billing]
  alike: [billing, audit]
defaults: { hasFailureDestination: true }
routes:
  - stream: orders
    targets:
      - { group: both, function: reader }
      - { account: audit, function: reader }
      - { account: analytics, function: "led-ger:live" }
      - { account: analytics, function: far, region: eu-west-1 }
      - { account: analytics, function: sync, invocation: request-response }
  - stream: payments
    targets:
      - { account: analytics, function: "reader:$LATEST" }
      - { account: "444444444444", function: sync, invocation: request-response }
`;

const FLAG = '--with-failure-destination';
const GIVEN = 'HasFailureDestination';

interface Template {
  Parameters: Record<string, { Type: string; Default: string; AllowedPattern: string }>;
  Mappings?: Record<string, Record<string, Record<string, string>>>;
  Conditions: Record<string, object>;
  Resources: Record<
    string,
    { Type: string; Condition?: string; Properties: { FunctionName: string; Qualifier: string } }
  >;
}

beforeAll(() => void write('routes.yaml', ROUTES));

async function exported(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await xacct('export', ...args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

const read = (text: string): Template => parse(text, { version: '1.1' });

function configsOf({ Resources }: Template) {
  return Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::EventInvokeConfig');
}

/** Whether a template makes a resource in an account, with a destination given. */
function isMade({ Mappings, Conditions }: Template, condition: string, account: string): boolean {
  if (condition === GIVEN) return true;
  const [given, equals] = (
    Conditions[condition] as { 'Fn::And': [object, { 'Fn::Equals': [object, string] }] }
  )['Fn::And'];
  expect(given).toEqual({ Condition: GIVEN });
  const [{ 'Fn::FindInMap': found }, value] = equals['Fn::Equals'] as [
    { 'Fn::FindInMap': [string, object, string] },
    string,
  ];
  expect(found[1]).toEqual({ Ref: 'AWS::AccountId' });
  return Mappings?.[found[0]]?.[account]?.[found[2]] === value;
}

describe('xacct export --with-failure-destination', () => {
  test('adds to the roles a configuration for each function and qualifier that gets events', async () => {
    const text = await exported('analytics', FLAG);
    const template = read(text);
    const { Resources: roles } = read(await exported('analytics'));
    expect(Object.keys(template)).toEqual([
      'AWSTemplateFormatVersion',
      'Description',
      'Parameters',
      'Conditions',
      'Resources',
    ]);
    expect(template.Resources).toMatchObject(roles);
    const configs = configsOf(template);
    expect(Object.keys(template.Resources)).toHaveLength(Object.keys(roles).length + configs.length);
    expect(configs.map(([, { Condition, Properties }]) => [Condition, Properties])).toEqual(
      [
        ['reader', '$LATEST'],
        ['led-ger', 'live'],
      ].map(([FunctionName, Qualifier]) => [
        GIVEN,
        {
          FunctionName,
          Qualifier,
          DestinationConfig: { OnFailure: { Destination: { Ref: 'FailureDestinationArn' } } },
        },
      ]),
    );
    for (const [id] of configs) expect(id).toMatch(/^[A-Za-z0-9]{1,255}$/);
    expect(text).toContain('  # Gets records of routes "orders", "payments" by asynchronous invocation.\n');
    expect(text).toContain(
      '# Not configured, as it is in another region: arn:aws:lambda:eu-west-1:999999999999:function:far\n',
    );
    expect(text).toContain("Each function's own role needs sqs:SendMessage,");
  });

  test('makes nothing unless a destination is given', async () => {
    const { Parameters, Conditions } = read(await exported('analytics', FLAG));
    const parameter = Parameters.FailureDestinationArn;
    expect([parameter?.Type, parameter?.Default]).toEqual(['String', '']);
    expect(Conditions).toEqual({
      [GIVEN]: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'FailureDestinationArn' }, ''] }] },
    });
    const allowed = new RegExp(parameter?.AllowedPattern ?? 'x');
    for (const arn of ['', 'arn:aws:sqs:us-west-2:999999999999:failures', 'arn:aws:s3:::failures'])
      expect(arn).toMatch(allowed);
    for (const arn of ['failures', 'arn:aws:iam::999999999999:role/x', 'arn:aws:sqs:'])
      expect(arn).not.toMatch(allowed);
  });

  test('leaves an export without it as it was', async () => {
    expect(await exported('analytics')).not.toMatch(/FailureDestination|EventInvokeConfig/);
  });

  test('makes in each account of a group what it has routed there', async () => {
    const template = read(await exported('both', FLAG));
    const made = (account: string) =>
      configsOf(template)
        .filter(([, { Condition = '' }]) => isMade(template, Condition, account))
        .map(([, { Properties }]) => `${Properties.FunctionName}:${Properties.Qualifier}`);
    expect(made('999999999999')).toEqual(['reader:$LATEST', 'led-ger:live']);
    expect(made('012345678901')).toEqual(['reader:$LATEST']);
    // The roles have a mapping of their own beside it.
    expect(Object.keys(template.Mappings ?? {})).toEqual([
      'RolesOfAccounts',
      'FailureDestinationsOfAccounts',
    ]);
  });

  test('needs no mapping where all accounts of a group have the same functions', async () => {
    const template = read(await exported('alike', FLAG));
    expect(template).not.toHaveProperty('Mappings');
    expect(configsOf(template).map(([, { Condition }]) => Condition)).toEqual([GIVEN]);
  });

  test('writes the same for Terraform, with a variable', async () => {
    const text = await exported('analytics', FLAG, '--format', 'terraform');
    const { variable, resource } = readHcl(text) as unknown as {
      variable: Record<string, HclObject[]>;
      resource: Record<string, Record<string, HclObject[]>>;
    };
    expect(variable).toEqual({
      failure_destination_arn: [
        { description: expect.any(String), type: { reference: 'string' }, default: '' },
      ],
    });
    const config = (function_name: string, qualifier: string) => [
      {
        count: { reference: 'var.failure_destination_arn == "" ? 0 : 1' },
        function_name,
        qualifier,
        destination_config: [{ on_failure: [{ destination: { reference: 'var.failure_destination_arn' } }] }],
      },
    ];
    expect(resource.aws_lambda_function_event_invoke_config).toEqual({
      reader__LATEST: config('reader', '$LATEST'),
      led_ger_live: config('led-ger', 'live'),
    });
    expect(await exported('analytics', '--format', 'terraform')).not.toMatch(/failure_destination/);
  });

  test('summarizes what is in the file', async () => {
    expect(await exported('analytics', FLAG, '--out', 'roles.yaml')).toBe(
      'roles.yaml: 2 roles and, if asked for, 2 on-failure destinations for account 999999999999\n',
    );
  });

  test('refuses an account in which nothing gets events', async () => {
    const { code, stdout, stderr } = await xacct('export', '444444444444', FLAG);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'routes.yaml routes to no function in 444444444444 with "invocation: event", and no other needs an on-failure destination: leave out --with-failure-destination\n',
    );
  });
});
