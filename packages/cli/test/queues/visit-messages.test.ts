import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { visitMessages } from '../../src/queues/visit-messages.ts';

/** A queue that gives out these messages, by id, one answer a receive, and then none. */
function queueOf(...answers: string[][]) {
  const asked: { MaxNumberOfMessages?: number | undefined }[] = [];
  const handedBack: string[] = [];
  const sqs = {
    async send({ input }: { input: { Entries?: { ReceiptHandle: string }[] } }) {
      if (input.Entries !== undefined) {
        handedBack.push(...input.Entries.map(({ ReceiptHandle }) => ReceiptHandle));
        return {};
      }
      const receive = asked.push(new ReceiveMessageCommand(input as never).input);
      const ids = answers[receive - 1] ?? [];
      return {
        Messages: ids.map((id) => ({
          MessageId: id,
          Body: id,
          ReceiptHandle: `${id} of receive ${receive}`,
        })),
      };
    },
  } as unknown as Pick<SQSClient, 'send'>;
  return { sqs, asked, handedBack };
}

const VISIT = { queueUrl: 'https://sqs/1/q', hiddenSeconds: 60, signal: new AbortController().signal };
const FOREVER = Number.POSITIVE_INFINITY;

describe('visitMessages', () => {
  test('shows each message once, and hands back what stays by its latest receipt handle', async () => {
    const { sqs, handedBack } = queueOf(['a', 'b'], ['a', 'c'], []);
    const seen: string[] = [];
    const visited = await visitMessages({ ...VISIT, sqs, limit: FOREVER }, async ({ id }) => {
      seen.push(id);
      return id === 'b';
    });
    expect(visited).toEqual({ messages: 3, complete: true });
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(handedBack).toEqual(['a of receive 2', 'c of receive 2']);
  });

  test('ends once all that stays has come again and nothing else', async () => {
    const { sqs, asked } = queueOf(['a', 'b', 'c'], ['b'], ['a', 'c'], ['a', 'b', 'c']);
    const visited = await visitMessages({ ...VISIT, sqs, limit: FOREVER }, async () => false);
    expect(visited).toEqual({ messages: 3, complete: true });
    expect(asked).toHaveLength(3);
  });

  test('asks for no more than its limit', async () => {
    const { sqs, asked } = queueOf(['a', 'b', 'c'], ['d']);
    const visited = await visitMessages({ ...VISIT, sqs, limit: 4 }, async () => false);
    expect(visited).toEqual({ messages: 4, complete: false });
    expect(asked.map(({ MaxNumberOfMessages }) => MaxNumberOfMessages)).toEqual([4, 1]);
  });

  test('hands back what it has not visited when the signal comes, and when a visit throws', async () => {
    const controller = new AbortController();
    const aborted = queueOf(['a', 'b']);
    const visited = await visitMessages(
      { ...VISIT, sqs: aborted.sqs, limit: FOREVER, signal: controller.signal },
      async () => {
        controller.abort();
        return true;
      },
    );
    expect(visited).toEqual({ messages: 1, complete: false });
    expect(aborted.handedBack).toEqual(['b of receive 1']);

    const thrown = queueOf(['a', 'b']);
    const visit = visitMessages({ ...VISIT, sqs: thrown.sqs, limit: FOREVER }, async () => {
      throw new Error('no');
    });
    await expect(visit).rejects.toThrow('no');
    expect(thrown.handedBack).toEqual(['a of receive 1', 'b of receive 1']);
  });
});
