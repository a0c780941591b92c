import { decodeRoute, type StoredRoute } from '@xacct/core';
import { App, Aws, CfnParameter, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, StreamViewType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Stream, StreamEncryption } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Alias,
  Code,
  FilterCriteria,
  FilterRule,
  Function as LambdaFunction,
  Runtime,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { Forwarder, OnFailure, type RouteOptions, Routes } from '../src/index.ts';
import { forwarderIn, orders, READER, SOURCE, sourceStack } from './factories.ts';
import { comparable } from './resources.ts';

const STREAM_ARN = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
const TABLE_STREAM = 'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';

function keyIn(scope: Stack) {
  const arn = 'arn:aws:kms:us-west-2:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  return Key.fromKeyArn(scope, 'OrdersKey', arn);
}

/** A stack with a forwarder that has one route. */
function stackWith(route: (stack: Stack) => RouteOptions): Stack {
  const stack = sourceStack();
  forwarderIn({}, stack).addRoute('orders', route(stack));
  return stack;
}

/** What the forwarder finds in the parameters of the route. */
function storedRoute(stack: Stack): StoredRoute {
  const parameters = Object.values(Template.fromStack(stack).findResources('AWS::SSM::Parameter'));
  return decodeRoute(parameters.map(({ Properties }) => Properties.Value));
}

/** Resources by their paths in the forwarder. */
function resourcesOf(stack: Stack) {
  return comparable([stack], (path) => path.split('/Forwarder/')[1]);
}

describe('addRoute', () => {
  test('makes what an entry of a routes file makes, with every option', () => {
    const file = `
source: { account: "111111111111", region: us-west-2 }
routes:
  - stream: ${STREAM_ARN}
    name: orders
    startingPosition: AT_TIMESTAMP
    startingTimestamp: 2026-01-01T00:00:00Z
    batchSize: 500
    batchWindowSeconds: 20
    parallelizationFactor: 2
    maximumRetryAttempts: 5
    maximumRecordAgeSeconds: 3600
    retryForSeconds: 7200
    retryConcurrency: 20
    filters: [{ data: { type: [order] } }]
    enhancedFanOut: true
    deaggregate: false
    kmsKey: arn:aws:kms:us-west-2:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab
    enabled: false
    targets:
      - { account: "222222222222", function: reader }
      - account: "333333333333"
        function: "ledger:live"
        region: eu-west-1
        invocation: request-response
        onFailure: block
        timeoutSeconds: 10
        filter: { data: { kind: [a] } }
        externalId: theirs
        paused: true
        role: arn:aws:iam::333333333333:role/invoker
        replaces: [old]
`;
    const stack = sourceStack();
    forwarderIn({ routes: Routes.fromYaml(file) }, stack);
    const inCode = stackWith((scope) => ({
      stream: Stream.fromStreamAttributes(scope, 'Orders', {
        streamArn: STREAM_ARN,
        encryptionKey: keyIn(scope),
      }),
      startingPosition: StartingPosition.AT_TIMESTAMP,
      startingPositionTimestamp: Date.UTC(2026, 0) / 1_000,
      batchSize: 500,
      batchWindow: Duration.seconds(20),
      parallelizationFactor: 2,
      maximumRetryAttempts: 5,
      maximumRecordAge: Duration.hours(1),
      retryFor: Duration.hours(2),
      retryConcurrency: 20,
      filters: [FilterCriteria.filter({ data: { type: FilterRule.isEqual('order') } })],
      enhancedFanOut: true,
      deaggregate: false,
      enabled: false,
      targets: [
        { account: '222222222222', function: 'reader' },
        {
          account: '333333333333',
          function: 'ledger:live',
          region: 'eu-west-1',
          invocation: 'request-response',
          onFailure: OnFailure.BLOCK,
          timeout: Duration.seconds(10),
          filter: { data: { kind: ['a'] } },
          externalId: 'theirs',
          paused: true,
          role: Role.fromRoleArn(scope, 'Invoker', 'arn:aws:iam::333333333333:role/invoker'),
          replaces: ['old'],
        },
      ],
    }));
    expect(resourcesOf(inCode)).toEqual(resourcesOf(stack));
  });

  test('updates the policy, the dashboard and the alarm of tables with each route', () => {
    const stack = sourceStack();
    const forwarder = forwarderIn({}, stack);
    const table = Table.fromTableAttributes(stack, 'Items', {
      tableName: 'Items',
      tableStreamArn: TABLE_STREAM,
    });
    forwarder.addRoute('orders', { stream: orders(stack), targets: [READER] });
    expect(forwarder.alarms.map(({ node }) => node.path).join()).not.toContain('/Forwarder/IteratorAgeAlarm');
    forwarder.addRoute('items', { stream: table, targets: [READER], maximumRecordAge: Duration.hours(2) });
    const text = JSON.stringify(Template.fromStack(stack).toJSON());
    expect(text).toContain(`"Resource":"${TABLE_STREAM}"`);
    expect(text).toContain('DynamoDB streams');
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'xacct-forwarder-default-iterator-age',
      Threshold: 3_600_000,
    });
  });

  test('makes managed policies when the inline policy is full, before which the function waits', () => {
    const stack = sourceStack();
    const forwarder = forwarderIn({}, stack);
    const targets = Array.from({ length: 300 }, (_, index) => ({
      ...READER,
      account: String(222222222222 + index),
    }));
    forwarder.addRoute('orders', { stream: orders(stack), targets });
    const template = Template.fromStack(stack);
    const managed = Object.keys(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(managed.length).toBeGreaterThan(1);
    const [forward] = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(forward?.DependsOn).toEqual(expect.arrayContaining(managed));
  });

  test('makes the same policies, whatever other tokens the app has', () => {
    const policiesWith = (tokensBefore: number) => {
      const stack = sourceStack();
      for (let number = 0; number < tokensBefore; number += 1) Lazy.string({ produce: () => '' });
      const forwarder = forwarderIn({}, stack);
      for (let number = 0; number < 25; number += 1) {
        forwarder.addRoute(`route-${number}`, { stream: new Stream(stack, `S${number}`), targets: [READER] });
      }
      const template = Template.fromStack(stack);
      return [
        template.findResources('AWS::IAM::Policy'),
        template.findResources('AWS::IAM::ManagedPolicy'),
      ].map((policies) => JSON.stringify(policies));
    };
    expect(policiesWith(0)[1]).not.toBe('{}');
    expect(policiesWith(990)).toEqual(policiesWith(0));
  });

  test('leaves the forwarder as it is when it refuses a route', () => {
    const stack = sourceStack();
    const forwarder = forwarderIn({}, stack);
    const stream = orders(stack);
    expect(() => forwarder.addRoute('orders', { stream, targets: [READER], batchSize: 0 })).toThrow();
    forwarder.addRoute('orders', { stream, targets: [READER] });
    expect(forwarder.routes).toHaveLength(1);
  });
});

describe('the stream of a route', () => {
  test('may be one of the app without a name', () => {
    const stack = stackWith((scope) => ({ stream: new Stream(scope, 'Events'), targets: [READER] }));
    const template = Template.fromStack(stack);
    const [id = ''] = Object.keys(template.findResources('AWS::Kinesis::Stream'));
    const name = { Ref: id };
    const arn = { 'Fn::GetAtt': [id, 'Arn'] };
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: arn });
    template.hasResourceProperties('AWS::SSM::Parameter', {
      Name: { 'Fn::Join': ['', ['/xacct/default/kinesis/', name]] },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'xacct-route-orders-iterator-age',
      Dimensions: [{ Name: 'StreamName', Value: name }],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'ReadRoutes',
            Resource: {
              'Fn::Join': ['', ['arn:aws:ssm:us-west-2:111111111111:parameter/xacct/default/kinesis/', name]],
            },
          }),
          Match.objectLike({ Sid: 'ReadStreams', Resource: arn }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::CloudWatch::Dashboard', {
      DashboardBody: { 'Fn::Join': ['', Match.arrayWith([name])] },
    });
  });

  test('brings its own key', () => {
    const stack = stackWith((scope) => ({
      stream: new Stream(scope, 'Events', { encryption: StreamEncryption.KMS }),
      targets: [READER],
    }));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'DecryptStreams',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^EventsKey'), 'Arn'] },
          }),
        ]),
      },
    });
  });

  test('is waited for where it is known by its name', () => {
    const stack = stackWith((scope) => ({ stream: orders(scope), targets: [READER], enhancedFanOut: true }));
    const template = Template.fromStack(stack);
    template.hasResource('AWS::Lambda::EventSourceMapping', {
      Properties: { StartingPosition: 'TRIM_HORIZON' },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^Orders')]),
    });
    template.hasResource('AWS::Kinesis::StreamConsumer', {
      Properties: { StreamARN: STREAM_ARN },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^Orders')]),
    });
  });

  test('may be in another stack of the same account and region', () => {
    const app = new App();
    const data = new Stack(app, 'Data', { env: SOURCE });
    const stack = sourceStack(SOURCE, app);
    forwarderIn({}, stack).addRoute('events', { stream: new Stream(data, 'Events'), targets: [READER] });
    forwarderIn({ forwarderName: 'other' }, new Stack(app, 'Other', { env: SOURCE })).addRoute('orders', {
      stream: orders(data),
      targets: [READER],
    });
    const dependencies = (name: string) =>
      app
        .synth()
        .getStackByName(name)
        .dependencies.map(({ id }) => id);
    expect(dependencies('Streams')).toContain('Data');
    expect(dependencies('Other')).toContain('Data');
  });

  test.each([
    [
      'Table',
      (stack: Stack) =>
        new Table(stack, 'Items', {
          partitionKey: { name: 'id', type: AttributeType.STRING },
          stream: StreamViewType.NEW_IMAGE,
        }),
    ],
    [
      'TableV2',
      (stack: Stack) =>
        new TableV2(stack, 'Items', {
          partitionKey: { name: 'id', type: AttributeType.STRING },
          dynamoStream: StreamViewType.NEW_IMAGE,
        }),
    ],
  ])('may be that of a %s', (_, tableIn) => {
    const stack = stackWith((scope) => ({ stream: tableIn(scope), targets: [READER] }));
    const template = Template.fromStack(stack);
    const arn = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Items'), 'StreamArn'] };
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: arn });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Sid: 'ReadTableStreams', Resource: arn })]),
      },
    });
    template.hasResourceProperties('AWS::SSM::Parameter', {
      Name: { 'Fn::Join': ['', ['/xacct/default/dynamodb/', { Ref: Match.stringLikeRegexp('^Items') }]] },
    });
  });
});

describe('a target', () => {
  test('may be a function or an alias of the app, with a name', () => {
    const app = new App();
    const target = new Stack(app, 'Target', { env: { account: '222222222222', region: 'eu-west-1' } });
    const invoked = new LambdaFunction(target, 'Reader', {
      functionName: 'reader',
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {}'),
    });
    const alias = new Alias(target, 'Live', { aliasName: 'live', version: invoked.currentVersion });
    const imported = LambdaFunction.fromFunctionArn(
      target,
      'Imported',
      'arn:aws:lambda:us-east-1:333333333333:function:ledger:7',
    );
    const stack = sourceStack(SOURCE, app);
    const forwarder = forwarderIn({}, stack);
    forwarder.addRoute('orders', {
      stream: orders(stack),
      targets: [{ function: invoked }, { function: alias }, { function: imported }],
    });
    expect(storedRoute(stack).targets.map(({ functionArn }) => functionArn)).toEqual([
      'arn:aws:lambda:eu-west-1:222222222222:function:reader',
      'arn:aws:lambda:eu-west-1:222222222222:function:reader:live',
      'arn:aws:lambda:us-east-1:333333333333:function:ledger:7',
    ]);
    expect(forwarder.targetAccounts).toEqual(['222222222222', '333333333333']);
  });
});

describe('addRoute refuses', () => {
  test.each<[string, (stack: Stack) => Partial<RouteOptions> & { name?: string }, string]>([
    ['an option out of range', () => ({ batchSize: 0 }), 'batchSize: expected 1–10000, got 0'],
    [
      'an option in the words of the props',
      () => ({ batchWindow: Duration.minutes(6) }),
      'batchWindow: expected 0–300, got 360',
    ],
    [
      'an account that is no ID',
      () => ({ targets: [{ ...READER, account: '22222' }] }),
      'targets[0].account: account "22222" is not known, expected a name from "accounts", or 12 digits; an account ID has 12 digits, this has 5',
    ],
    [
      'an option in a target',
      () => ({ targets: [{ ...READER, timeout: Duration.minutes(20) }] }),
      'targets[0].timeout: expected 1–889, got 1200',
    ],
    [
      'a name that cannot be in names of resources',
      () => ({ name: 'a/b' }),
      'name: expected 1–128 of letters, digits and _.-, got "a/b"',
    ],
    ['no targets', () => ({ targets: [] }), 'targets: expected at least one entry, got none'],
    [
      'a stream that has a route',
      () => ({}),
      'stream: "orders" is already routed in route "first"; add the targets there, or make another Forwarder',
    ],
    [
      'a stream without a name that has a route',
      (stack) => {
        const stream = new Stream(stack, 'Events');
        const forwarder = stack.node.findChild('Forwarder');
        if (Forwarder.isForwarder(forwarder)) forwarder.addRoute('events', { stream, targets: [READER] });
        return { stream };
      },
      'stream: "the stream Streams/Events" is already routed in route "events"; add the targets there, or make another Forwarder',
    ],
    [
      'a name that has a route',
      (stack) => ({ name: 'first', stream: new Stream(stack, 'Events') }),
      'a route named "first" is already in route "first"; give this one another name',
    ],
    [
      'a stream of another region',
      (stack) => ({
        stream: new Stream(
          new Stack(App.of(stack) as App, 'There', { env: { ...SOURCE, region: 'eu-west-1' } }),
          'S',
        ),
      }),
      'stream: expected a stream of region us-west-2, where the forwarder is, got There/S of region eu-west-1. Make a forwarder in a stack there',
    ],
    [
      'a table without a stream',
      (stack) => ({ stream: Table.fromTableName(stack, 'Items', 'Items') }),
      'stream: table Streams/Items has no stream that is known. Set "stream" (or "dynamoStream") on a table of the app, and pass "tableStreamArn" to Table.fromTableAttributes for another one',
    ],
    [
      'a function without a name',
      (stack) => ({
        targets: [
          {
            function: new LambdaFunction(stack, 'Reader', {
              runtime: Runtime.NODEJS_24_X,
              handler: 'index.handler',
              code: Code.fromInline('exports.handler = async () => {}'),
            }),
          },
        ],
      }),
      'targets[0].function: the name of Streams/Reader is not known at synthesis, and the forwarder invokes it by name: set "functionName" on the function, and "aliasName" on an alias',
    ],
    [
      'a role whose ARN is not known',
      (stack) => ({ targets: [{ ...READER, role: Role.fromRoleName(stack, 'Role', 'invoker') }] }),
      'targets[0].role is a token, which only the deployment knows. xacct writes the value into names and parameters that other accounts use, so it has to be known at synthesis: pass Role.fromRoleArn with the ARN of the role',
    ],
    ...(
      [
        ['account', () => ({ targets: [{ ...READER, account: Aws.ACCOUNT_ID }] }), 'targets[0].account'],
        [
          'filter',
          () => ({ targets: [{ ...READER, filter: { data: { type: [Aws.REGION] } } }] }),
          'targets[0].filter',
        ],
        ['number', () => ({ batchSize: Lazy.number({ produce: () => 5 }) }), 'batchSize'],
      ] as [string, () => Partial<RouteOptions>, string][]
    ).map(([what, options, where]): [string, () => Partial<RouteOptions>, string] => [
      `a token as ${what}`,
      options,
      `${where} is a token, which only the deployment knows. xacct writes the value into names and parameters that other accounts use, so it has to be known at synthesis: pass the value itself`,
    ]),
    [
      'a token as the function',
      (stack) => ({ targets: [{ ...READER, function: new CfnParameter(stack, 'P').valueAsString }] }),
      "targets[0].function is a token, which only the deployment knows. xacct writes the value into names and parameters that other accounts use, so it has to be known at synthesis: pass the function's name",
    ],
    [
      'a token as duration',
      (stack) => ({
        retryFor: Duration.seconds(new CfnParameter(stack, 'P', { type: 'Number' }).valueAsNumber),
      }),
      'retryFor is a token, which only the deployment knows. xacct writes the value into names and parameters that other accounts use, so it has to be known at synthesis: pass a Duration of a number',
    ],
  ])('%s', (_, options, message) => {
    const stack = sourceStack();
    const forwarder = forwarderIn({}, stack);
    const stream = orders(stack);
    forwarder.addRoute('first', { stream, targets: [READER] });
    const { name = 'second', ...given } = options(stack);
    const other = Stream.fromStreamArn(stack, 'Other', `${STREAM_ARN}-other`);
    const isSame = message.startsWith('stream: "orders"');
    const add = () =>
      forwarder.addRoute(name, { stream: isSame ? stream : other, targets: [READER], ...given });
    const where = /^a route/.test(message) ? ': ' : ', ';
    expect(add).toThrow(new Error(`Streams/Forwarder: route "${name}"${where}${message}`));
  });
});
