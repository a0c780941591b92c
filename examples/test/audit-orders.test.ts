import { KinesisClient } from '@aws-sdk/client-kinesis';
import { parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import { startRoutedAws } from '@xacct/reconcile';
import { expect, test, vi } from 'vitest';
import { putRecords } from '../put-records.ts';

const ROUTES = `
name: audit
source: { account: "111111111111", region: us-west-2 }
routes:
  - stream: orders
    targets: [{ account: "222222222222", function: audit-orders, invocation: request-response }]
`;

test('audits the orders that are put on the stream, and parks only what is none', async () => {
  const log: string[] = [];
  const { routes } = parseRoutes(ROUTES);
  if (routes !== undefined) await synthesize(routes, 'cdk.out/audit');
  const events = { onLog: (_: string, line: string) => log.push(line.split('\t').at(-1) ?? '') };
  await using aws = await startRoutedAws({ assembly: 'cdk.out/audit', functions: 'functions', events });
  const kinesis = new KinesisClient(aws.clientOf('111111111111'));
  // All with one key, so that they are in one batch.
  await putRecords(kinesis, 'orders', [{ id: 'a' }, 'no order', { id: 'b' }], () => 'key');
  await vi.waitFor(() => expect(log).toEqual(expect.arrayContaining(['audited a', 'audited b'])), {
    timeout: 20_000,
  });
  await vi.waitFor(
    async () => {
      const kept = (await aws.kept()).join();
      expect(kept).toContain(btoa('"no order"'));
      expect(kept).not.toContain(btoa('{"id":"b"}'));
    },
    { timeout: 20_000 },
  );
});
