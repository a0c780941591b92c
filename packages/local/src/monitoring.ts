import { MINUTE_MS } from './services/cloudwatch/metrics.ts';
import type { Queue } from './services/sqs/queue.ts';
import { stopSignal } from './shared/abort.ts';
import type { Clock } from './shared/clock.ts';
import type { State } from './state.ts';

type Monitored = Pick<State, 'alarms' | 'metrics' | 'queues'>;

/** Measures the queues and evaluates the alarms: now, and after each full minute. */
export function startMonitoring(state: Monitored, clock: Clock, cleanUps: AsyncDisposableStack): void {
  const stopped = stopSignal();
  const { signal } = stopped;
  const watch = async () => {
    for (;;) {
      monitor(state, clock.now());
      await clock.sleep(MINUTE_MS - (clock.now() % MINUTE_MS), signal);
    }
  };
  const watching = watch().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  cleanUps.defer(async () => {
    stopped.abort();
    await watching;
  });
}

/** The queues as they are now count for the minute that has just ended. */
export function monitor({ alarms, metrics, queues }: Monitored, nowMs: number): void {
  const at = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - 1;
  for (const queue of queues.all()) {
    const { account, region, name: QueueName } = queue.deployed;
    for (const [name, value, unit] of measure(queue, nowMs)) {
      const metric = { namespace: 'AWS/SQS', name, dimensions: { QueueName } };
      metrics.put({ account, region }, metric, [value], { at, unit });
    }
  }
  alarms.evaluate();
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
function measure(queue: Queue, nowMs: number): [name: string, value: number, unit: string][] {
  const { visible, inFlight, delayed } = queue.depth();
  const ageMs = nowMs - (queue.oldestSentAt() ?? nowMs);
  return [
    ['ApproximateNumberOfMessagesVisible', visible, 'Count'],
    ['ApproximateNumberOfMessagesNotVisible', inFlight, 'Count'],
    ['ApproximateNumberOfMessagesDelayed', delayed, 'Count'],
    ['ApproximateAgeOfOldestMessage', Math.floor(ageMs / 1000), 'Seconds'],
  ];
}
