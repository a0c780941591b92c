import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { putRecords } from '../put-records.ts';

/** A client whose stream throttles what `throttles` says, call by call. */
function clientThat(throttles: (call: number, index: number) => boolean) {
  const calls: string[][] = [];
  const kinesis = new KinesisClient({ region: 'us-west-2' });
  kinesis.middlewareStack.add(
    () =>
      async ({ input }) => {
        const { Records = [] } = new PutRecordsCommand(input as PutRecordsCommand['input']).input;
        const data = Records.map(({ Data }) => Buffer.from(Data ?? '').toString());
        calls.push(data);
        const call = calls.length;
        const answers = data.map((_, index) =>
          throttles(call, index) ? { ErrorCode: 'ProvisionedThroughputExceededException' } : {},
        );
        return { response: {}, output: { $metadata: {}, Records: answers } };
      },
    { step: 'initialize' },
  );
  return { kinesis, calls };
}

const key = () => 'a';

describe('putRecords', () => {
  test('puts at most 500 records with a call', async () => {
    const { kinesis, calls } = clientThat(() => false);
    await putRecords(
      kinesis,
      'orders',
      Array.from({ length: 1001 }, (_, index) => index),
      key,
    );
    expect(calls.map((call) => call.length)).toEqual([500, 500, 1]);
  });

  test('puts again what a call did not take, and that alone', async () => {
    const { kinesis, calls } = clientThat((call, index) => call === 1 && index === 1);
    await putRecords(kinesis, 'orders', ['a', 'b', 'c'], key);
    expect(calls).toEqual([['"a"', '"b"', '"c"'], ['"b"']]);
  });
});
