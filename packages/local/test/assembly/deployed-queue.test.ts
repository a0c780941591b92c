import { describe, expect, test } from 'vitest';
import { deploy } from '../../src/assembly/deploy.ts';
import { NotSupportedError } from '../../src/shared/aws-error.ts';
import { allow, deployedQueue, policy, REGION, SOURCE } from '../factories.ts';

const queue = (QueueName: string, properties: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...properties },
});
const stack = (Resources: object, region = REGION) => ({
  name: 'a',
  account: SOURCE,
  region,
  template: { Resources },
  assets: new Map(),
});
const queues = (Resources: object) => deploy([stack(Resources)]).queues;
const ARN = `arn:aws:sqs:${REGION}:${SOURCE}:orders`;
const DEAD_ARN = `arn:aws:sqs:${REGION}:${SOURCE}:dead`;
const toDead = (deadLetterTargetArn: unknown = DEAD_ARN) => ({
  RedrivePolicy: { deadLetterTargetArn, maxReceiveCount: 5 },
});

describe('readQueues', () => {
  test("reads a queue with SQS's defaults", () => {
    expect(queues({ Queue: queue('orders') })).toEqual(new Map([[ARN, deployedQueue()]]));
    expect(
      queues({ Queue: { Type: 'AWS::SQS::Queue' } }).get(`arn:aws:sqs:${REGION}:${SOURCE}:a-Queue`),
    ).toMatchObject({
      name: 'a-Queue',
    });
  });

  test('reads all that a queue may have, by ARN or by reference', () => {
    const PolicyDocument = {
      Version: '2012-10-17',
      Statement: { ...allow('sqs:*', '*'), Principal: { AWS: `arn:aws:iam::${SOURCE}:role/r` } },
    };
    const found = queues({
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: { Queues: [{ Ref: 'Queue' }, deployedQueue({ name: 'dead' }).url], PolicyDocument },
      },
      Queue: queue('orders', {
        DelaySeconds: 900,
        MaximumMessageSize: 1024,
        MessageRetentionPeriod: 1_209_600,
        ReceiveMessageWaitTimeSeconds: 20,
        SqsManagedSseEnabled: false,
        Tags: [{ Key: 'a', Value: 'b' }],
        VisibilityTimeout: 43_200,
        ...toDead({ 'Fn::GetAtt': ['Dead', 'Arn'] }),
      }),
      Dead: queue('dead', { RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: [ARN] } }),
    });
    const attached = {
      policy: policy(PolicyDocument.Statement),
      policyDocument: JSON.stringify(PolicyDocument),
    };
    expect(found.get(ARN)).toEqual({
      ...deployedQueue(),
      ...attached,
      delaySeconds: 900,
      maximumMessageBytes: 1024,
      retentionSeconds: 1_209_600,
      receiveWaitSeconds: 20,
      sqsManagedSse: false,
      visibilityTimeoutSeconds: 43_200,
      redrive: { deadLetterArn: DEAD_ARN, maxReceiveCount: 5 },
    });
    expect(found.get(DEAD_ARN)).toMatchObject({
      ...attached,
      redriveAllow: { redrivePermission: 'byQueue', sourceQueueArns: [ARN] },
    });
  });

  test('reads the key that encrypts its messages, in place of those of SQS', () => {
    const key = `arn:aws:kms:${REGION}:${SOURCE}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
    const found = queues({ Queue: queue('orders', { KmsMasterKeyId: key }) });
    expect(found.get(ARN)).toMatchObject({ kmsKeyArn: key, sqsManagedSse: false });
  });

  test.each([
    [
      'an alias of a key',
      { KmsMasterKeyId: 'alias/mine' },
      'KmsMasterKeyId "alias/mine": the ARN of a key is known here',
    ],
    [
      'keys of SQS beside one',
      { KmsMasterKeyId: `arn:aws:kms:us-west-2:${SOURCE}:key/1`, SqsManagedSseEnabled: true },
      'SqsManagedSseEnabled beside KmsMasterKeyId',
    ],
    ['a FIFO queue', { FifoQueue: true }, 'the property of AWS::SQS::Queue FifoQueue'],
    ['the name of one', { QueueName: 'a.fifo' }, 'a queue named a.fifo'],
    ['a name of 81 characters', { QueueName: 'a'.repeat(81) }, 'a queue named aaa'],
    ['a delay of 901 s', { DelaySeconds: 901 }, 'DelaySeconds, an integer of 0–900: 901'],
    [
      'messages below 1 KiB',
      { MaximumMessageSize: 1023 },
      'MaximumMessageSize, an integer of 1024–1048576: 1023',
    ],
    [
      'a retention of over 14 days',
      { MessageRetentionPeriod: 1_209_601 },
      'an integer of 60–1209600: 1209601',
    ],
    ['a wait of 21 s', { ReceiveMessageWaitTimeSeconds: 21 }, 'an integer of 0–20: 21'],
    ['a timeout of over 12 hours', { VisibilityTimeout: 43_201 }, 'an integer of 0–43200: 43201'],
    [
      'a maxReceiveCount of 0',
      { RedrivePolicy: { deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 0 } },
      'an integer of 1–1000: 0',
    ],
    ['another part of a redrive policy', { RedrivePolicy: { a: 1 } }, 'the property RedrivePolicy.a'],
    ['another permission', { RedriveAllowPolicy: { redrivePermission: 'some' } }, 'redrivePermission "some"'],
  ])('refuses %s', (_, properties, what) => {
    expect(() => queues({ Queue: queue('orders', properties) })).toThrow(what);
  });

  test('refuses a dead-letter queue that is not deployed in the same account and region', () => {
    const error = new NotSupportedError(
      `a dead-letter queue ${DEAD_ARN} in ${SOURCE} ${REGION}`,
      'stack a resource Queue',
    );
    expect(() => queues({ Queue: queue('orders', toDead()) })).toThrow(error);
    const elsewhere = DEAD_ARN.replace(REGION, 'eu-west-1');
    const stacks = [
      stack({ Queue: queue('orders', toDead(elsewhere)) }),
      stack({ Dead: queue('dead') }, 'eu-west-1'),
    ];
    expect(() => deploy(stacks)).toThrow(`a dead-letter queue ${elsewhere} in ${SOURCE} ${REGION}`);
  });

  test.each([
    { redrivePermission: 'denyAll' },
    { redrivePermission: 'byQueue', sourceQueueArns: [DEAD_ARN] },
  ])('refuses a dead-letter queue that does not let the queue in: %o', (RedriveAllowPolicy) => {
    const resources = { Queue: queue('orders', toDead()), Dead: queue('dead', { RedriveAllowPolicy }) };
    expect(() => queues(resources)).toThrow(
      `the dead-letter queue ${DEAD_ARN}: its RedriveAllowPolicy does not let ${ARN} in`,
    );
  });

  test('refuses the policy of a queue that is not deployed', () => {
    const { url } = deployedQueue();
    const Properties = { Queues: [url], PolicyDocument: {} };
    expect(() => queues({ Policy: { Type: 'AWS::SQS::QueuePolicy', Properties } })).toThrow(
      new NotSupportedError(`a queue at ${url}`, 'stack a resource Policy'),
    );
  });
});
