import type { Principal } from '../../iam/principal.ts';
import { requireAllowed } from '../../iam/require-allowed.ts';
import type { Queue } from '../../services/sqs/queue.ts';
import { requireQueueKey } from '../../services/sqs/require-queue-key.ts';
import { AwsError } from '../../shared/aws-error.ts';

/** The actions of a poller. A mapping is refused if its role lacks one. */
const ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] as const;

export type QueueReader = ReturnType<typeof createQueueReader>;

/**
 * Reads a queue for an event source mapping, as the function's execution role: IAM decides each call.
 *
 * @throws {AwsError} InvalidParameterValueException, as the creation of the mapping, when the role lacks a permission
 */
export function createQueueReader(queue: Queue, role: Principal) {
  const authorize = (action: (typeof ACTIONS)[number]) => {
    const { arn, account, policy } = queue.deployed;
    const resource = { resource: arn, resourceAccount: account, resourcePolicy: policy };
    requireAllowed({ principal: role, action, ...resource });
  };
  for (const action of ACTIONS) {
    try {
      authorize(action);
    } catch (error) {
      const message = `The provided execution role does not have permissions to call ${action.slice('sqs:'.length)} on SQS. ${(error as Error).message}`;
      throw new AwsError('InvalidParameterValueException', message);
    }
  }
  return {
    arn: queue.deployed.arn,
    get visibilityTimeoutSeconds() {
      authorize('sqs:GetQueueAttributes');
      return queue.deployed.visibilityTimeoutSeconds;
    },
    receive(waitMs: number, max: number, signal: AbortSignal) {
      authorize('sqs:ReceiveMessage');
      requireQueueKey(role, queue.deployed, 'ReceiveMessage');
      return queue.receiveWithin(waitMs, max, undefined, signal);
    },
    delete(receiptHandle: string) {
      authorize('sqs:DeleteMessage');
      queue.delete(receiptHandle);
    },
  };
}
