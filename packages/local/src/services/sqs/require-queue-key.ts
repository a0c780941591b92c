import type { DeployedQueue } from '../../assembly/deployed-queue.ts';
import type { Principal } from '../../iam/principal.ts';
import { type KeyUse, requireKey } from '../../iam/require-key.ts';

/**
 * What a caller has to be allowed of KMS besides, by the action on a queue that a customer managed key encrypts.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
const KEY_ACTIONS: Readonly<Record<string, KeyUse['actions']>> = {
  ReceiveMessage: ['kms:Decrypt'],
  SendMessage: ['kms:GenerateDataKey', 'kms:Decrypt'],
};

/** @throws {AwsError} when IAM denies a use of the queue's key that the action needs */
export function requireQueueKey(
  principal: Principal,
  { kmsKeyArn: keyArn, region }: DeployedQueue,
  action: string,
  denied?: { code: string; status: number },
): void {
  requireKey({ principal, keyArn, actions: KEY_ACTIONS[action] ?? [], service: 'sqs', region }, denied);
}
