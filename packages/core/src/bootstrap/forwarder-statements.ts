import type { AllowStatement } from '../execution/execution-policies.ts';
import type { Named, Routes } from '../model/routes.ts';
import { writeArn } from '../names/arn.ts';
import { cdkAssetsBucket, cdkVersionParameter } from '../names/cdk-bootstrap.ts';
import { namesOf } from '../names/names.ts';
import { bucketArn, functionArn, parameterArn } from '../names/resource-arns.ts';
import { allow } from './allow.ts';
import { readBootstrapVersion } from './target-statements.ts';

type Forwarders = Named & Pick<Routes, 'encryptionKeyArn' | 'forwarders'>;

/** What CloudFormation needs for the functions of forwarders, their buckets, logs and dashboards. */
export function forwarderStatements(routes: Forwarders): AllowStatement[] {
  return [
    ...functionStatements(routes),
    ...networkStatements(routes),
    ...codeSigningStatements(routes),
    ...watchStatements(routes),
  ];
}

/** The functions of all forwarders that a file of this name may have. */
export function forwarderFunctions({ name, source }: Named): string {
  return functionArn(source, `${name}-forwarder-*`);
}

function functionStatements({ name, source }: Named): AllowStatement[] {
  return [
    allow(
      'ManageForwarders',
      [
        'lambda:CreateFunction',
        'lambda:DeleteFunction',
        'lambda:DeleteFunctionConcurrency',
        'lambda:GetFunction',
        'lambda:GetFunctionCodeSigningConfig',
        'lambda:GetFunctionRecursionConfig',
        'lambda:GetFunctionScalingConfig',
        'lambda:GetRuntimeManagementConfig',
        'lambda:ListTags',
        'lambda:PutFunctionConcurrency',
        'lambda:PutFunctionRecursionConfig',
        'lambda:TagResource',
        'lambda:UntagResource',
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
      ],
      forwarderFunctions({ name, source }),
    ),
    allow('ReadCode', ['s3:GetObject'], `${bucketArn(source, cdkAssetsBucket(source, source))}/*`),
    readBootstrapVersion([parameterArn(source, cdkVersionParameter(source))]),
    allow(
      'ManageFailureBuckets',
      BUCKET_ACTIONS,
      bucketArn(source, namesOf({ name, source }).failureBucketPattern),
    ),
  ];
}

/** CloudFormation looks at the network of a function, and waits for its interfaces to go. Listings, which name no resource. */
function networkStatements({ forwarders }: Forwarders): AllowStatement[] {
  if (forwarders.every(({ vpc }) => vpc === undefined)) return [];
  return [
    allow(
      'ListNetworks',
      [
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      '*',
    ),
  ];
}

/** A configuration that was named is taken away from a function by the same statement, as long as another forwarder has one. */
function codeSigningStatements({ name, source, forwarders }: Forwarders): AllowStatement[] {
  const configs = [
    ...new Set(forwarders.map((one) => one.codeSigningConfigArn).filter((arn) => arn !== undefined)),
  ].toSorted();
  if (configs.length === 0) return [];
  return [
    allow('ReadCodeSigning', ['lambda:GetCodeSigningConfig'], configs),
    allow(
      'RequireSignedCode',
      ['lambda:PutFunctionCodeSigningConfig'],
      [forwarderFunctions({ name, source }), ...configs],
    ),
    allow(
      'ChangeCodeSigning',
      ['lambda:DeleteFunctionCodeSigningConfig'],
      forwarderFunctions({ name, source }),
    ),
  ];
}

function watchStatements({ name, source, encryptionKeyArn }: Forwarders): AllowStatement[] {
  const { partition, region, account } = source;
  return [
    allow(
      'ManageLogGroups',
      [
        ...(encryptionKeyArn === undefined ? [] : ['logs:AssociateKmsKey', 'logs:DisassociateKmsKey']),
        'logs:CreateLogGroup',
        'logs:DeleteLogGroup',
        'logs:GetDataProtectionPolicy',
        'logs:ListTagsForResource',
        'logs:PutRetentionPolicy',
        'logs:TagResource',
        'logs:UntagResource',
      ],
      writeArn('logs', source, `log-group:/aws/lambda/${name}-forwarder-*`),
    ),
    // Listings, which name no resource.
    allow(
      'ListLogGroups',
      ['logs:DescribeIndexPolicies', 'logs:DescribeLogGroups', 'logs:DescribeResourcePolicies'],
      '*',
    ),
    allow(
      'ManageDashboards',
      [
        'cloudwatch:DeleteDashboards',
        'cloudwatch:GetDashboard',
        'cloudwatch:ListTagsForResource',
        'cloudwatch:PutDashboard',
        'cloudwatch:TagResource',
        'cloudwatch:UntagResource',
      ],
      // In no region.
      writeArn('cloudwatch', { partition, account }, `dashboard/${name}-forwarder-*-${region}`),
    ),
  ];
}

/** CloudFormation reads all that a bucket can have, whether it has it or not. */
const BUCKET_ACTIONS = [
  's3:CreateBucket',
  's3:DeleteBucket',
  's3:DeleteBucketPolicy',
  's3:GetAccelerateConfiguration',
  's3:GetAnalyticsConfiguration',
  's3:GetBucketAbac',
  's3:GetBucketAcl',
  's3:GetBucketCORS',
  's3:GetBucketLogging',
  's3:GetBucketMetadataTableConfiguration',
  's3:GetBucketNotification',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketOwnershipControls',
  's3:GetBucketPolicy',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketTagging',
  's3:GetBucketVersioning',
  's3:GetBucketWebsite',
  's3:GetEncryptionConfiguration',
  's3:GetIntelligentTieringConfiguration',
  's3:GetInventoryConfiguration',
  's3:GetLifecycleConfiguration',
  's3:GetMetricsConfiguration',
  's3:GetReplicationConfiguration',
  's3:ListBucket',
  's3:ListTagsForResource',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketTagging',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:TagResource',
  's3:UntagResource',
];
