import { App, Stack, Validations } from 'aws-cdk-lib';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { forwarderIn, READER, SOURCE, sourceStack } from './factories.ts';

/** What AWS's rules find in a forwarder, and why it stays: as for the stacks of the command. */
const ACKNOWLEDGED = {
  'AwsSolutions::AwsSolutions-S1':
    'Access logs need a second bucket. The one writer is the forwarder; who reads is in CloudTrail data events, where wanted',
  'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:s3:::xacct-failures-default-111111111111-us-west-2/*]':
    'Objects of the failure bucket, whose keys Lambda chooses',
  'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:s3:::xacct-failures-default-111111111111-us-west-2/waiting/*]':
    'Objects of records that wait, whose keys the forwarder makes up',
  'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:logs:us-west-2:111111111111:log-group:/aws/lambda/xacct-forwarder-default:*]':
    'Streams of the log group, whose names Lambda chooses',
};

function checkedApp(): App {
  const app = new App();
  const stack = sourceStack(SOURCE, app);
  const forwarder = forwarderIn({}, stack);
  forwarder.addRoute('orders', { stream: Stream.fromStreamArn(stack, 'Orders', ARN), targets: [READER] });
  forwarder.addToTargets((account) => new Stack(app, 'Target', { env: { account } }));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
const ARN = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';

describe("AWS's rules for solutions (cdk-nag) in an app with a forwarder", () => {
  test('find what is acknowledged here and nothing else', () => {
    expect(found(() => checkedApp().synth())).toEqual(Object.keys(ACKNOWLEDGED).sort());
  });

  test('let the app pass with it', () => {
    const app = checkedApp();
    for (const [id, reason] of Object.entries(ACKNOWLEDGED)) Validations.of(app).acknowledge({ id, reason });
    expect(found(() => app.synth())).toEqual([]);
  });
});

/** Ids of the findings, from the error that ends a synthesis with any. */
function found(synth: () => void): string[] {
  try {
    synth();
    return [];
  } catch (error) {
    const ids = [...String(error).matchAll(/Acknowledge with '(.+)'/g)].map(([, id = '']) => id);
    if (ids.length === 0) throw error;
    return [...new Set(ids)].sort();
  }
}
