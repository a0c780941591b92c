import type { SQSClient } from '@aws-sdk/client-sqs';
import { parseRoutes } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { redrive } from '../../src/redrive/redrive-queues.ts';
import { parkedMessage } from '../queues/parked-messages.ts';
import { routesYaml } from '../xacct.ts';

const route = parseRoutes(routesYaml()).routes?.routes[0];
if (route === undefined) throw new Error('There is no route');

describe('redrive', () => {
  test('deletes a message again that comes again, and sends it once', async () => {
    const calls: string[] = [];
    const { body } = parkedMessage();
    const received = [{ MessageId: 'a', ReceiptHandle: 'h', Body: body }];
    const answers = [received, received, []];
    const sqs = {
      async send(command: object) {
        calls.push(command.constructor.name);
        return command.constructor.name === 'ReceiveMessageCommand' ? { Messages: answers.shift() } : {};
      },
    } as unknown as Pick<SQSClient, 'send'>;

    const { moved, complete } = await redrive({
      route,
      targets: undefined,
      since: undefined,
      sqs,
      queues: [route.deadLetterQueueUrl],
      rate: 100,
      dryRun: false,
      signal: new AbortController().signal,
      onMoved: () => {},
      now: Date.now,
    });
    expect([moved.messages, complete]).toEqual([1, true]);
    expect(calls.filter((name) => name === 'SendMessageCommand')).toHaveLength(1);
    expect(calls.filter((name) => name === 'DeleteMessageCommand')).toHaveLength(2);
  });
});
