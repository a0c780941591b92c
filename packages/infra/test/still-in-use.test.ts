import { NO_PERMISSIONS, type Permissions } from '@xacct/core/rollout';
import { describe, expect, test } from 'vitest';
import type { RouteStacksProps } from '../src/app.ts';
import { createApp } from '../src/app.ts';
import { assemblyFolder, HANDLER_FOLDER, routesOf } from './factories.ts';

const ROUTES = routesOf(`
  - stream: orders
    targets: [{ account: analytics, function: reader }]
`);
const ROLE = { account: '999999999999', forwarder: 'default' };
const arn = (name: string) => `arn:aws:lambda:us-west-2:999999999999:function:${name}`;

type Resources = Record<
  string,
  { Type: string; Properties: Record<string, never>; [attribute: string]: unknown }
>;

/** The resources of all stacks, by stack and logical id. */
function made(props: Partial<RouteStacksProps>): Map<string, Resources> {
  const app = createApp({
    routes: ROUTES,
    handlerFolder: HANDLER_FOLDER,
    outdir: assemblyFolder(),
    ...props,
  });
  return new Map(app.synth().stacks.map(({ stackName, template }) => [stackName, template.Resources]));
}

const also = (permissions: Partial<Permissions>) => made({ also: { ...NO_PERMISSIONS, ...permissions } });
const json = (value: unknown) => JSON.stringify(value);

describe('createRouteStacks with what is still in use', () => {
  test('lets the role of a route invoke and trust what it did before, too', () => {
    const roles = [{ ...ROLE, route: 'orders', functionArns: [arn('old')], externalIds: ['theirs'] }];
    const [role] = Object.values(also({ roles }).get('xacct-target-999999999999') ?? {});
    expect(role?.Properties).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [{ Condition: { StringEquals: { 'sts:ExternalId': ['theirs', 'xacct:orders'] } } }],
      },
      Policies: [{ PolicyDocument: { Statement: [{ Resource: [arn('old'), arn('reader')] }] } }],
    });
  });

  test('keeps the role of a route that the file no longer has, as it was made', () => {
    const roles = [{ ...ROLE, route: 'sales', functionArns: [arn('old')], externalIds: ['xacct:sales'] }];
    const kept = also({ roles }).get('xacct-target-999999999999') ?? {};
    const sales = made({
      routes: routesOf('  - { stream: sales, targets: [{ account: analytics, function: old }] }\n'),
    });
    for (const [id, role] of Object.entries(sales.get('xacct-target-999999999999') ?? {})) {
      expect(kept[id]).toEqual(role);
    }
    expect(Object.keys(kept)).toHaveLength(2);
  });

  test('makes no stack for an account that no route of the file needs', () => {
    const roles = [
      { ...ROLE, account: '333333333333', route: 'orders', functionArns: [arn('old')], externalIds: ['x'] },
    ];
    expect([...also({ roles }).keys()]).toEqual([...made({}).keys()]);
  });

  test('lets a forwarder do what it did before, by the same statements, and no other one', () => {
    const grants = [
      { forwarder: 'default', sid: 'AssumeRoutedRoles', resource: 'arn:aws:iam::333333333333:role/old' },
      { forwarder: 'default', sid: 'WriteTraces', resource: '*' },
      { forwarder: 'isolated', sid: 'ReadRoutes', resource: 'arn:aws:ssm:::parameter/not-here' },
    ] as const;
    const policy = json(
      Object.values(also({ grants }).get('xacct-forwarder-default') ?? {}).find(
        ({ Type }) => Type === 'AWS::IAM::Policy',
      ),
    );
    expect(policy).toContain(
      '["arn:aws:iam::333333333333:role/old","arn:aws:iam::999999999999:role/xacct-route-orders"]',
    );
    expect(policy).toContain('"Sid":"WriteTraces"');
    expect(policy).not.toContain('not-here');
  });

  test('lets another forwarder send to the queues of a route', () => {
    const senders = [{ route: 'orders', forwarder: 'isolated' }];
    const policies = Object.values(also({ senders }).get('xacct-route-orders') ?? {}).filter(
      ({ Type }) => Type === 'AWS::SQS::QueuePolicy',
    );
    expect(policies.map(({ Properties }) => json(Properties))).toEqual([
      expect.stringMatching(/role\/xacct-forwarder-default".*role\/xacct-forwarder-isolated"/),
      expect.stringMatching(/role\/xacct-forwarder-default".*role\/xacct-forwarder-isolated"/),
    ]);
  });

  test('is the same where that adds nothing', () => {
    const roles = [
      { ...ROLE, route: 'orders', functionArns: [arn('reader')], externalIds: ['xacct:orders'] },
    ];
    const senders = [{ route: 'orders', forwarder: 'default' }];
    expect(also({ roles, senders })).toEqual(made({}));
  });
});

describe('createRouteStacks', () => {
  test('makes only the stacks that it is asked for', () => {
    expect([...made({ only: (name) => name.includes('-target-') }).keys()]).toEqual([
      'xacct-target-999999999999',
    ]);
  });

  test('lists the accounts in which a forwarder has roles, or had', () => {
    const accounts = [
      { forwarder: 'default', account: '333333333333', region: 'us-west-2' },
      { forwarder: 'default', account: '555555555555', region: 'eu-west-1' },
      { forwarder: 'isolated', account: '444444444444', region: 'us-west-2' },
    ];
    const policy = Object.values(made({ accounts }).get('xacct-forwarder-default') ?? {}).find(
      ({ Type }) => Type === 'AWS::IAM::Policy',
    );
    expect(policy?.Metadata).toEqual({
      'xacct:accounts': ['333333333333', '555555555555/eu-west-1', '999999999999'],
    });
  });

  test('writes a stack of a template that is there already as it is, with the tags that it has', () => {
    const app = createApp({ routes: ROUTES, handlerFolder: HANDLER_FOLDER, outdir: assemblyFolder() });
    const [stack] = app.synth().stacks.filter(({ stackName }) => stackName === 'xacct-route-orders');
    if (stack === undefined) throw new Error('There is no stack');
    const { stackName: name, environment, tags, template } = stack;
    const { account, region } = environment;
    const copy = createApp({
      routes: ROUTES,
      handlerFolder: HANDLER_FOLDER,
      outdir: assemblyFolder(),
      only: () => false,
      written: [{ name, account, region, tags: { ...tags, team: 'x' }, template }],
    }).synth();
    expect(copy.stacks.map((other) => [other.stackName, other.tags, other.terminationProtection])).toEqual([
      [name, { ...tags, team: 'x' }, true],
    ]);
    expect(copy.stacks[0]?.template).toEqual(template);
  });

  test("keeps the queues' policies with the queues, for invocations under way when the stack is deleted", () => {
    const kept = Object.values(made({}).get('xacct-route-orders') ?? {}).filter(({ Type }) =>
      Type.startsWith('AWS::SQS::'),
    );
    expect(kept.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(Array(4).fill('RetainExceptOnCreate'));
  });
});
