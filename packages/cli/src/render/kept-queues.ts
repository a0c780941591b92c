import { count } from '../count.ts';
import type { KeptQueue } from '../destroy/count-queues.ts';

/** A line for each queue that stays. */
export function renderKeptQueues(queues: readonly KeptQueue[]): string {
  return queues
    .map(({ queue, messages, reason }) => {
      const holds =
        messages === null ? `what it holds is not known (${reason})` : `about ${count(messages, 'message')}`;
      return `  stays: queue ${queue}, ${holds}\n`;
    })
    .join('');
}
