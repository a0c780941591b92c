import { type Named, namesOf, queueUrl } from '@xacct/core';
import { clientConfig, ofSource } from '../aws/account-credentials.ts';
import { createQueueClient } from '../aws/queue-client.ts';
import { countMessages } from '../queues/count-messages.ts';

export interface KeptQueue {
  queue: string;
  /** Null where SQS did not answer. */
  messages: number | null;
  /** Why it did not. */
  reason: string | null;
}

/** The queues of a route, which stay when its stack is deleted, and how many messages they hold. */
export async function countQueues(
  { name, source }: Named,
  route: string,
  profile: string | undefined,
): Promise<KeptQueue[]> {
  const sqs = createQueueClient(source.region, profile, clientConfig(ofSource(source, 'lookup', profile)));
  const { retryQueue, deadLetterQueue } = namesOf({ name, source }).route(route);
  const queues = [retryQueue, deadLetterQueue];
  return Promise.all(
    queues.map(async (queue) => {
      try {
        const { visible, inFlight, delayed } = await countMessages(sqs, queueUrl(source, queue));
        return { queue, messages: visible + inFlight + delayed, reason: null };
      } catch (error) {
        const { name: code, message } = error as Error;
        return { queue, messages: null, reason: `${code}: ${message}` };
      }
    }),
  );
}
