import { parseResourcePolicy } from '../iam/policy-forms.ts';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { DeployedBucket } from './deployed.ts';
import type { TypedResource } from './properties.ts';
import { readKeyArn } from './read-key-arn.ts';

/** The buckets of all stacks, by name, with their policies. */
export function readBuckets(
  buckets: readonly TypedResource[],
  policies: readonly TypedResource[],
): Map<string, DeployedBucket> {
  const byName = new Map<string, DeployedBucket>();
  for (const resource of buckets) {
    const { name, stack } = resource;
    const { account, region } = stack;
    byName.set(name, { name, account, region, kmsKeyArn: readBucketKey(resource), policy: [] });
  }
  for (const { properties, where } of policies) {
    const name = properties.text('Bucket');
    const bucket = byName.get(name);
    if (bucket === undefined) throw new NotSupportedError(`a bucket named ${name}`, where);
    bucket.policy = parseResourcePolicy(properties.raw('PolicyDocument'), where);
  }
  return byName;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-bucketencryption.html */
function readBucketKey({ properties, where }: TypedResource): string | undefined {
  const [rule] = properties
    .object('BucketEncryption', ['ServerSideEncryptionConfiguration'])
    .objects('ServerSideEncryptionConfiguration', ['BucketKeyEnabled', 'ServerSideEncryptionByDefault']);
  const key = rule
    ?.object('ServerSideEncryptionByDefault', ['KMSMasterKeyID', 'SSEAlgorithm'])
    .raw('KMSMasterKeyID');
  return key === undefined ? undefined : readKeyArn(key, 'KMSMasterKeyID', where);
}
