import type { Scenario, World } from './aws.ts';
import {
  bucketName,
  callerRoleArn,
  EXTERNAL_ID,
  functionArnOf,
  functionName,
  HIDDEN_SECONDS,
  PARAMETERS,
  parameterPath,
  type QueueId,
  queueArnOf,
  queueName,
  queueUrlOf,
  streamArnOf,
  targetFunctionArn,
  targetRoleArn,
} from './names.ts';

const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = (Action: string[], Resource: string | string[]) => ({ Effect: 'Allow', Action, Resource });
const trust = (Principal: object, Condition?: object) => ({
  AssumeRolePolicyDocument: document({
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal,
    ...(Condition && { Condition }),
  }),
});
const policies = (...statements: object[]) => ({
  Policies: [{ PolicyName: 'contract', PolicyDocument: document(...statements) }],
});
const LAMBDA = { Service: 'lambda.amazonaws.com' };
const LOGS = allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], '*');

/** The source account: streams with their mappings, the function that they lead to, and a role that calls from it. */
export function sourceTemplate(world: World, scenarios: readonly Scenario[], code: object): object {
  const { prefix, region, source } = world;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${source}:${resource}`;
  const streams = arn('kinesis', `stream/${prefix}-*`);
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: `${prefix}-reader`,
      ...trust(LAMBDA),
      ...policies(
        LOGS,
        allow(['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:ListShards'], streams),
        allow(['kinesis:GetShardIterator', 'kinesis:GetRecords'], streams),
        allow(['kinesis:SubscribeToShard', 'kinesis:DescribeStreamConsumer'], `${streams}/consumer/*`),
        allow(
          ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
          arn('dynamodb', `table/${prefix}-*`),
        ),
        allow(['dynamodb:ListStreams'], '*'),
        allow(
          ['sqs:SendMessage'],
          (['seen', 'failures', 'loop', 'allowed'] as const).map((name) => queueArnOf(world, name)),
        ),
        allow(
          ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
          (['work', 'loop', 'allowed'] as const).map((name) => queueArnOf(world, name)),
        ),
        allow(['s3:PutObject'], `arn:aws:s3:::${bucketName(world)}/*`),
        allow(['s3:ListBucket'], `arn:aws:s3:::${bucketName(world)}`),
      ),
    },
  };
  const caller = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: `${prefix}-caller`,
      ...trust({ AWS: `arn:aws:iam::${source}:root` }),
      ...policies(
        allow(['sts:AssumeRole'], targetRoleArn(world)),
        allow(['ssm:GetParameter', 'ssm:GetParameters'], arn('ssm', `parameter${parameterPath(world)}/*`)),
        allow(['ssm:GetParametersByPath'], arn('ssm', `parameter${parameterPath(world)}`)),
        allow(['lambda:InvokeFunction'], '*'),
      ),
    },
  };
  const resources: Record<string, object> = {
    Role: role,
    Caller: caller,
    Seen: queue(world, 'seen'),
    Failures: queue(world, 'failures'),
    Dead: queue(world, 'dead'),
    Work: queue(world, 'work', {
      VisibilityTimeout: HIDDEN_SECONDS,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
    }),
    WorkMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      DependsOn: ['Function'],
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] },
        FunctionName: functionArnOf(world),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumBatchingWindowInSeconds: 1,
      },
    },
    Function: lambda(world, code, functionName(world), 'Role', world.source),
    Idle: queue(world, 'idle'),
    // A message that Lambda stops goes to the dead-letter queue at its next receipt.
    ...queueOfItself(world, 'Loop', 'loop', functionName(world)),
    ...queueOfItself(world, 'Allowed', 'allowed', `${prefix}-allowed`),
    AllowedFunction: lambda(world, code, `${prefix}-allowed`, 'Role', world.source, {
      RecursiveLoop: 'Allow',
    }),
    Throttled: lambda(world, code, functionName(world, true), 'Role', world.source, {
      ReservedConcurrentExecutions: 0,
    }),
  };
  for (let index = 0; index < PARAMETERS; index++) {
    const Name = `${parameterPath(world)}/${String(index).padStart(2, '0')}`;
    resources[`Value${index}`] = {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name, Type: 'String', Value: Name },
    };
  }
  if (scenarios.some(({ keptIn }) => keptIn === 'bucket'))
    resources.Bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucketName(world) } };
  for (const scenario of scenarios) Object.assign(resources, scenarioResources(world, scenario));
  return { Resources: resources };
}

/** The target account: a function, and a role that the caller may assume to invoke it. */
export function targetTemplate(world: World, code: object): object {
  const { prefix, source, target, region } = world;
  const seen = `arn:aws:sqs:${region}:${target}:${queueName(world, 'seen')}`;
  return {
    Resources: {
      Seen: queue(world, 'seen'),
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: `${prefix}-function`,
          ...trust(LAMBDA),
          ...policies(LOGS, allow(['sqs:SendMessage'], seen)),
        },
      },
      Target: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: `${prefix}-target`,
          ...trust(
            { AWS: `arn:aws:iam::${source}:root` },
            {
              ArnEquals: { 'aws:PrincipalArn': callerRoleArn(world) },
              StringEquals: { 'sts:ExternalId': EXTERNAL_ID },
            },
          ),
          ...policies(allow(['lambda:InvokeFunction'], targetFunctionArn(world, '*')), {
            Effect: 'Deny',
            Action: ['lambda:InvokeFunction'],
            Resource: targetFunctionArn(world, 'denied'),
          }),
        },
      },
      Function: lambda(world, code, `${prefix}-target`, 'Role', target),
      Denied: lambda(world, code, `${prefix}-denied`, 'Role', target),
      Throttled: lambda(world, code, `${prefix}-throttled`, 'Role', target, {
        ReservedConcurrentExecutions: 0,
      }),
    },
  };
}

/** A queue whose messages a function may send to it again, with its mapping. */
function queueOfItself(world: World, id: string, name: QueueId, reader: string): Record<string, object> {
  return {
    [id]: queue(world, name, {
      VisibilityTimeout: HIDDEN_SECONDS,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 1 },
    }),
    [`${id}Mapping`]: {
      Type: 'AWS::Lambda::EventSourceMapping',
      DependsOn: ['Function', 'AllowedFunction'],
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': [id, 'Arn'] },
        FunctionName: functionArnOf(world, reader),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
  };
}

function queue(world: World, name: QueueId, more: object = {}): object {
  return {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: queueName(world, name), MessageRetentionPeriod: 1_209_600, ...more },
  };
}

function lambda(
  world: World,
  Code: object,
  name: string,
  role: string,
  account: string,
  more: object = {},
): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: name,
      Code,
      Environment: { Variables: { SEEN_QUEUE: queueUrlOf(world, 'seen', account) } },
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': [role, 'Arn'] },
      Runtime: 'nodejs24.x',
      Timeout: HIDDEN_SECONDS,
      ...more,
    },
  };
}

function scenarioResources(world: World, scenario: Scenario): Record<string, object> {
  const { id, stream, mapping = {}, throttled, keptIn } = scenario;
  const { region, source } = world;
  const name = id.replaceAll('-', '');
  const arn = streamArnOf(world, scenario);
  const consumer = {
    [`${name}Consumer`]: {
      Type: 'AWS::Kinesis::StreamConsumer',
      Properties: { ConsumerName: 'contract', StreamARN: arn },
    },
  };
  return {
    ...(stream === 'consumer' && consumer),
    [`${name}Mapping`]: {
      Type: 'AWS::Lambda::EventSourceMapping',
      // By name, since CloudFormation sees no reference in an ARN that is written out.
      DependsOn: ['Function', 'Throttled', 'Failures'],
      Properties: {
        EventSourceArn: stream === 'consumer' ? { 'Fn::GetAtt': [`${name}Consumer`, 'ConsumerARN'] } : arn,
        FunctionName: functionArnOf(world, functionName(world, throttled)),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        StartingPosition: 'TRIM_HORIZON',
        MaximumRetryAttempts: 0,
        DestinationConfig: {
          OnFailure: {
            Destination:
              keptIn === 'bucket'
                ? `arn:aws:s3:::${bucketName(world)}`
                : `arn:aws:sqs:${region}:${source}:${queueName(world, 'failures')}`,
          },
        },
        ...mapping,
      },
    },
  };
}
