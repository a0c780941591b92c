import { AwsError } from '../../aws-error.ts';
import type { Principal } from '../../iam/principal.ts';
import { requireAllowed } from '../../iam/require-allowed.ts';
import { requireKey } from '../../iam/require-key.ts';
import { KEY_ACTIONS } from '../../services/sqs/key-actions.ts';
import type { ReceivedMessage } from '../../services/sqs/message.ts';
import type { Queue } from '../../services/sqs/queue.ts';

/** What a poller does to its queue, and what its mapping cannot be made without. */
const ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] as const;

/** Reads a queue for an event source mapping, as the function's execution role: IAM decides each call. */
export class QueueReader {
  readonly arn: string;
  readonly #queue: Queue;
  readonly #role: Principal;

  /** @throws {AwsError} InvalidParameterValueException, as the creation of the mapping, when the role lacks a permission */
  constructor(queue: Queue, role: Principal) {
    this.arn = queue.deployed.arn;
    this.#queue = queue;
    this.#role = role;
    for (const action of ACTIONS) {
      try {
        this.#require(action);
      } catch (error) {
        const message = `The provided execution role does not have permissions to call ${action.slice('sqs:'.length)} on SQS. ${(error as Error).message}`;
        throw new AwsError('InvalidParameterValueException', message);
      }
    }
  }

  get visibilityTimeoutSeconds(): number {
    this.#require('sqs:GetQueueAttributes');
    return this.#queue.deployed.visibilityTimeoutSeconds;
  }

  receive(waitMs: number, max: number, signal: AbortSignal): Promise<ReceivedMessage[]> {
    this.#require('sqs:ReceiveMessage');
    const { kmsKeyArn: keyArn, region } = this.#queue.deployed;
    const actions = KEY_ACTIONS.ReceiveMessage ?? [];
    requireKey({ principal: this.#role, keyArn, actions, service: 'sqs', region });
    return this.#queue.receiveWithin(waitMs, max, undefined, signal);
  }

  delete(receiptHandle: string): void {
    this.#require('sqs:DeleteMessage');
    this.#queue.delete(receiptHandle);
  }

  #require(action: (typeof ACTIONS)[number]): void {
    const { arn, account, policy } = this.#queue.deployed;
    requireAllowed({
      principal: this.#role,
      action,
      resource: arn,
      resourceAccount: account,
      resourcePolicy: policy,
    });
  }
}
