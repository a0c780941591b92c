import { setTimeout as sleep } from 'node:timers/promises';
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';

/** What one PutRecords takes. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
const RECORDS_PER_CALL = 500;
const TRIES = 5;
const FIRST_WAIT_MS = 200;

/**
 * Puts documents on a stream. A call may take some records and throttle others: those are put again, later and later, and
 * may come after others with the same key then.
 *
 * @param keyOf documents with one key stay in order
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
