import { NotSupportedError } from '../shared/aws-error.ts';
import type { Deployed, DeployedParameter, DeployedRole } from './deployed.ts';
import { readQueues } from './deployed-queue.ts';
import { readQueueMapping } from './deployed-queue-mapping.ts';
import { readStreamMapping } from './deployed-stream-mapping.ts';
import { Properties } from './properties.ts';
import type { StackArtifact } from './read-assembly.ts';
import { readBuckets } from './read-buckets.ts';
import { readFunction } from './read-function.ts';
import { attachPolicy, readRole } from './read-role.ts';
import { type Resource, readTemplate } from './read-template.ts';

/**
 * Reads what the stacks of an assembly deploy.
 *
 * @throws {NotSupportedError} for anything in a template that the local AWS does not know
 */
export function deploy(stacks: readonly StackArtifact[]): Deployed {
  const resources = stacks.flatMap(readTemplate);
  const ofType = (type: string) =>
    resources
      .filter((resource) => resource.type === type)
      .map((resource) => ({ resource, properties: new Properties(resource) }));

  const roles = new Map<string, DeployedRole>();
  for (const { resource, properties } of ofType('AWS::IAM::Role')) {
    const role = readRole(resource, properties);
    roles.set(role.arn, role);
  }
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']) {
    for (const { resource, properties } of ofType(type)) attachPolicy(resource, properties, roles);
  }

  const functions = ofType('AWS::Lambda::Function').map(({ resource, properties }) =>
    readFunction(resource, properties),
  );
  const [queueMappings, streamMappings] = partition(
    ofType('AWS::Lambda::EventSourceMapping'),
    ({ properties }) => /^arn:[^:]+:sqs:/.test(properties.text('EventSourceArn')),
  );
  const mappings = streamMappings.map(({ resource, properties }) => readStreamMapping(resource, properties));
  const consumers = ofType('AWS::Kinesis::StreamConsumer').map(
    ({ resource, properties }) => `${properties.text('StreamARN')}/consumer/${resource.name}:`,
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
    queueMappings: queueMappings.map(({ resource, properties }) => readQueueMapping(resource, properties)),
    parameters: ofType('AWS::SSM::Parameter').map(({ resource, properties }) =>
      readParameter(resource, properties),
    ),
  };
}

function partition<T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

function readParameter({ name, stack, where }: Resource, properties: Properties): DeployedParameter {
  const type = properties.text('Type');
  if (type !== 'String') throw new NotSupportedError(`the parameter type ${type}`, where);
  return { account: stack.account, region: stack.region, name, value: properties.text('Value') };
}
