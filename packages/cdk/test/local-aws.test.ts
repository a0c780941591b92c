import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { startRoutedAws } from '@xacct/reconcile';
import { App, Stack } from 'aws-cdk-lib';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Routes } from '../src/index.ts';
import { forwarderIn, READER, SOURCE, sourceStack } from './factories.ts';

const FILE = `
source: { account: "111111111111", region: us-west-2 }
routes:
  - { stream: events, targets: [{ account: "333333333333", function: reader }] }
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-cdk-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('an app with a Forwarder', () => {
  test('runs in the local AWS, and its roles allow what it does', async () => {
    const app = new App({ outdir: folder });
    const stack = sourceStack(SOURCE, app);
    const forwarder = forwarderIn({ routes: Routes.fromYaml(FILE) }, stack);
    const stream = Stream.fromStreamArn(
      stack,
      'Orders',
      'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
    );
    forwarder.addRoute('orders', { stream, targets: [READER] });
    forwarder.addToTargets((account) => {
      return new Stack(app, `Target${account}`, { env: { account, region: SOURCE.region } });
    });
    app.synth();

    await removeTags(folder);

    const delivered = new Set<string>();
    const onDelivery = ({ functionArn }: { functionArn: string }) => void delivered.add(functionArn);
    await using aws = await startRoutedAws({ assembly: folder, events: { onDelivery } });
    expect(aws.routes.map(({ name }) => name).sort()).toEqual(['events', 'orders']);
    const kinesis = new KinesisClient(aws.clientOf(SOURCE.account));
    const Data = new TextEncoder().encode('{}');
    for (const StreamName of ['orders', 'events'])
      await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: 'key', Data }));
    const expected = ['222222222222', '333333333333'].map(
      (account) => `arn:aws:lambda:us-west-2:${account}:function:reader`,
    );
    await vi.waitFor(() => expect([...delivered].sort()).toEqual(expected), { timeout: 20_000 });
  });
});

/** The local AWS knows no tags, on which nothing here depends. */
async function removeTags(assembly: string): Promise<void> {
  const files = (await readdir(assembly)).filter((file) => file.endsWith('.template.json'));
  for (const file of files) {
    const template = JSON.parse(await readFile(join(assembly, file), 'utf8'));
    for (const { Properties } of Object.values<{ Properties: { Tags?: unknown } }>(template.Resources))
      delete Properties.Tags;
    await writeFile(join(assembly, file), JSON.stringify(template));
  }
}
