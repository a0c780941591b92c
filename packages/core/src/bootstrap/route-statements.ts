import type { AllowStatement } from '../execution/execution-policies.ts';
import type { Named, Routes } from '../model/routes.ts';
import { writeArn } from '../names/arn.ts';
import { parameterArn, queueArn } from '../names/resource-arns.ts';
import { allow } from './allow.ts';
import { forwarderFunctions } from './forwarder-statements.ts';

/** What CloudFormation needs for the mappings, queues and parameters of routes, and for all alarms. */
export function routeStatements(routes: Named & Pick<Routes, 'routes'>): AllowStatement[] {
  return [
    ...mappingStatements(routes),
    ...recordStatements(routes),
    ...alarmStatements(routes),
    ...consumerStatements(routes),
  ];
}

function mappingStatements({ name, source }: Named): AllowStatement[] {
  const mappings = writeArn('lambda', source, 'event-source-mapping:*');
  const ofForwarders = { ArnLike: { 'lambda:FunctionArn': forwarderFunctions({ name, source }) } };
  return [
    // There is no resource to name before a mapping is made.
    allow('MakeMappings', ['lambda:CreateEventSourceMapping'], '*', ofForwarders),
    allow(
      'ManageMappings',
      ['lambda:DeleteEventSourceMapping', 'lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
      mappings,
      ofForwarders,
    ),
    // Here Lambda passes the mapping to IAM, and not its function.
    allow('TagMappings', ['lambda:ListTags', 'lambda:TagResource', 'lambda:UntagResource'], mappings),
  ];
}

function recordStatements({ name, source }: Named): AllowStatement[] {
  return [
    allow(
      'ManageQueues',
      [
        'sqs:CreateQueue',
        'sqs:DeleteQueue',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ListQueueTags',
        'sqs:SetQueueAttributes',
        'sqs:TagQueue',
        'sqs:UntagQueue',
      ],
      queueArn(source, `${name}-route-*`),
    ),
    allow(
      'ManageRoutes',
      [
        'ssm:AddTagsToResource',
        'ssm:DeleteParameter',
        'ssm:GetParameters',
        'ssm:ListTagsForResource',
        'ssm:PutParameter',
        'ssm:RemoveTagsFromResource',
      ],
      parameterArn(source, `/${name}/*`),
    ),
  ];
}

/** Manages the alarms of forwarders and routes. */
function alarmStatements({ name, source }: Named): AllowStatement[] {
  const alarms = (pattern: string) => writeArn('cloudwatch', source, `alarm:${pattern}`);
  return [
    allow('ListAlarms', ['cloudwatch:DescribeAlarms'], alarms('*')),
    allow(
      'ManageAlarms',
      [
        'cloudwatch:DeleteAlarms',
        'cloudwatch:ListTagsForResource',
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:TagResource',
        'cloudwatch:UntagResource',
      ],
      [alarms(`${name}-forwarder-*`), alarms(`${name}-route-*`)],
    ),
  ];
}

/** A stream is not made here, so that each that gets a consumer is named. */
function consumerStatements({ name, routes }: Pick<Routes, 'name' | 'routes'>): AllowStatement[] {
  const streams = [
    ...new Set(routes.filter(({ enhancedFanOut }) => enhancedFanOut).map(({ stream }) => stream.arn)),
  ].toSorted();
  if (streams.length === 0) return [];
  return [
    allow('RegisterConsumers', ['kinesis:RegisterStreamConsumer'], streams),
    allow(
      'ManageConsumers',
      [
        'kinesis:DeregisterStreamConsumer',
        'kinesis:DescribeStreamConsumer',
        'kinesis:ListTagsForResource',
        'kinesis:TagResource',
        'kinesis:UntagResource',
      ],
      streams.map((stream) => `${stream}/consumer/${name}-*`),
    ),
  ];
}
