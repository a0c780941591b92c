import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { RecordAggregator } from 'aws-kinesis-agg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Deployment, startDeployment } from '../local-aws/start-deployment.ts';
import { routesYaml, write } from '../xacct.ts';

const TARGET = `import { appendFileSync } from 'node:fs';
const folder = new URL('.', import.meta.url).pathname;
export async function handler({ Records }, { functionName }) {
  if (functionName.startsWith('broken')) throw new TypeError('broken it is');
  appendFileSync(folder + functionName + '.taken', Records.map(({ eventID }) => eventID + '\\n').join(''));
}
`;
const TABLE = 'arn:aws:dynamodb:us-west-2:111111111111:table/items/stream/2026-01-01T00:00:00.000';
const text = (isEnabled: boolean) =>
  routesYaml(`  - stream: orders
    invocation: request-response
    retryForSeconds: 60
    targets:
      - { account: analytics, function: reader }
      - { account: analytics, function: broken }
      - { account: analytics, function: picky, filter: { data: { type: [other] } } }
      - { account: billing, function: sleeper, paused: true }
  - stream: later
    enabled: ${isEnabled}
    targets: [{ account: analytics, function: reader }]
  - stream: packed
    invocation: request-response
    deaggregate: true
    targets:
      - { account: analytics, function: reader }
      - { account: analytics, function: picky, filter: { data: { type: [other] } } }
      - { account: billing, function: sleeper, paused: true, filter: { data: { type: [order] } } }
  - stream: ${TABLE}
    name: items
    invocation: request-response
    targets:
      - { account: analytics, function: reader }
      - { account: analytics, function: picky, filter: { eventName: [REMOVE] } }
      - { account: billing, function: sleeper, paused: true }
`);
const WAIT = { timeout: 60_000, interval: 100 };
const SECRET = 'do-not-show';

let deployment: Deployment;
let kinesis: KinesisClient;

beforeAll(async () => {
  write('routes.yaml', text(false));
  const names = ['reader', 'broken', 'picky', 'sleeper'];
  const files = names.flatMap((name) => [
    [`${name}.mjs`, TARGET],
    [`${name}.taken`, ''],
  ]);
  deployment = await startDeployment(text(false), { files: Object.fromEntries(files), shards: 2 });
  kinesis = new KinesisClient({
    ...deployment.aws.clientOf('111111111111'),
    requestHandler: new NodeHttpHandler(),
  });
}, 120_000);
afterAll(async () => {
  kinesis?.destroy();
  await deployment?.stop();
});

async function put(StreamName: string, key: string): Promise<{ number: string; id: string }> {
  const Data = Buffer.from(JSON.stringify({ type: 'order', text: SECRET }));
  const { SequenceNumber = '', ShardId } = await kinesis.send(
    new PutRecordCommand({ StreamName, PartitionKey: key, Data }),
  );
  return { number: SequenceNumber, id: `${ShardId}:${SequenceNumber}` };
}

const taken = () => readFileSync(join(deployment.functions, 'reader.taken'), 'utf8').split('\n');

async function trace(...args: string[]) {
  const { code, stdout, stderr } = await deployment.asOperator('trace', ...args, '--json');
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const result = JSON.parse(stdout);
  const of = (name: string) =>
    result.targets.find(({ target }: { target: string }) => target.endsWith(`:${name}`));
  return { ...result, stdout, of };
}

/** Puts user records as the Kinesis Producer Library does: together, with the key of the first. */
async function putAggregated(...records: { key: string; type: string }[]) {
  const aggregator = new RecordAggregator();
  for (const { key: partitionKey, type } of records)
    aggregator.addUserRecord({ partitionKey, data: Buffer.from(JSON.stringify({ type, text: SECRET })) });
  const { partitionKey: PartitionKey, data: Data } = aggregator.build();
  const { SequenceNumber = '' } = await kinesis.send(
    new PutRecordCommand({ StreamName: 'packed', PartitionKey, Data }),
  );
  return SequenceNumber;
}

interface Change {
  id: string;
  number: string;
}

/** Writes items; returns the event ID and the sequence number of the change of each. */
function writeItems(...ids: string[]): Change[] {
  const changes = ids.map((id) => ({
    Keys: { id: { S: id }, version: { N: '3' } },
    NewImage: { id: { S: id }, text: { S: SECRET }, picture: { B: 'aGVsbG8=' } },
  }));
  return deployment.aws.putItemChanges(TABLE, changes).map(({ eventID: id, dynamodb }) => ({
    ...{ id, number: dynamodb.SequenceNumber },
  }));
}

describe('xacct trace, with the local AWS', () => {
  test('finds where a record is for each target, and says what is found and what follows', async () => {
    const { id, number } = await put('orders', 'a');
    await vi.waitFor(() => expect(taken()).toContain(id), WAIT);
    await vi.waitFor(async () => {
      const { of } = await trace('orders', '--event-id', id);
      // Hidden until it is due, so that it is not found itself.
      expect(of('broken')).toMatchObject({
        outcome: 'waits',
        log: { reason: expect.stringMatching('TypeError') },
      });
    }, WAIT);

    // What is read in the next minutes shows that the reader is past it, and then its time to be sent again is over.
    await vi.waitFor(
      async () => {
        await put('orders', 'b');
        const { of, record, reader } = await trace('orders', '--sequence-number', number);
        expect(record).toMatchObject({ sequenceNumber: number, partitionKey: 'a' });
        expect(reader).toEqual({ state: 'past', at: expect.any(String) });
        expect(of('picky')).toMatchObject({ outcome: 'filtered', isKnown: true });
        expect(of('reader')).toMatchObject({ outcome: 'delivered', isKnown: false });
        expect(of('sleeper')).toMatchObject({ outcome: 'paused', isKnown: true });
        expect(of('broken')).toMatchObject({ outcome: 'dead-letter', isKnown: true });
        expect(of('broken').log).toMatchObject({ class: 'function-error' });
      },
      { timeout: 200_000, interval: 2_000 },
    );
  }, 300_000);

  test('finds a record that is not yet read, by its partition key', async () => {
    const at = new Date().toISOString();
    await put('later', 'only');
    const { targets } = await trace('later', '--partition-key', 'only', '--at', at);
    expect(targets).toEqual([expect.objectContaining({ outcome: 'not-read', isKnown: false })]);
  });

  test('shows data only when it is asked to', async () => {
    const { number } = await put('later', 'data');
    const without = await deployment.asOperator('trace', 'later', '--sequence-number', number);
    expect(without.stdout).toContain(`Record ${number} of later `);
    expect(without.stdout).not.toContain(SECRET);
    expect((await trace('later', '--sequence-number', number)).stdout).not.toContain(SECRET);
    const { stdout } = await deployment.asOperator('trace', 'later', '--sequence-number', number, '--data');
    expect(stdout).toContain(`data: {"type":"order","text":"${SECRET}"}`);
  });

  test('lists the records of a key where there are several, and reports where there is none', async () => {
    const numbers = [await put('later', 'twice'), await put('later', 'twice')].map(({ number }) => number);
    const at = new Date().toISOString();
    const { code, stderr } = await deployment.asOperator(
      'trace',
      'later',
      '--partition-key',
      'twice',
      '--at',
      at,
    );
    expect(code).toBe(1);
    for (const number of numbers) expect(stderr).toContain(`  --sequence-number ${number}  arrived `);
    const none = await deployment.asOperator('trace', 'later', '--partition-key', 'none', '--at', at);
    expect(none.stderr).toContain('The stream has no record with partition key "none" within 60 s of ');
  });

  test('finds each user record of an aggregated record', async () => {
    const number = await putAggregated(
      { key: 'one', type: 'order' },
      { key: 'two', type: 'other' },
      { key: 'one', type: 'order' },
      { key: 'three', type: 'other' },
    );
    const at = new Date().toISOString();
    const { targets, userRecords } = await vi.waitFor(async () => {
      const found = await trace('packed', '--sequence-number', number);
      expect(found.of('sleeper')).toMatchObject({ outcome: 'paused' });
      return found;
    }, WAIT);
    expect(userRecords).toEqual([
      { part: 0, partitionKey: 'one' },
      { part: 1, partitionKey: 'two' },
      { part: 2, partitionKey: 'one' },
      { part: 3, partitionKey: 'three' },
    ]);
    const of = (name: string) =>
      targets
        .filter(({ target }: { target: string }) => target.endsWith(`:${name}`))
        .map(({ parts, outcome }: { parts: number[]; outcome: string }) => [parts, outcome]);
    expect(of('picky')).toContainEqual([[0, 2], 'filtered']);
    expect(of('sleeper')).toEqual([
      [[0, 2], 'paused'],
      [[1, 3], 'filtered'],
    ]);

    const ofKey = await trace('packed', '--partition-key', 'three', '--at', at);
    expect(ofKey.userRecords).toEqual([{ part: 3, partitionKey: 'three' }]);
    expect(ofKey.of('sleeper')).toMatchObject({ parts: [3], outcome: 'filtered' });
    const { stdout } = await deployment.asOperator('trace', 'packed', '--sequence-number', number, '--data');
    expect(stdout).toContain(
      '  aggregated: 4 user records by subSequenceNumber: 0 with key one, 1 with key two, 2 with key one, 3 with key three\n',
    );
    expect(stdout).toContain(`  data of user record 1: {"type":"other","text":"${SECRET}"}\n`);
    expect(stdout).toMatch(/222222222222\/sleeper user records 0, 2 {2}paused \(found\): .*/);
  });

  test('finds the change of an item by event ID, sequence number and key', async () => {
    const at = new Date().toISOString();
    const [first, second] = writeItems('item-1', 'item-2') as [Change, Change];
    await vi.waitFor(() => expect(taken()).toContain(second.id), WAIT);
    const found = await vi.waitFor(async () => {
      const result = await trace('items', '--event-id', second.id);
      expect(result.of('sleeper')).toMatchObject({ outcome: 'paused', isKnown: true });
      return result;
    }, WAIT);
    expect(found.record).toMatchObject({ sequenceNumber: second.number, partitionKey: 'item-2, 3' });
    expect(found.of('picky')).toMatchObject({ outcome: 'filtered', isKnown: true });
    expect(found.stdout).not.toContain(SECRET);

    for (const ways of [
      ['--event-id', second.id, '--at', at],
      ['--sequence-number', second.number],
      ['--partition-key', 'item-2', '--at', at],
    ]) {
      const { record, of } = await trace('items', ...ways);
      expect([ways, record.sequenceNumber]).toEqual([ways, second.number]);
      expect(of('sleeper')).toMatchObject({ outcome: 'paused', isKnown: true });
    }
    const both = await deployment.asOperator('trace', 'items', '--partition-key', '3', '--at', at);
    expect(both.stderr).toContain(`--sequence-number ${first.number}  arrived `);
    const { stdout } = await deployment.asOperator(
      'trace',
      'items',
      '--sequence-number',
      first.number,
      '--data',
    );
    expect(stdout).toContain(`"text":{"S":"${SECRET}"},"picture":{"B":"aGVsbG8="}`);
  });

  test('says which change of an item the stream does not have', async () => {
    const id = 'c4ca4238a0b923820dcc509a6f75849b';
    const { code, stdout } = await deployment.asOperator('trace', 'items', '--event-id', id);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Record ${id} is not in stream items, `)]);
  });

  test('says of a number that the stream does not have that only queues and bucket were searched', async () => {
    const { code, stdout } = await deployment.asOperator('trace', 'later', '--sequence-number', '1');
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Record 1 is not in stream later, or no longer: '),
    ]);
  });
});
