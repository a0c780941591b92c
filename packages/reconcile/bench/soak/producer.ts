import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { contentOf, type Ledger } from '../../src/index.ts';
import type { Ready } from './messages.ts';
import { SOURCE } from './routes-file.ts';

const EVERY_MS = 2_000;
const RECORDS_OF_A_PUT = 10;
/** Of keys, so that parallel batches of a shard have work. */
const KEYS = 7;
const FILLING = 'x'.repeat(300);

/** Puts some records on every stream, again and again, until the time is over. */
export async function putRecords(ready: Ready, ledger: Ledger, untilMs: number): Promise<void> {
  const { endpoint, region, credentials, routes } = ready;
  const kinesis = new KinesisClient({
    endpoint,
    region,
    credentials: { accessKeyId: '', secretAccessKey: '', ...credentials[SOURCE] },
    requestHandler: new NodeHttpHandler(),
  });
  for (let round = 0; Date.now() < untilMs; round++) {
    const nextAt = Date.now() + EVERY_MS;
    for (const { streamName, streamArn } of routes) {
      const data = Array.from({ length: RECORDS_OF_A_PUT }, (_, index) =>
        Buffer.from(
          JSON.stringify({ kind: index % 2 === 0 ? 'even' : 'odd', streamName, round, index, FILLING }),
        ),
      );
      const putAt = Date.now();
      const { Records = [], FailedRecordCount } = await kinesis.send(
        new PutRecordsCommand({
          StreamName: streamName,
          Records: data.map((Data, index) => ({ Data, PartitionKey: `key-${index % KEYS}` })),
        }),
      );
      if (FailedRecordCount) throw new Error(`${streamName} refused ${FailedRecordCount} records`);
      ledger.recordPut(
        streamArn,
        Records.map(({ ShardId, SequenceNumber }, index) => {
          const record = { kinesis: { data: data[index]?.toString('base64') ?? '' } };
          return { eventId: `${ShardId}:${SequenceNumber}`, record, content: contentOf(record), putAt };
        }),
      );
    }
    await sleep(Math.max(0, nextAt - Date.now()));
  }
  kinesis.destroy();
}
