import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { namesOf, type Route } from '@xacct/core';
import { countMessages } from '../../queues/count-messages.ts';
import { renderAge } from '../../terminal/age.ts';
import { count } from '../../terminal/count.ts';
import type { Examined } from '../examined.ts';
import type { Finding } from '../finding.ts';
import { guard } from '../guard.ts';

/** SQS writes its metrics every minute, some minutes late. */
const PERIOD_SECONDS = 60;
const WINDOW_MS = 15 * 60_000;

/** Reports what waits in the queues of a route, and for how long. Receives no message. */
export async function checkQueues(
  route: Route,
  { routes, clients: { sqs, cloudWatch } }: Pick<Examined, 'routes' | 'clients'>,
): Promise<Finding[]> {
  const { name, retryQueueUrl, deadLetterQueueUrl } = route;
  const { retryQueue, deadLetterQueue } = namesOf(routes).route(name);
  const found = await Promise.all([
    look(retryQueue, retryQueueUrl, isWaiting, (amount, age) => ({
      severity: 'warning',
      check: 'waiting',
      where: `retry queue of route ${name}`,
      found: `${amount} ${amount === 1 ? 'message waits' : 'messages wait'}${age}`,
      expected: 'none',
      fix: `xacct parked ${name} --sample 100`,
      routes: [name],
    })),
    look(
      deadLetterQueue,
      deadLetterQueueUrl,
      () => true,
      (amount, age) => ({
        severity: 'error',
        check: 'dead-letters',
        where: `dead-letter queue of route ${name}`,
        found: `${count(amount, 'message')}${age}, which nothing sends again by itself`,
        expected: 'none',
        fix: `xacct parked ${name} shows for whom and why; then xacct redrive ${name}`,
        routes: [name],
      }),
    ),
  ]);
  return found.flat();

  function look(
    queue: string,
    url: string,
    isWorth: (messages: number, seconds: number | undefined) => boolean,
    finding: (messages: number, age: string) => Finding,
  ): Promise<Finding[]> {
    const attempt = { where: `queue ${queue}`, account: routes.source.account, routes: [name] };
    return guard({ ...attempt, what: 'its depth', action: 'sqs:GetQueueAttributes' }, async () => {
      try {
        const { visible, inFlight, delayed } = await countMessages(sqs, url);
        const messages = visible + inFlight + delayed;
        if (messages === 0) return [];
        let seconds: number | undefined;
        const unread = await guard(
          { ...attempt, what: 'the age of its oldest message', action: 'cloudwatch:GetMetricData' },
          async () => {
            seconds = await ageOf(queue);
            return [];
          },
        );
        if (!isWorth(messages, seconds)) return unread;
        const age = seconds === undefined ? '' : `, the oldest sent ${renderAge(seconds * 1000)} ago`;
        return [finding(messages, age), ...unread];
      } catch (error) {
        if (!MISSING.test((error as Error).name)) throw error;
        return [missing(queue)];
      }
    });
  }

  async function ageOf(queue: string): Promise<number | undefined> {
    const now = Date.now();
    const { MetricDataResults = [] } = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(now - WINDOW_MS),
        EndTime: new Date(now + PERIOD_SECONDS * 1000),
        ScanBy: 'TimestampDescending',
        MetricDataQueries: [
          {
            Id: 'age',
            MetricStat: {
              Metric: {
                Namespace: 'AWS/SQS',
                MetricName: 'ApproximateAgeOfOldestMessage',
                Dimensions: [{ Name: 'QueueName', Value: queue }],
              },
              Period: PERIOD_SECONDS,
              Stat: 'Maximum',
            },
          },
        ],
      }),
    );
    return MetricDataResults[0]?.Values?.[0];
  }

  function missing(queue: string): Finding {
    const { stack } = namesOf(routes).route(name);
    return {
      severity: 'error',
      check: 'retry-queue',
      where: `queue ${queue}`,
      found: 'it does not exist',
      expected: `a queue of route ${name}`,
      fix: `xacct deploy ${name}; where the stack is there already: xacct destroy ${name}, then deploy it again`,
      routes: [name],
      causes: [{ stack, type: 'AWS::SQS::Queue', name: queue, deploy: name }],
    };
  }
}

/** One message that was sent just now may be that of the last probe. */
function isWaiting(messages: number, seconds = 0): boolean {
  return messages > 1 || seconds >= PERIOD_SECONDS;
}

const MISSING = /^(QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/;
