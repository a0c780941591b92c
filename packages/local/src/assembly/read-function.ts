import { functionArn, partitionOf } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { DeployedFunction } from './deployed.ts';
import type { TypedResource } from './properties.ts';

export function readFunction({ name, stack, where, properties }: TypedResource): DeployedFunction {
  const key = properties.object('Code', ['S3Bucket', 'S3Key']).text('S3Key');
  const codeFolder = stack.assets.get(key);
  if (codeFolder === undefined)
    throw new NotSupportedError(`code asset ${key}: no file of the assembly is deployed there`, where);
  return {
    arn: functionArn({ ...stack, partition: partitionOf(stack.region) }, name),
    name,
    account: stack.account,
    region: stack.region,
    roleArn: properties.text('Role'),
    runtime: properties.text('Runtime'),
    handler: properties.text('Handler'),
    codeKey: key,
    codeFolder,
    environment: properties.object('Environment', ['Variables']).textsByName('Variables'),
    memoryMB: properties.number('MemorySize', 128),
    timeoutSeconds: properties.number('Timeout', 3),
    reservedConcurrency:
      properties.raw('ReservedConcurrentExecutions') === undefined
        ? undefined
        : properties.number('ReservedConcurrentExecutions'),
    recursiveLoop: properties.oneOf('RecursiveLoop', ['Allow', 'Terminate'], 'Terminate'),
    logGroup: String(
      properties.object('LoggingConfig', ['LogGroup']).raw('LogGroup') ?? `/aws/lambda/${name}`,
    ),
  };
}
