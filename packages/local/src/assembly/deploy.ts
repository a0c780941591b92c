import { NotSupportedError } from '../shared/aws-error.ts';
import type { Deployed, DeployedParameter, DeployedRole } from './deployed.ts';
import { readAlarm } from './deployed-alarm.ts';
import { readQueues } from './deployed-queue.ts';
import { readQueueMapping } from './deployed-queue-mapping.ts';
import { readStreamMapping } from './deployed-stream-mapping.ts';
import { createProperties, type TypedResource } from './properties.ts';
import type { StackArtifact } from './read-assembly.ts';
import { readBuckets } from './read-buckets.ts';
import { readFunction } from './read-function.ts';
import { attachPolicy, readRole } from './read-role.ts';
import { readTemplate } from './read-template.ts';

/**
 * Reads what the stacks of an assembly deploy.
 *
 * @throws {NotSupportedError} for anything in a template that the local AWS does not know
 */
export function deploy(stacks: readonly StackArtifact[]): Deployed {
  const resources = stacks.flatMap(readTemplate);
  const ofType = (type: string): TypedResource[] =>
    resources
      .filter((resource) => resource.type === type)
      .map((resource) => ({ ...resource, properties: createProperties(resource) }));

  const roles = new Map<string, DeployedRole>();
  for (const role of ofType('AWS::IAM::Role').map(readRole)) roles.set(role.arn, role);
  for (const policy of [...ofType('AWS::IAM::Policy'), ...ofType('AWS::IAM::ManagedPolicy')])
    attachPolicy(policy, roles);

  const functions = ofType('AWS::Lambda::Function').map(readFunction);
  const { ofQueues = [], ofStreams = [] } = Object.groupBy(
    ofType('AWS::Lambda::EventSourceMapping'),
    ({ properties }) =>
      /^arn:[^:]+:sqs:/.test(properties.text('EventSourceArn')) ? 'ofQueues' : 'ofStreams',
  );
  const mappings = ofStreams.map(readStreamMapping);
  const consumers = ofType('AWS::Kinesis::StreamConsumer').map(
    ({ name, properties }) => `${properties.text('StreamARN')}/consumer/${name}:`,
  );
  for (const { id, eventSourceArn, streamArn } of mappings) {
    const known = eventSourceArn === streamArn || consumers.some((start) => eventSourceArn.startsWith(start));
    if (!known) throw new NotSupportedError(`a consumer ${eventSourceArn}`, id);
  }
  return {
    roles,
    buckets: readBuckets(ofType('AWS::S3::Bucket'), ofType('AWS::S3::BucketPolicy')),
    queues: readQueues(ofType('AWS::SQS::Queue'), ofType('AWS::SQS::QueuePolicy')),
    functions: new Map(functions.map((definition) => [definition.arn, definition])),
    mappings,
    queueMappings: ofQueues.map(readQueueMapping),
    parameters: ofType('AWS::SSM::Parameter').map(readParameter),
    alarms: ofType('AWS::CloudWatch::Alarm').map(readAlarm),
  };
}

function readParameter({ name, stack, where, properties }: TypedResource): DeployedParameter {
  const type = properties.text('Type');
  if (type !== 'String') throw new NotSupportedError(`the parameter type ${type}`, where);
  return { account: stack.account, region: stack.region, name, value: properties.text('Value') };
}
