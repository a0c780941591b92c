import type { KeyUse } from '../../iam/require-key.ts';

/**
 * What a caller has to be allowed of KMS besides, by the action on a queue that a customer managed key encrypts.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export const KEY_ACTIONS: Readonly<Record<string, KeyUse['actions']>> = {
  ReceiveMessage: ['kms:Decrypt'],
  SendMessage: ['kms:GenerateDataKey', 'kms:Decrypt'],
};
