import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, vi } from 'vitest';
import type { Aws, CallBehaviour, Seen, TestRecord } from '../aws.ts';
import { HIDDEN_SECONDS, type QueueId, queueArnOf, queueUrlOf } from '../names.ts';
import { QueueLog } from '../queue-log.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html';
/** How often a message asks to be sent again, which is more often than Lambda lets it. */
const AGAIN = 24;
/** Before the clock leaps: a message whose function still runs would come back, and begin another chain. */
const QUIET_LOOKS = 10;

async function send(aws: Aws, queue: QueueId, record: TestRecord): Promise<void> {
  const sqs = new SQSClient({ ...aws.config('source'), useQueueUrlAsEndpoint: false });
  const MessageBody = JSON.stringify(record);
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrlOf(aws.world, queue), MessageBody }));
  sqs.destroy();
}

/** How often the function of a queue was invoked so far. */
async function invocations(aws: Aws, seen: QueueLog<Seen>, queue: QueueId): Promise<number> {
  const arn = queueArnOf(aws.world, queue);
  return (await seen.read()).filter((one) => one.source === arn).length;
}

const eventually = (aws: Aws, check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: aws.patienceMs, interval: 100 });

export const recursionBehaviours: CallBehaviour[] = [
  {
    name: 'A function that sends its own messages is stopped after about 16, and the next is a dead letter',
    source,
    async check(aws, seen) {
      const dead = new QueueLog<TestRecord>(aws.config('source'), queueUrlOf(aws.world, 'dead'));
      await send(aws, 'loop', { id: 'loop', again: AGAIN });
      // AWS says "approximately 16".
      await eventually(aws, async () => expect(await invocations(aws, seen, 'loop')).toBeGreaterThan(13));
      let [count, quietLooks] = [0, 0];
      await eventually(aws, async () => {
        const now = await invocations(aws, seen, 'loop');
        [count, quietLooks] = [now, now === count ? quietLooks + 1 : 0];
        if (quietLooks >= QUIET_LOOKS) {
          aws.advance?.(HIDDEN_SECONDS * 1000);
          quietLooks = 0;
        }
        expect((await dead.read()).map(({ id }) => id)).toEqual(['loop']);
      });
      expect(await invocations(aws, seen, 'loop')).toBeLessThan(20);
    },
  },
  {
    name: 'A function with RecursiveLoop: Allow is not stopped',
    source: 'https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html',
    async check(aws, seen) {
      await send(aws, 'allowed', { id: 'allowed', again: AGAIN });
      await eventually(aws, async () =>
        expect(await invocations(aws, seen, 'allowed')).toBeGreaterThan(AGAIN),
      );
    },
  },
];
