import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../../src/iam/principal.ts';
import { allow, policy, REGION, roleSession, SOURCE, steppedClock, TARGET, user } from '../../factories.ts';
import { jsonCall } from '../../json-call.ts';
import { type Endpoint, startServices } from '../../start-services.ts';

const ARN = `arn:aws:dynamodb:${REGION}:${SOURCE}:table/items/stream/2026-01-15T12:00:00.000`;
const OTHER = `arn:aws:dynamodb:${REGION}:${SOURCE}:table/other/stream/2026-01-15T12:00:00.000`;
const ann = user(SOURCE, policy(allow('dynamodb:*', '*')));

let endpoint: Endpoint;
let clock: ReturnType<typeof steppedClock>;
let clients: DynamoDBStreamsClient[];

beforeEach(async () => {
  clients = [];
  clock = steppedClock(Date.now());
  endpoint = await startServices({ tableStreams: [ARN, OTHER], clock });
  return async () => {
    for (const client of clients) client.destroy();
    await endpoint.stop();
  };
});

function as(caller: Principal): DynamoDBStreamsClient {
  const client = new DynamoDBStreamsClient({
    ...endpoint.as(caller),
    systemClockOffset: clock.now() - Date.now(),
  });
  clients.push(client);
  return client;
}

/** The local AWS's own operation, which no SDK knows. */
function put(caller: Principal, body: object, target = 'XacctLocal.PutStreamRecords') {
  return jsonCall(endpoint.as(caller), { service: 'dynamodb', target, body, now: clock.now() });
}

const insert = (id: string, more = {}) => ({ Keys: { id: { S: id } }, NewImage: { id: { S: id }, ...more } });

async function shardsOf(client: DynamoDBStreamsClient) {
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: ARN }));
  return StreamDescription?.Shards ?? [];
}

async function readAll(client: DynamoDBStreamsClient) {
  const records = [];
  for (const { ShardId } of await shardsOf(client)) {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamArn: ARN, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
    records.push(...Records);
  }
  return records;
}

describe('createDynamoDb', () => {
  test('returns the records that were put, through the SDK', async () => {
    const { status, body } = await put(ann, {
      StreamArn: ARN,
      Records: [
        insert('a', { picture: { B: 'aGVsbG8=' } }),
        { Keys: { id: { S: 'b' } }, OldImage: { id: { S: 'b' } } },
      ],
    });
    expect([status, body.Records.length]).toEqual([200, 2]);
    expect(endpoint.incoming).toEqual([
      [ARN, 1],
      [ARN, 1],
    ]);
    const records = await readAll(as(ann));
    expect(records.map(({ eventName }) => eventName).toSorted()).toEqual(['INSERT', 'REMOVE']);
    const record = records.find(({ eventName }) => eventName === 'INSERT');
    expect(record).toMatchObject({
      eventID: body.Records[0].EventID,
      awsRegion: REGION,
      eventSource: 'aws:dynamodb',
      dynamodb: {
        ApproximateCreationDateTime: new Date(Math.floor(clock.now() / 1000) * 1000),
        Keys: { id: { S: 'a' } },
        NewImage: { id: { S: 'a' }, picture: { B: new Uint8Array(Buffer.from('hello')) } },
        SequenceNumber: body.Records[0].SequenceNumber,
        SizeBytes: 18,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  });

  test('lists streams by table, and page by page', async () => {
    const client = as(ann);
    const all = await client.send(new ListStreamsCommand({}));
    expect(all.Streams?.map(({ StreamArn }) => StreamArn)).toEqual([ARN, OTHER]);
    const first = await client.send(new ListStreamsCommand({ Limit: 1 }));
    expect(first.LastEvaluatedStreamArn).toBe(ARN);
    const second = await client.send(new ListStreamsCommand({ ExclusiveStartStreamArn: ARN }));
    expect(second.Streams).toEqual([
      { StreamArn: OTHER, StreamLabel: '2026-01-15T12:00:00.000', TableName: 'other' },
    ]);
    const named = await client.send(new ListStreamsCommand({ TableName: 'items' }));
    expect(named.Streams).toHaveLength(1);
  });

  test('describes a stream and its shards, page by page', async () => {
    const client = as(ann);
    const page = await client.send(new DescribeStreamCommand({ StreamArn: ARN, Limit: 1 }));
    expect(page.StreamDescription).toMatchObject({
      StreamStatus: 'ENABLED',
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      TableName: 'items',
      LastEvaluatedShardId: page.StreamDescription?.Shards?.[0]?.ShardId,
    });
    const rest = await client.send(
      new DescribeStreamCommand({
        StreamArn: ARN,
        ExclusiveStartShardId: page.StreamDescription?.LastEvaluatedShardId,
      }),
    );
    expect(rest.StreamDescription?.Shards).toHaveLength(1);
    expect(rest.StreamDescription?.LastEvaluatedShardId).toBeUndefined();
  });

  test('reads from the latest, at and after a sequence number', async () => {
    const client = as(ann);
    const { body } = await put(ann, { StreamArn: ARN, Records: [insert('a'), insert('a'), insert('a')] });
    const [, second] = body.Records;
    const read = async (input: object) => {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({
          StreamArn: ARN,
          ShardId: second.ShardId,
          ShardIteratorType: 'LATEST',
          ...input,
        }),
      );
      return (await client.send(new GetRecordsCommand({ ShardIterator }))).Records?.length;
    };
    expect(await read({})).toBe(0);
    const SequenceNumber = second.SequenceNumber;
    expect(await read({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber })).toBe(2);
    expect(await read({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber })).toBe(1);
  });

  test('answers at most 1 MB at once', async () => {
    const large = { text: { S: 'x'.repeat(300 * 1024) } };
    const { body } = await put(ann, {
      StreamArn: ARN,
      Records: Array.from({ length: 5 }, () => insert('a', large)),
    });
    const client = as(ann);
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: ARN,
        ShardId: body.Records[0].ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    const first = await client.send(new GetRecordsCommand({ ShardIterator }));
    const second = await client.send(new GetRecordsCommand({ ShardIterator: first.NextShardIterator }));
    expect([first.Records?.length, second.Records?.length]).toEqual([3, 2]);
  });

  test('lets an iterator expire after 15 minutes', async () => {
    const [shard] = await shardsOf(as(ann));
    const { ShardIterator } = await as(ann).send(
      new GetShardIteratorCommand({ StreamArn: ARN, ShardId: shard?.ShardId, ShardIteratorType: 'LATEST' }),
    );
    clock.advance(15 * 60_000);
    await as(ann).send(new GetRecordsCommand({ ShardIterator }));
    clock.advance(1);
    await expect(as(ann).send(new GetRecordsCommand({ ShardIterator }))).rejects.toMatchObject({
      name: 'ExpiredIteratorException',
    });
  });

  test('authorizes each operation on the stream, GetRecords by the stream of its iterator', async () => {
    const [shard] = await shardsOf(as(ann));
    const { ShardIterator } = await as(ann).send(
      new GetShardIteratorCommand({ StreamArn: ARN, ShardId: shard?.ShardId, ShardIteratorType: 'LATEST' }),
    );
    const bob = roleSession(SOURCE, 'bob', policy(allow('dynamodb:*', [OTHER, '*/other'])));
    for (const [command, action] of [
      [new DescribeStreamCommand({ StreamArn: ARN }), 'DescribeStream'],
      [new GetRecordsCommand({ ShardIterator }), 'GetRecords'],
    ] as const) {
      const sent = as(bob).send(command as DescribeStreamCommand);
      await expect(sent).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(
          `is not authorized to perform: dynamodb:${action} on resource: ${ARN}`,
        ),
      });
    }
    await expect(as(bob).send(new ListStreamsCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    const stranger = user(TARGET, policy(allow('dynamodb:*', '*')));
    await expect(as(stranger).send(new DescribeStreamCommand({ StreamArn: ARN }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('requires the permission to write to the table for putting changes', async () => {
    const table = ARN.split('/stream/')[0] ?? '';
    const writer = user(SOURCE, policy(allow('dynamodb:PutItem', table)));
    expect((await put(writer, { StreamArn: ARN, Records: [insert('a')] })).status).toBe(200);
    const removal = { Keys: { id: { S: 'b' } }, OldImage: { id: { S: 'b' } } };
    const denied = await put(writer, { StreamArn: ARN, Records: [removal] });
    expect(denied.body).toMatchObject({
      __type: 'AccessDeniedException',
      message: expect.stringContaining(`dynamodb:DeleteItem on resource: ${table} `),
    });
  });

  test.each([
    ['no stream', { StreamArn: `${ARN}0`, Records: [insert('a')] }, 'Requested resource not found'],
    ['no change', { StreamArn: ARN, Records: [] }, "Value at 'Records' must be a list"],
    [
      'a change without an image',
      { StreamArn: ARN, Records: [{ Keys: { a: { S: 'b' } } }] },
      'Records[0]: expected NewImage',
    ],
    [
      'a change with more',
      { StreamArn: ARN, Records: [{ ...insert('a'), TTL: 1 }] },
      'does not know TTL of a change',
    ],
    [
      'a value without a type',
      { StreamArn: ARN, Records: [insert('a', { b: 'c' })] },
      'Records[0].NewImage.b: expected one type',
    ],
    [
      'a value of no type',
      { StreamArn: ARN, Records: [insert('a', { b: { L: [{ X: 1 }] } })] },
      'Records[0].NewImage.b.L[0]: expected a value',
    ],
    [
      'a number that is none',
      { StreamArn: ARN, Records: [insert('a', { b: { M: { c: { N: 'd' } } } })] },
      'Records[0].NewImage.b.M.c: expected a value',
    ],
    [
      'another parameter',
      { StreamArn: ARN, Records: [insert('a')], Table: 1 },
      'does not know the parameter Table of PutStreamRecords',
    ],
  ])('refuses %s', async (_, body, message) => {
    const refused = await put(ann, body);
    expect(refused).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
  });

  test.each([
    'DynamoDB_20120810.PutItem',
    'XacctLocal.GetRecords',
    'DynamoDBStreams_20120810.PutStreamRecords',
  ])('does not know %s', async (target) => {
    expect((await put(ann, {}, target)).body.message).toBe(
      'The local AWS does not know this operation of dynamodb',
    );
  });
});
