import type { Queue, QueueDepth } from './services/sqs/queue.ts';

/** A queue as the caller of the local AWS sees it. */
export interface LocalQueue {
  name: string;
  account: string;
  arn: string;
  /** As AWS would have it, and as the templates and parameters do. */
  url: string;
  /** What it holds at this moment. */
  depth(): QueueDepth;
}

export function localQueue(queue: Queue): LocalQueue {
  const { name, account, arn, url } = queue.deployed;
  return { name, account, arn, url, depth: () => queue.depth() };
}
