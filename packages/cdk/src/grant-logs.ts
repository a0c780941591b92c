import { namesOf, type Routes, writeArn } from '@xacct/core';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Place } from './forwarder-place.ts';

/**
 * Lets CloudWatch Logs use a key of the app for the log group of the forwarder. The roles of the account use it by their own
 * policies. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function grantLogs(key: IKey, place: Place, routes: Routes): void {
  const [forwarder] = routes.forwarders;
  if (forwarder === undefined) return;
  const { logGroup } = namesOf(routes).forwarder(forwarder.name);
  const statement = new PolicyStatement({
    principals: [new ServicePrincipal(`logs.${place.region}.amazonaws.com`)],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: {
      ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': writeArn('logs', place, `log-group:${logGroup}`) },
    },
  });
  // An imported key has a policy of its owner's.
  key.addToResourcePolicy(statement, true);
}
