import { setTimeout as sleep } from 'node:timers/promises';
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';

/** The maximum for one PutRecords call. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
const RECORDS_PER_CALL = 500;
const TRIES = 5;
const FIRST_WAIT_MS = 200;

/**
 * Puts documents on a stream. A call may accept some records and throttle others. Throttled records are put again at growing
 * intervals, and may then come after later records with the same key.
 *
 * @param keyOf returns the partition key; documents with the same key stay in order unless throttled
 */
export async function putRecords<T>(
  kinesis: KinesisClient,
  stream: string,
  documents: readonly T[],
  keyOf: (document: T) => string,
): Promise<void> {
  for (let start = 0; start < documents.length; start += RECORDS_PER_CALL) {
    let left = documents.slice(start, start + RECORDS_PER_CALL);
    for (let tries = 1; left.length > 0; tries++) {
      const { Records = [] } = await kinesis.send(
        new PutRecordsCommand({
          StreamName: stream,
          Records: left.map((document) => ({
            PartitionKey: keyOf(document),
            Data: Buffer.from(JSON.stringify(document)),
          })),
        }),
      );
      left = left.filter((_, index) => Records[index]?.ErrorCode !== undefined);
      if (left.length === 0) break;
      if (tries === TRIES)
        throw new Error(`Stream ${stream} did not take ${left.length} records in ${TRIES} tries`);
      await sleep(FIRST_WAIT_MS * 2 ** (tries - 1));
    }
  }
}
