import { RemovalPolicy } from 'aws-cdk-lib';
import { type CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface QueuePolicyProps {
  queue: CfnQueue;
  /**
   * ARNs of the roles that are allowed the actions. IAM stores them as the unique IDs of the roles that have them at the
   * time: for a role that is made again, the policy has to be written again.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
   */
  principals: readonly string[];
  sid: string;
  actions: string[];
}

/**
 * Allows roles some actions on a queue, and denies all access without TLS. Within one account the queue's policy is
 * enough, so the role's own policies hold only what Lambda requires.
 */
export function createQueuePolicy(
  scope: Construct,
  id: string,
  { queue, principals, sid, actions }: QueuePolicyProps,
): CfnQueuePolicy {
  const policy = new CfnQueuePolicy(scope, id, {
    queues: [queue.ref],
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: sid,
          Effect: 'Allow',
          Principal: { AWS: principals.length === 1 ? principals[0] : principals },
          Action: actions,
          Resource: queue.attrArn,
        },
        {
          Sid: 'DenyWithoutTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: queue.attrArn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  });
  // It stays with its queue, so that invocations that are under way can still park when the route's stack is deleted.
  policy.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return policy;
}
