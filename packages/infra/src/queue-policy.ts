import type { Stack } from 'aws-cdk-lib';
import { type CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';

export interface QueuePolicyProps {
  queue: CfnQueue;
  /**
   * ARN of the role that is allowed the actions. IAM stores it as the unique id of the role that has it at the time: for
   * a role made anew, the policy has to be written anew.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
   */
  principal: string;
  sid: string;
  actions: string[];
}

/**
 * Allows one role some actions on a queue, and nobody anything without TLS. Within one account the queue's policy is
 * enough, so that the role's own policies hold only what Lambda asks of them.
 */
export function createQueuePolicy(
  stack: Stack,
  id: string,
  { queue, principal, sid, actions }: QueuePolicyProps,
): CfnQueuePolicy {
  return new CfnQueuePolicy(stack, id, {
    queues: [queue.ref],
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: sid,
          Effect: 'Allow',
          Principal: { AWS: principal },
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
}
