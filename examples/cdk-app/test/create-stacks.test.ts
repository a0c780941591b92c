import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { createStacks } from '../lib/create-stacks.ts';

test('routes the streams of the app and of the file', () => {
  const { streams, forwarder } = createStacks(new App());
  assert.deepEqual(
    forwarder.routes.map(({ routeName }) => routeName),
    ['clicks', 'orders', 'customers'],
  );
  const template = Template.fromStack(streams);
  // Each route has a mapping of its stream, and one of its retry queue.
  template.resourceCountIs('AWS::Lambda::EventSourceMapping', 6);
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Orders'), 'Arn'] },
    MaximumRetryAttempts: -1,
  });
});

test('tells the topic of every alarm', () => {
  const { streams, forwarder } = createStacks(new App());
  const template = Template.fromStack(streams);
  template.allResourcesProperties('AWS::CloudWatch::Alarm', {
    AlarmActions: [{ Ref: Match.stringLikeRegexp('^OnCall') }],
  });
  template.resourceCountIs('AWS::CloudWatch::Alarm', forwarder.alarms.length);
});

test('makes a role for each route in the accounts of its targets, and leaves no warning', () => {
  const app = new App();
  const { streams } = createStacks(app);
  const target = app.node.findChild('Target-222222222222');
  assert.ok(Stack.isStack(target));
  Template.fromStack(target).resourceCountIs('AWS::IAM::Role', 2);
  Annotations.fromStack(streams).hasNoWarning('*', Match.anyValue());
});
