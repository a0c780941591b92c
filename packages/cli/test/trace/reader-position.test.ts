import type { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { readerPosition } from '../../src/trace/reader-position.ts';

const NOON = Date.parse('2026-11-26T12:00:00.000Z');
const MINUTE = 60_000;
const minute = (number: number) => NOON + number * MINUTE;

/** Ages in ms by minute: of what the function was given, and of what was read from the stream. */
interface Ages {
  function?: Record<number, [least: number, most: number]>;
  stream?: Record<number, [least: number, most: number]>;
}

function readWith({ function: ofFunction = {}, stream = {} }: Ages, arrivedAt: number, now = minute(60)) {
  const send = async ({ input }: GetMetricStatisticsCommand) => {
    const ages = input.Namespace === 'AWS/Lambda' ? ofFunction : stream;
    const Datapoints = Object.entries(ages)
      .map(([at, [Minimum, Maximum]]) => ({ Timestamp: new Date(minute(Number(at))), Minimum, Maximum }))
      .filter(
        ({ Timestamp }) =>
          Number(Timestamp) >= Number(input.StartTime) && Number(Timestamp) < Number(input.EndTime),
      );
    // CloudWatch answers in no order.
    return { Datapoints: Datapoints.reverse() };
  };
  const cloudWatch = { send } as unknown as Pick<CloudWatchClient, 'send'>;
  return readerPosition(cloudWatch, { functionName: 'f', stream: 'orders', arrivedAt, now });
}

describe('readerPosition', () => {
  const arrivedAt = minute(0) + 30_000;

  test('is past a record once a minute has begun in which no reader was so far behind', async () => {
    expect(await readWith({ function: { 0: [100, 900], 1: [100, 900] } }, arrivedAt)).toEqual({
      state: 'past',
      at: '2026-11-26T12:01:00.000Z',
    });
    expect(
      await readWith({ function: { 0: [100, 900], 1: [100, 45_000], 2: [100, 900] } }, arrivedAt),
    ).toEqual({
      state: 'past',
      at: '2026-11-26T12:02:00.000Z',
    });
  });

  test('is not known to be past while a shard was further behind in the last 15 minutes, by either metric', async () => {
    const behind = 20 * MINUTE;
    for (const ages of [
      { function: { [-3]: [100, behind], 1: [100, 900] } },
      { function: { 1: [100, 900] }, stream: { [-3]: [0, behind] } },
    ] as Ages[]) {
      expect(await readWith(ages, arrivedAt)).toMatchObject({ state: 'unknown' });
    }
    const recovered: Ages = { function: { [-3]: [100, behind], 1: [100, 900], 20: [100, 900] } };
    expect(await readWith(recovered, arrivedAt)).toEqual({ state: 'past', at: '2026-11-26T12:20:00.000Z' });
  });

  test('has not read a record while all that it was given is older', async () => {
    const ages: Ages = { function: { 1: [5 * MINUTE, 6 * MINUTE], 2: [6 * MINUTE, 7 * MINUTE] } };
    expect(await readWith(ages, arrivedAt)).toEqual({ state: 'before', at: '2026-11-26T12:03:00.000Z' });
  });

  test('is unknown without metrics, with what to do where they are late', async () => {
    expect(await readWith({}, arrivedAt)).toMatchObject({ why: expect.stringContaining('do not show it') });
    expect(await readWith({ function: { 0: [1, 1] } }, arrivedAt, arrivedAt + 60_000)).toMatchObject({
      why: expect.stringContaining('about two minutes late'),
    });
  });
});
