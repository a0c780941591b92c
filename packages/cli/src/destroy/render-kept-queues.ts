import { count } from '../terminal/count.ts';
import type { KeptQueue } from './count-queues.ts';

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
