import type { Route } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { checkQueues } from '../../../src/doctor/checks/queues.ts';
import { type Answers, awsError, examinedOf } from '../examined.ts';

/** @param seconds the age of the oldest message; undefined where CloudWatch knows none */
function check(
  queue: 'retry' | 'dead-letters',
  messages: number,
  seconds: number | undefined,
  more: Answers = {},
) {
  const examined = examinedOf({
    GetQueueAttributesCommand: ({ QueueUrl }) => ({
      Attributes: {
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesNotVisible: String(QueueUrl).endsWith(queue) ? String(messages) : '0',
        ApproximateNumberOfMessagesDelayed: '0',
      },
    }),
    GetMetricDataCommand: { MetricDataResults: [{ Values: seconds === undefined ? [] : [seconds, 9999] }] },
    ...more,
  });
  return checkQueues(examined.chosen[0] as Route, examined);
}

describe('checkQueues', () => {
  test.each([
    ['is empty', 0, undefined],
    ['has one message of a moment ago', 1, 59],
    ['has one message, of which no age is known: that of a probe', 1, undefined],
  ])('finds nothing where the retry queue %s', async (_, messages, seconds) => {
    expect(await check('retry', messages, seconds)).toEqual([]);
  });

  test.each([
    [12, 2_460, '12 messages wait, the oldest sent 41 min ago'],
    [3, 2, '3 messages wait, the oldest sent 2 s ago'],
    [1, 60, '1 message waits, the oldest sent 1 min ago'],
    [2, undefined, '2 messages wait'],
  ])('warns of what waits: %s, %s', async (messages, seconds, found) => {
    expect(await check('retry', messages, seconds)).toEqual([
      expect.objectContaining({ severity: 'warning', check: 'waiting', found }),
    ]);
  });

  test('reports each dead letter', async () => {
    expect(await check('dead-letters', 1, 0)).toEqual([
      expect.objectContaining({
        severity: 'error',
        check: 'dead-letters',
        fix: 'xacct parked orders shows for whom and why; then xacct redrive orders',
      }),
    ]);
  });

  test('reports a queue that is not there, and what cannot be read', async () => {
    const missing = awsError('QueueDoesNotExist');
    expect(await check('retry', 0, 0, { GetQueueAttributesCommand: missing })).toEqual([
      expect.objectContaining({ found: 'it does not exist', where: 'queue xacct-route-orders-retry' }),
      expect.objectContaining({ found: 'it does not exist', where: 'queue xacct-route-orders-dead-letters' }),
    ]);
    const denied = awsError('AccessDeniedException');
    expect(await check('dead-letters', 1, 0, { GetMetricDataCommand: denied })).toEqual([
      expect.objectContaining({ check: 'dead-letters' }),
      expect.objectContaining({
        check: 'permission',
        fix: expect.stringContaining('cloudwatch:GetMetricData'),
      }),
    ]);
  });
});
