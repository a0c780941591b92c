import { DeleteMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { decodeParkedRecords, messageGroupOf } from '@xacct/core';
import { createParkedGroups, type ParkedGroup } from '../queues/group-parked.ts';
import { createPace } from '../queues/pace.ts';
import { queueFailure } from '../queues/queue-failure.ts';
import { sendParked } from '../queues/send-parked.ts';
import { type QueueMessage, visitMessages } from '../queues/visit-messages.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { addressOf, type Move, type Staying, whyStaying } from './choose-letters.ts';
import { renewBudget } from './renew-budget.ts';

export interface RedriveOptions extends Move {
  /** URLs of the queues to read. */
  queues: readonly string[];
}

export interface Redriven {
  /** What has moved, or would move, with the attempts and times from before. */
  moved: { messages: number; records: number; groups: ParkedGroup[] };
  /** Messages that stay in the dead-letter queue. */
  staying: Record<Staying, number>;
  /** Whether every message of the queue was seen. */
  complete: boolean;
  /** What ended the run early, other than a signal. */
  failure: CommandFailure | undefined;
}

/** Ten messages take 10 s at the slowest; a run that is killed keeps the rest hidden for no longer than this. */
const HIDDEN_SECONDS = 300;

/**
 * Moves dead letters of a route to its retry queue, each with a fresh budget of time. A dead letter names one target, the
 * only one that gets it again. One message after another is sent, then deleted, so that a killed run leaves at most one
 * message in both queues.
 */
export async function redrive(options: RedriveOptions): Promise<Redriven> {
  const { route, sqs, queues, rate, dryRun, signal, onMoved, now } = options;
  const { retryQueueUrl } = route;
  const groups = createParkedGroups();
  const redriven: Redriven = {
    moved: { messages: 0, records: 0, groups: [] },
    staying: { foreign: 0, notRouted: 0, otherTarget: 0, older: 0 },
    complete: false,
    failure: undefined,
  };
  const pace = createPace(rate);
  /** By message ID: a standard queue may occasionally return a deleted message again. */
  const movedIds = new Set<string>();

  async function visit(queueUrl: string, message: QueueMessage): Promise<boolean> {
    if (movedIds.has(message.id)) {
      await deleteMoved(sqs, queueUrl, message);
      return true;
    }
    const parked = decodeParkedRecords(message.body);
    const why = whyStaying(parked, options);
    if (parked === undefined || why !== undefined) {
      redriven.staying[why ?? 'foreign'] += 1;
      return false;
    }
    if (!dryRun) {
      if (!(await pace(signal))) return false;
      const address = addressOf(parked, options);
      const groupId = address.target === parked.target ? message.groupId : messageGroupOf(address.target);
      await sendParked(sqs, retryQueueUrl, { body: renewBudget(parked, now(), address), groupId });
      movedIds.add(message.id);
      await deleteMoved(sqs, queueUrl, message);
    }
    redriven.moved.messages += 1;
    redriven.moved.records += parked.count;
    groups.add(parked);
    onMoved(redriven.moved.messages);
    return !dryRun;
  }

  const limits = { sqs, limit: Number.POSITIVE_INFINITY, hiddenSeconds: HIDDEN_SECONDS, signal };
  let complete = true;
  for (const queueUrl of queues) {
    try {
      const visited = await visitMessages({ ...limits, queueUrl }, (message) => visit(queueUrl, message));
      complete &&= visited.complete;
    } catch (error) {
      redriven.failure =
        error instanceof CommandFailure ? error : queueFailure(error, 'read queue', queueUrl);
      complete = false;
      break;
    }
  }
  redriven.complete = complete;
  redriven.moved.groups = groups.all();
  return redriven;
}

async function deleteMoved(
  sqs: Pick<SQSClient, 'send'>,
  queueUrl: string,
  { id, receiptHandle }: QueueMessage,
): Promise<void> {
  const command = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle });
  await sqs.send(command).catch((error) => {
    const what = `delete message ${id}, which has been sent to the retry queue and would move once more, from queue`;
    throw queueFailure(error, what, queueUrl);
  });
}
