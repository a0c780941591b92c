import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { appOf, routesOf } from './factories.ts';

/** Every option that adds a resource or a statement. */
const ROUTES = routesOf(
  `
  - stream: orders
    enhancedFanOut: true
    kmsKey: 1234abcd-12ab-34cd-56ef-1234567890ab
    targets: [{ account: analytics, function: reader }]
  - stream: arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000
    targets: [{ account: billing, function: reader }]
`,
  `
encryption: { kmsKey: 3234abcd-12ab-34cd-56ef-1234567890ab }
forwarders:
  default:
    tracing: true
    reservedConcurrency: 5
    vpc: { subnets: [subnet-0abc1234], securityGroups: [sg-0abc1234] }`,
);

/** What AWS's rules find, and why it stays. */
const ACKNOWLEDGED = {
  'AwsSolutions::AwsSolutions-S1':
    'Access logs need a second bucket. The one writer is the forwarder; who reads is in CloudTrail data events, where wanted',
  'AwsSolutions::AwsSolutions-IAM5[Resource::*]':
    'X-Ray, dynamodb:ListStreams and the listings of EC2 know no resources',
  'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:ec2:us-west-2:111111111111:*/*]':
    "Lambda's documentation asks for it; the code of functions is left out",
  'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:kinesis:us-west-2:111111111111:stream/orders/consumer/*]':
    'The ARN of a consumer ends in the time of its registration',
  'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:s3:::xacct-failures-default-111111111111-us-west-2/*]':
    'Objects of the failure bucket, whose keys Lambda chooses',
  'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:s3:::xacct-failures-default-111111111111-us-west-2/waiting/*]':
    'Objects of records that wait, whose keys the forwarder makes up',
  'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:logs:us-west-2:111111111111:log-group:/aws/lambda/xacct-forwarder-default:*]':
    'Streams of the log group, whose names Lambda chooses',
};

function checkedApp() {
  const app = appOf(ROUTES);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

describe("AWS's rules for solutions (cdk-nag)", () => {
  test('find what is acknowledged here and nothing else', () => {
    expect(found(() => checkedApp().synth())).toEqual(Object.keys(ACKNOWLEDGED).sort());
  });

  test('let the stacks pass with it', () => {
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
