import { createHash } from 'node:crypto';
import * as limits from '../limits/aws-limits.ts';

/**
 * The message group of a target, by which a fair queue shares its capacity: its ARN, or the start of a longer one with a hash.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export function messageGroupOf(functionArn: string): string {
  const { messageGroupIdLength } = limits.sqs;
  if (functionArn.length <= messageGroupIdLength) return functionArn;
  const hash = createHash('sha256').update(functionArn).digest('hex').slice(0, 16);
  return `${functionArn.slice(0, messageGroupIdLength - hash.length - 1)}-${hash}`;
}
