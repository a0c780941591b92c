import { readFile } from 'node:fs/promises';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import { startRoutedAws } from '@xacct/reconcile';
import { expect, test, vi } from 'vitest';
import { putRecords } from '../put-records.ts';

test('books the orders that are put on the stream', async () => {
  const log: string[] = [];
  const { routes } = parseRoutes(await readFile('routes.yaml'), 'routes.yaml');
  if (routes !== undefined) await synthesize(routes, 'cdk.out');
  const events = { onLog: (_: string, line: string) => log.push(line.split('\t').at(-1) ?? '') };
  await using aws = await startRoutedAws({ assembly: 'cdk.out', functions: 'functions', events });
  const kinesis = new KinesisClient(aws.clientOf('111111111111'));
  await putRecords(kinesis, 'orders', [{ id: 'a', cents: 250 }], ({ id }) => id);
  await vi.waitFor(() => expect(log).toContain('booked a: 2.50'), { timeout: 20_000 });
});
