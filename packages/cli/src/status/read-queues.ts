import { type Named, namesOf, type Route } from '@xacct/core';
import pLimit from 'p-limit';
import type { Waiting } from '../monitor/status.ts';
import { countMessages } from '../queues/count-messages.ts';
import type { StatusClients } from './clients.ts';
import { readMetrics } from './read-metrics.ts';
import { oldestMessageQuery } from './stream-queries.ts';
import type { Unread } from './unread.ts';
import { windowSince } from './window.ts';

const AT_ONCE = 10;
/** SQS writes its metrics every minute, some minutes late. */
const RECENT_MS = 15 * 60_000;

/** What the two queues of a route hold; null for one that cannot be read. */
export interface RouteQueues {
  waiting: Waiting | null;
  dead: Waiting | null;
}

/** Counts the messages of the routes' queues, without receiving one, and asks for the age of the oldest where there are any. */
export async function readQueues(
  routes: Named,
  chosen: readonly Route[],
  { sqs, cloudWatch }: Pick<StatusClients, 'sqs' | 'cloudWatch'>,
  { now, unread }: { now: number; unread: Unread },
): Promise<Map<string, RouteQueues>> {
  const queues = chosen.flatMap(({ name, retryQueueUrl, deadLetterQueueUrl }) => {
    const { retryQueue, deadLetterQueue } = namesOf(routes).route(name);
    return [
      { queue: retryQueue, url: retryQueueUrl },
      { queue: deadLetterQueue, url: deadLetterQueueUrl },
    ];
  });
  const counted = new Map<string, number>();
  await pLimit(AT_ONCE).map(queues, async ({ queue, url }) => {
    const found = await unread.attempt(`queue ${queue}`, 'sqs:GetQueueAttributes', () =>
      countMessages(sqs, url),
    );
    if (found !== undefined) counted.set(queue, found.visible + found.inFlight + found.delayed);
  });

  const queries = new Map(
    [...counted].filter(([, messages]) => messages > 0).map(([queue]) => [queue, oldestMessageQuery(queue)]),
  );
  const ages = await unread.attempt('the age of the oldest messages', 'cloudwatch:GetMetricData', () =>
    readMetrics(cloudWatch, [...queries.values()], windowSince(now - RECENT_MS, now)),
  );
  const waitingIn = (queue: string): Waiting | null => {
    const messages = counted.get(queue);
    if (messages === undefined) return null;
    const query = queries.get(queue);
    return { messages, records: null, oldestSeconds: (query && ages?.get(query)?.[0]) ?? null };
  };
  return new Map(
    chosen.map(({ name }) => {
      const { retryQueue, deadLetterQueue } = namesOf(routes).route(name);
      return [name, { waiting: waitingIn(retryQueue), dead: waitingIn(deadLetterQueue) }];
    }),
  );
}
