import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { routesYaml } from '../xacct.ts';
import { type BrokenAws, startBrokenAws } from './broken-aws.ts';

let broken: BrokenAws;
beforeAll(async () => {
  broken = await startBrokenAws(routesYaml());
}, 60_000);
afterAll(() => broken.stop());

/** Puts records, one after another, until several messages wait. */
async function putUntilMessagesWait(): Promise<void> {
  const settings = { ...broken.aws.clientOf('111111111111'), requestHandler: new NodeHttpHandler() };
  const kinesis = new KinesisClient(settings);
  const record = { StreamName: 'payments', PartitionKey: 'a', Data: Buffer.from('{}') };
  await vi.waitFor(
    async () => {
      await kinesis.send(new PutRecordCommand(record));
      const queue = broken.aws.queues.find(({ name }) => name === 'xacct-route-payments-retry');
      expect(queue?.depth().delayed).toBeGreaterThan(1);
    },
    { timeout: 30_000, interval: 500 },
  );
  kinesis.destroy();
}

describe('xacct doctor', () => {
  test('lists the messages that wait for a broken target on its line, and alone once it is well', async () => {
    await broken.deployWith({
      stack: 'xacct-target-222222222222',
      type: 'AWS::IAM::Role',
      edit(properties) {
        const { Statement } = properties.AssumeRolePolicyDocument as { Statement: Record<string, unknown>[] };
        for (const statement of Statement)
          statement.Condition = { StringEquals: { 'sts:ExternalId': 'another' } };
      },
    });
    await putUntilMessagesWait();
    const { stdout } = await broken.doctor();
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(
        /^error {3}role \S+ of route payments: denied: .* This explains: retry queue of route payments: \d+ messages wait, the oldest sent \d+ s ago\. Fix: xacct deploy payments$/,
      ),
      '',
    ]);

    await broken.deployWith();
    const after = await broken.doctor('--json');
    expect([after.code, JSON.parse(after.stdout).findings]).toEqual([
      0,
      [expect.objectContaining({ severity: 'warning', check: 'waiting', consequences: [] })],
    ]);
  });
});
