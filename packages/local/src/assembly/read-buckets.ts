import { parseResourcePolicy } from '../iam/policy-forms.ts';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { DeployedBucket } from './deployed.ts';
import type { Properties } from './properties.ts';
import { readKeyArn } from './read-key-arn.ts';
import type { Resource } from './read-template.ts';

interface TypedResource {
  resource: Resource;
  properties: Properties;
}

/** The buckets of all stacks, by name, with their policies. */
export function readBuckets(
  buckets: readonly TypedResource[],
  policies: readonly TypedResource[],
): Map<string, DeployedBucket> {
  const byName = new Map<string, DeployedBucket>();
  for (const { resource, properties } of buckets) {
    const { name, where, stack } = resource;
    const { account, region } = stack;
    byName.set(name, { name, account, region, kmsKeyArn: readBucketKey(properties, where), policy: [] });
  }
  for (const { resource, properties } of policies) {
    const bucket = byName.get(properties.text('Bucket'));
    if (bucket === undefined)
      throw new NotSupportedError(`a bucket named ${properties.text('Bucket')}`, resource.where);
    bucket.policy = parseResourcePolicy(properties.raw('PolicyDocument'), resource.where);
  }
  return byName;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-bucketencryption.html */
function readBucketKey(properties: Properties, where: string): string | undefined {
  const [rule] = properties
    .object('BucketEncryption', ['ServerSideEncryptionConfiguration'])
    .objects('ServerSideEncryptionConfiguration', ['BucketKeyEnabled', 'ServerSideEncryptionByDefault']);
  const key = rule
    ?.object('ServerSideEncryptionByDefault', ['KMSMasterKeyID', 'SSEAlgorithm'])
    .raw('KMSMasterKeyID');
  return key === undefined ? undefined : readKeyArn(key, 'KMSMasterKeyID', where);
}
