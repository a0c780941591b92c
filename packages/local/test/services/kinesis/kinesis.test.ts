import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamConsumersCommand,
  PutRecordCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Principal } from '../../../src/iam/principal.ts';
import { allow, policy, READ_STREAM, REGION, roleSession, SOURCE, TARGET, user } from '../../factories.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const KINESIS_ALL = policy(allow('kinesis:*', '*'));
const ann = user(SOURCE, KINESIS_ALL);
const ORDERS = `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`;

let endpoint: Endpoint;
const clients: KinesisClient[] = [];

/** HTTP/1.1, as everywhere but where HTTP/2 is tested. */
function as(caller: Principal, region?: string): KinesisClient {
  const client = new KinesisClient({
    ...endpoint.as(caller, region),
    requestHandler: new NodeHttpHandler(),
  });
  clients.push(client);
  return client;
}

beforeAll(async () => {
  endpoint = await startServices();
  const kinesis = as(ann);
  await kinesis.send(new CreateStreamCommand({ StreamName: 'orders', ShardCount: 2 }));
  await vi.waitFor(async () => {
    const { StreamDescriptionSummary: summary } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: 'orders' }),
    );
    expect(summary).toMatchObject({ StreamStatus: 'ACTIVE', StreamARN: ORDERS });
  });
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await endpoint.stop();
});

/** Everything in the stream, read with the stream's ARN throughout. */
async function readAll(kinesis: KinesisClient): Promise<string[]> {
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamARN: ORDERS }));
  const data: string[] = [];
  for (const { ShardId } of Shards) {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({ StreamARN: ORDERS, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ StreamARN: ORDERS, ShardIterator }));
    data.push(...Records.map(({ Data }) => Buffer.from(Data ?? '').toString()));
  }
  return data;
}

describe('createKinesis', () => {
  test('writes to a stream by its name and by its ARN, and reads both', async () => {
    const kinesis = as(ann);
    await kinesis.send(
      new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'a', Data: Buffer.from('by name') }),
    );
    const { FailedRecordCount } = await kinesis.send(
      new PutRecordsCommand({
        StreamARN: ORDERS,
        Records: ['é 1', 'é 2'].map((text) => ({ PartitionKey: 'é', Data: Buffer.from(text) })),
      }),
    );
    expect(FailedRecordCount).toBe(0);
    expect(endpoint.incoming).toEqual([
      [ORDERS, 1],
      [ORDERS, 2],
    ]);
    const forwarder = roleSession(SOURCE, 'forwarder', policy(allow(READ_STREAM, ORDERS)));
    expect((await readAll(as(forwarder))).toSorted()).toEqual(['by name', 'é 1', 'é 2']);
  });

  test("serves the SDK's own HTTP/2 handler on the same port", async () => {
    const kinesis = new KinesisClient(endpoint.as(ann));
    clients.push(kinesis);
    expect(kinesis.config.requestHandler.metadata?.handlerProtocol).toContain('h2');
    const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName: 'orders' }));
    expect(Shards).toHaveLength(2);
    const missing = kinesis.send(new ListShardsCommand({ StreamName: 'none' }));
    await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('denies a stream that the policies do not allow, by name as by ARN', async () => {
    const forwarder = roleSession(
      SOURCE,
      'forwarder',
      policy(allow('kinesis:ListShards', `${ORDERS}-other`)),
    );
    for (const input of [{ StreamName: 'orders' }, { StreamARN: ORDERS }]) {
      await expect(as(forwarder).send(new ListShardsCommand(input))).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: `User: ${forwarder.arn} is not authorized to perform: kinesis:ListShards on resource: ${ORDERS} because no identity-based policy allows the kinesis:ListShards action`,
        $metadata: expect.objectContaining({ httpStatusCode: 400 }),
      });
    }
  });

  test('denies an action that the policies do not allow', async () => {
    const forwarder = roleSession(SOURCE, 'forwarder', policy(allow(READ_STREAM, ORDERS)));
    const put = new PutRecordCommand({ StreamARN: ORDERS, PartitionKey: 'a', Data: Buffer.from('x') });
    await expect(as(forwarder).send(put)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('denies the stream of another account', async () => {
    const theirs = user(TARGET, KINESIS_ALL);
    await expect(as(theirs).send(new ListShardsCommand({ StreamARN: ORDERS }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('no resource-based policy allows'),
    });
  });

  test('authorizes GetRecords by the stream of its iterator, whatever ARN comes with it', async () => {
    const kinesis = as(ann);
    const { Shards: [shard] = [] } = await kinesis.send(new ListShardsCommand({ StreamARN: ORDERS }));
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamARN: ORDERS,
        ShardId: shard?.ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    const other = as(roleSession(SOURCE, 'other', policy(allow(READ_STREAM, `${ORDERS}-other`))));
    for (const StreamARN of [undefined, `${ORDERS}-other`]) {
      await expect(other.send(new GetRecordsCommand({ StreamARN, ShardIterator }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(`kinesis:GetRecords on resource: ${ORDERS} because`),
      });
    }
    const own = as(roleSession(SOURCE, 'own', policy(allow(READ_STREAM, ORDERS))));
    expect((await own.send(new GetRecordsCommand({ ShardIterator }))).$metadata.httpStatusCode).toBe(200);
  });

  test('refuses a malformed iterator', async () => {
    const records = new GetRecordsCommand({ ShardIterator: 'A'.repeat(224) });
    await expect(as(ann).send(records)).rejects.toMatchObject({
      name: 'InvalidArgumentException',
      message: 'Invalid ShardIterator.',
    });
  });

  test('reads from the first record at a timestamp or later, or from the end of the shard', async () => {
    const kinesis = as(ann);
    const put = (text: string) =>
      kinesis.send(new PutRecordCommand({ StreamARN: ORDERS, PartitionKey: 'a', Data: Buffer.from(text) }));
    const from = async (ShardId: string | undefined, Timestamp: Date) => {
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({
          ...{ StreamARN: ORDERS, ShardId, ShardIteratorType: 'AT_TIMESTAMP', Timestamp },
        }),
      );
      return ShardIterator;
    };
    const read = async (ShardIterator: string | undefined) => {
      const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
      return Records.map(({ Data }) => Buffer.from(Data ?? '').toString());
    };
    await put('before');
    await new Promise((done) => setTimeout(done, 20));
    const time = new Date();
    await new Promise((done) => setTimeout(done, 20));
    const { ShardId } = await put('after');
    expect(await read(await from(ShardId, time))).toEqual(['after']);
    const end = await from(ShardId, new Date());
    await put('later');
    expect(await read(end)).toEqual(['later']);
    await expect(from(ShardId, new Date(Date.now() + 60_000))).rejects.toMatchObject({
      name: 'InvalidArgumentException',
    });
  });

  test('keeps the streams of accounts and regions apart', async () => {
    for (const kinesis of [as(user(TARGET, KINESIS_ALL)), as(ann, 'eu-west-1')]) {
      const list = new ListShardsCommand({ StreamName: 'orders' });
      await expect(kinesis.send(list)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });

  test('refuses the ARN of a stream in another region than the request', async () => {
    await expect(
      as(ann, 'eu-west-1').send(new ListShardsCommand({ StreamARN: ORDERS })),
    ).rejects.toMatchObject({
      name: 'InvalidArgumentException',
    });
  });

  test('refuses an unknown operation', async () => {
    const list = new ListStreamConsumersCommand({ StreamARN: ORDERS });
    await expect(as(ann).send(list)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});
