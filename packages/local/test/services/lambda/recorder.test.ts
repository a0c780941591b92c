import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRecorder, type Delivery } from '../../../src/services/lambda/recorder.ts';
import { instantClock, invocation, NOON_MS, REGION, TARGET, temporaryFolder } from '../../factories.ts';

const ARN = `arn:aws:lambda:${REGION}:${TARGET}:function:reader`;
let folder: string;

beforeEach(async () => {
  const temporary = await temporaryFolder();
  folder = temporary.folder;
  return temporary.remove;
});

function readDeliveries(): Promise<string> {
  return readFile(join(folder, TARGET, REGION, 'reader.jsonl'), 'utf8');
}

describe('createRecorder', () => {
  test('writes one JSON line for each invocation, answers null, and reports it', async () => {
    const deliveries: Delivery[] = [];
    const recorder = createRecorder(ARN, folder, instantClock(), (delivery) => deliveries.push(delivery));
    const first = invocation({ requestId: 'a', invocationType: 'Event', event: { Records: ['é\n'] } });
    const second = invocation({ requestId: 'b', invokedArn: `${ARN}:live` });

    expect(await recorder.invoke(first)).toEqual({ payload: 'null' });
    expect(await recorder.invoke(second)).toEqual({ payload: 'null' });

    const receivedAt = '2026-01-15T12:00:00.000Z';
    expect(await readDeliveries()).toBe(
      `${JSON.stringify({ receivedAt, invocationType: 'Event', requestId: 'a', event: { Records: ['é\n'] } })}\n` +
        `${JSON.stringify({ receivedAt, invocationType: 'RequestResponse', requestId: 'b', event: {} })}\n`,
    );
    expect(deliveries).toEqual([
      { receivedAt: NOON_MS, functionArn: ARN, invocation: first },
      { receivedAt: NOON_MS, functionArn: ARN, invocation: second },
    ]);
    await recorder.stop();
  });

  test('keeps the order of invocations that come at once', async () => {
    const recorder = createRecorder(ARN, folder, instantClock(), () => {});
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    // The first takes longest to write.
    await Promise.all(
      ids.map((requestId) =>
        recorder.invoke(invocation({ requestId, event: requestId === '0' ? 'x'.repeat(5_000_000) : 'x' })),
      ),
    );
    await recorder.stop();
    const lines = (await readDeliveries()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).requestId)).toEqual(ids);
  });

  test('adds to what an earlier run wrote', async () => {
    for (const requestId of ['a', 'b']) {
      const recorder = createRecorder(ARN, folder, instantClock(), () => {});
      await recorder.invoke(invocation({ requestId }));
      await recorder.stop();
    }
    expect((await readDeliveries()).match(/"requestId":"."/g)).toEqual([
      '"requestId":"a"',
      '"requestId":"b"',
    ]);
  });

  test('stops without a file when nothing came', async () => {
    await createRecorder(ARN, folder, instantClock(), () => {}).stop();
    await expect(readDeliveries()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
