import { App, Aws, Duration, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Tracing } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import {
  AssumeRoles,
  Forwarder,
  type ForwarderProps,
  LogLevel,
  MetricsBy,
  type RouteOptions,
  Routes,
} from '../src/index.ts';
import { forwarderIn, orders, READER, SOURCE, sourceStack } from './factories.ts';

const FILE = `
source: { account: "111111111111", region: us-west-2 }
accounts: { analytics: "222222222222" }
defaults: { batchSize: 50, invocation: request-response }
routes:
  - { stream: orders, targets: [{ account: analytics, function: reader }] }
`;

describe('Forwarder', () => {
  test('has the function, role, bucket and log group of its name', () => {
    const stack = sourceStack();
    const forwarder = forwarderIn({ namePrefix: 'bus', forwarderName: 'isolated' }, stack);
    expect(Forwarder.isForwarder(forwarder)).toBe(true);
    expect(Forwarder.isForwarder(stack)).toBe(false);
    expect(forwarder.forwarderName).toBe('isolated');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'bus-forwarder-isolated' });
    for (const [reference, type] of [
      [forwarder.function.functionArn, 'AWS::Lambda::Function'],
      [forwarder.role.roleArn, 'AWS::IAM::Role'],
      [forwarder.failureBucket.bucketArn, 'AWS::S3::Bucket'],
      [forwarder.logGroup.logGroupArn, 'AWS::Logs::LogGroup'],
    ] as const) {
      const { 'Fn::GetAtt': [id] = [] } = stack.resolve(reference);
      expect(Object.keys(template.findResources(type))).toContain(id);
    }
  });

  test('takes every setting of a forwarder', () => {
    const stack = sourceStack();
    const forwarder = forwarderIn(
      {
        memorySize: 256,
        timeout: Duration.minutes(2),
        reservedConcurrentExecutions: 20,
        tracing: Tracing.ACTIVE,
        assumeRoles: AssumeRoles.ORGANIZATION,
        organizationId: 'o-a1b2c3d4e5',
        metricsBy: MetricsBy.ROUTE,
        logLevel: LogLevel.WARN,
        logRetention: RetentionDays.ONE_WEEK,
        permissionsBoundary: 'boundary',
        vpc: new Vpc(stack, 'Vpc'),
        encryptionKey: new Key(stack, 'Key'),
        alarmTopics: [new Topic(stack, 'OnCall')],
        rolePath: '/teams/',
      },
      stack,
    );
    forwarder.addRoute('orders', { stream: orders(stack), targets: [READER] });
    const target = new Stack(App.of(stack) as App, 'Target', { env: { account: '222222222222' } });
    forwarder.addToTargets(() => target);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 256,
      Timeout: 120,
      ReservedConcurrentExecutions: 20,
      TracingConfig: { Mode: 'Active' },
      Environment: { Variables: { XACCT_METRICS: 'route', XACCT_LOG_LEVEL: 'warn' } },
      VpcConfig: {
        SubnetIds: Match.arrayWith([{ Ref: Match.stringLikeRegexp('PrivateSubnet1') }]),
        SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('ForwarderSecurityGroup'), 'GroupId'] }],
      },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      RetentionInDays: 7,
      KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'logs.us-west-2.amazonaws.com' },
            Condition: {
              ArnEquals: {
                'kms:EncryptionContext:aws:logs:arn':
                  'arn:aws:logs:us-west-2:111111111111:log-group:/aws/lambda/xacct-forwarder-default',
              },
            },
          }),
        ]),
      },
    });
    template.allResourcesProperties('AWS::SQS::Queue', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
    });
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^OnCall') }],
    });
    template.hasResourceProperties('AWS::IAM::Role', {
      PermissionsBoundary: 'arn:aws:iam::111111111111:policy/boundary',
    });
    Template.fromStack(target).hasResourceProperties('AWS::IAM::Role', {
      Path: '/teams/',
      PermissionsBoundary: 'arn:aws:iam::222222222222:policy/boundary',
    });
  });

  test('adds routes to those of a file, with the defaults of the file', () => {
    const stack = sourceStack();
    const forwarder = forwarderIn({ routes: Routes.fromYaml(FILE) }, stack);
    const stream = new Stream(stack, 'Payments', { streamName: 'payments' });
    forwarder.addRoute('payments', { stream, targets: [{ account: 'analytics', function: 'ledger' }] });
    expect(forwarder.routes.map(({ routeName }) => routeName)).toEqual(['orders', 'payments']);
    Template.fromStack(stack).resourcePropertiesCountIs(
      'AWS::Lambda::EventSourceMapping',
      { StartingPosition: 'TRIM_HORIZON', BatchSize: 50 },
      2,
    );
  });

  test('gives every alarm and every queue in a form that other constructs accept', () => {
    const stack = sourceStack();
    const forwarder = forwarderIn({}, stack);
    const route = forwarder.addRoute('orders', { stream: orders(stack), targets: [READER] });
    const alarms = Object.keys(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
    const referred = forwarder.alarms.map(({ alarmArn }) => stack.resolve(alarmArn)['Fn::GetAtt'][0]);
    expect(referred.sort()).toEqual(alarms.sort());
    expect(route.alarms.length).toBeLessThan(forwarder.alarms.length);
    expect(forwarder.alarms[0]).toBe(forwarder.alarms[0]);
    const queues = [route.retryQueue, route.deadLetterQueue].map((queue) => stack.resolve(queue.queueArn));
    expect(queues.map((queue) => queue['Fn::GetAtt'][0])).toEqual([
      expect.stringMatching(/ordersRetryQueue/),
      expect.stringMatching(/ordersDeadLetterQueue/),
    ]);
  });

  test('has metrics of the names and dimensions that the handler counts', () => {
    const stack = sourceStack();
    const forwarder = forwarderIn({}, stack);
    const route = forwarder.addRoute('orders', { stream: orders(stack), targets: [READER] });
    const dimensions = { Forwarder: 'xacct-forwarder-default', Route: 'orders' };
    expect(route.metricDelivered()).toMatchObject({
      namespace: 'xacct',
      metricName: 'Delivered',
      dimensions,
    });
    expect(route.metricParked()).toMatchObject({ metricName: 'Parked', dimensions });
    expect(route.metricFailed({ period: Duration.minutes(1) })).toMatchObject({
      metricName: 'Failed',
      period: Duration.minutes(1),
    });
    expect(forwarder.metric('StaleRoute')).toMatchObject({
      metricName: 'StaleRoute',
      statistic: 'Sum',
      dimensions: { Forwarder: 'xacct-forwarder-default' },
    });
  });

  test('makes the resources of routes in the stacks that routeScope names', () => {
    const app = new App();
    const [stack, further] = [sourceStack(SOURCE, app), new Stack(app, 'Further', { env: SOURCE })];
    const forwarder = forwarderIn({ routes: Routes.fromYaml(FILE), routeScope: () => further }, stack);
    forwarder.addToTargets(() => new Stack(app, 'Target', { env: { account: '222222222222' } }));
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::EventSourceMapping', 0);
    Template.fromStack(further).resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
    const { stacks } = app.synth();
    const before = stacks.find(({ stackName }) => stackName === 'Further')?.dependencies ?? [];
    expect(before.map(({ id }) => id)).toEqual(expect.arrayContaining(['Streams', 'Target']));
  });

  test('may be in a stage', () => {
    const stage = new Stage(new App(), 'Prod', { env: SOURCE });
    const stack = new Stack(stage, 'Streams');
    forwarderIn({}, stack).addRoute('orders', { stream: orders(stack), targets: [READER] });
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
  });

  test('warns of what core warns of, of roles that nobody makes, and of no routes', () => {
    const stack = sourceStack();
    const forwarder = forwarderIn({}, stack);
    const warnings = () =>
      Annotations.fromStack(stack)
        .findWarning('/Streams/Forwarder', Match.anyValue())
        .map(({ entry }) => String(entry.data));
    expect(warnings().join()).toMatch(/has no routes: pass `routes`, or call addRoute/);
    const other = sourceStack();
    forwarderIn({}, other).addRoute('orders', {
      stream: orders(other),
      targets: [{ ...READER, invocation: 'event' }],
    });
    const found = Annotations.fromStack(other)
      .findWarning('/Streams/Forwarder', Match.anyValue())
      .map(({ entry }) => String(entry.data))
      .sort();
    expect(found).toEqual([
      expect.stringMatching(
        /^Streams\/Forwarder: no stack holds the roles .* in 222222222222: call addToTargets.*no-target-roles\]$/,
      ),
      expect.stringMatching(
        /^Streams\/Forwarder: route "orders", targets\[0\]\.function: Lambda gives .*event-drops\]$/,
      ),
    ]);
    expect(forwarder.targetAccounts).toEqual([]);
  });
});

describe('a warning', () => {
  const warningsOf = (props: ForwarderProps, route?: RouteOptions) => {
    const stack = sourceStack();
    const forwarder = forwarderIn(props, stack);
    if (route !== undefined) forwarder.addRoute('orders', route);
    const found = Annotations.fromStack(stack).findWarning('/Streams/Forwarder', Match.anyValue());
    return found.map(({ entry }) => String(entry.data)).filter((text) => !text.includes('no-target-roles'));
  };
  const EVENTS = `
source: { account: "111111111111", region: us-west-2 }
routes:
  - { stream: orders, targets: [{ account: "222222222222", function: reader, hasFailureDestination: true }] }
  - { stream: events, forwarder: isolated, batchWindowSeconds: 0, targets: [{ account: "222222222222", function: reader, hasFailureDestination: true }] }
`;

  test('of a route of the file has the words of the file, and comes from its own forwarder', () => {
    const routes = Routes.fromYaml(EVENTS);
    expect(warningsOf({ routes, forwarderName: 'default' })).toEqual([]);
    expect(warningsOf({ routes, forwarderName: 'isolated' })).toEqual([
      expect.stringMatching(
        /^Streams\/Forwarder: routes\.yaml, route "events", batchWindowSeconds: .*no-batching\]$/,
      ),
    ]);
  });

  test('of a route in code has the words of the props', () => {
    const stream = Stream.fromStreamArn(
      sourceStack(),
      'S',
      'arn:aws:kinesis:us-west-2:111111111111:stream/s',
    );
    expect(warningsOf({}, { stream, targets: [READER], batchWindow: Duration.seconds(0) })).toEqual([
      expect.stringMatching(/^Streams\/Forwarder: route "orders", batchWindow: .*no-batching\]$/),
    ]);
  });
});

describe('Forwarder refuses', () => {
  test.each<[string, () => unknown, string]>([
    [
      'a stack without an account',
      () => forwarderIn({}, new Stack(new App(), 'Streams')),
      'Streams/Forwarder: the stack says no account and region. Roles in other accounts trust the forwarder by the ARN of its role, which has to be known at synthesis: give the stack the account and region of the streams as its `env`',
    ],
    [
      'a stack without an account, with a file',
      () => forwarderIn({ routes: Routes.fromYaml(FILE) }, new Stack(new App(), 'Streams')),
      "Streams/Forwarder: the stack says no account and region. Roles in other accounts trust the forwarder by the ARN of its role, which has to be known at synthesis: give the stack `env: { account: '111111111111', region: 'us-west-2' }`, which is `routes.env`",
    ],
    [
      'a stack elsewhere than the file says',
      () => forwarderIn({ routes: Routes.fromYaml(FILE) }, sourceStack({ ...SOURCE, region: 'eu-west-1' })),
      "Streams/Forwarder: expected a stack in account 111111111111 and region us-west-2, the source in routes.yaml, got 111111111111 and eu-west-1: give the stack `env: { account: '111111111111', region: 'us-west-2' }`, which is `routes.env`",
    ],
    [
      'a file with several forwarders of which none is named',
      () =>
        forwarderIn({
          routes: Routes.fromYaml(
            `${FILE}  - { stream: events, forwarder: isolated, targets: [{ account: analytics, function: reader }] }`,
          ),
        }),
      'Streams/Forwarder: routes.yaml has the forwarders "default", "isolated": make a Forwarder for each, and pass its name as `forwarderName`',
    ],
    [
      'a forwarder that the file does not have',
      () => forwarderIn({ routes: Routes.fromYaml(FILE), forwarderName: 'other' }),
      'Streams/Forwarder: no route of the file has forwarder "other", only "default": pass one of these as `forwarderName`',
    ],
    [
      'an option that the file has, too',
      () =>
        forwarderIn({
          routes: Routes.fromYaml(`forwarders: { default: { memoryMB: 256 } }\n${FILE}`),
          memorySize: 512,
        }),
      'Streams/Forwarder: routes.yaml has forwarders.default.memoryMB, and `memorySize` is passed, too: remove one of them',
    ],
    [
      'a setting out of range',
      () => forwarderIn({ timeout: Duration.hours(1) }),
      'Streams/Forwarder: timeout: expected 10–900, got 3600',
    ],
    [
      'a setting that is a token',
      () => forwarderIn({ organizationId: Aws.ACCOUNT_ID }),
      'Streams/Forwarder: organizationId is a token, which only the deployment knows. xacct writes the value into names and parameters that other accounts use, so it has to be known at synthesis: pass the value itself',
    ],
    [
      'a prefix that cannot be in names of resources',
      () => forwarderIn({ namePrefix: 'Bus' }),
      'Streams/Forwarder: namePrefix: expected a lower-case letter, then at most 19 of a-z, 0-9 and -, not starting with aws, ssm, xn-- or sthree-, got "Bus"',
    ],
    [
      'roles of the organization without one',
      () => forwarderIn({ assumeRoles: AssumeRoles.ORGANIZATION }),
      'Streams/Forwarder: assumeRoles: "organization" needs the "organizationId" of "source", which is missing; pass organizationId, or use AssumeRoles.LISTED',
    ],
    [
      'a route in a stack of another region',
      () => {
        const stack = sourceStack();
        const env = { ...SOURCE, region: 'eu-west-1' };
        const far = new Stack(App.of(stack) as App, 'Far', { env });
        return forwarderIn({ routes: Routes.fromYaml(FILE), routeScope: () => far }, stack);
      },
      'Streams/Forwarder: routeScope: expected a stack of account 111111111111 and region us-west-2, where the forwarder is, got Far: give it the same `env`',
    ],
    [
      'the name of another forwarder of the app',
      () => {
        const stack = sourceStack();
        forwarderIn({}, stack);
        return new Forwarder(stack, 'Second');
      },
      'Streams/Second: Streams/Forwarder has a forwarder "default" with the prefix "xacct" in account 111111111111 and region us-west-2, too, and their resources would have the same names: give this one another `forwarderName` or `namePrefix`',
    ],
    [
      'a route of a name that another forwarder of the app has',
      () => {
        const stack = sourceStack();
        const stream = orders(stack);
        forwarderIn({}, stack).addRoute('Orders', { stream, targets: [READER] });
        const second = new Forwarder(stack, 'Second', { forwarderName: 'second' });
        return second.addRoute('orders', { stream, targets: [READER] });
      },
      'Streams/Second: Streams/Forwarder has a route "orders" with the prefix "xacct" in account 111111111111 and region us-west-2, too, and their resources would have the same names: give this one another name',
    ],
    [
      'subnets without a VPC',
      () => forwarderIn({ vpcSubnets: { onePerAz: true } }),
      'Streams/Forwarder: `vpcSubnets` is passed without `vpc`: pass the VPC, too',
    ],
    [
      'a key of another region',
      () => {
        const stack = sourceStack();
        const arn = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
        return forwarderIn({ encryptionKey: Key.fromKeyArn(stack, 'Key', arn) }, stack);
      },
      'Streams/Forwarder: encryptionKey: expected a key in us-west-2 (aws), where the queues, buckets and logs are, got arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab; name a key of that region',
    ],
    [
      'a stack of another account for roles',
      () => {
        const stack = sourceStack();
        const forwarder = forwarderIn({}, stack);
        forwarder.addRoute('orders', { stream: orders(stack), targets: [READER] });
        forwarder.addToTargets(() => stack);
      },
      'Streams/Forwarder: addToTargets: expected a stack of account 222222222222, got Streams of account 111111111111',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });
});
