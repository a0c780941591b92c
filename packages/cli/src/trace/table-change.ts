import type { _Record as TableRecord } from '@aws-sdk/client-dynamodb-streams';
import type { EventRecord, TracedRecord } from './traced-record.ts';

/** The change of an item, as the stream of a table has it. */
export function toTracedChange(record: TableRecord, streamArn: string, shardId: string): TracedRecord {
  const { SequenceNumber = '', ApproximateCreationDateTime, SizeBytes } = record.dynamodb ?? {};
  const event = toEventRecord(record, streamArn);
  const data = Buffer.from(JSON.stringify(event.dynamodb));
  return {
    shardId,
    sequenceNumber: SequenceNumber,
    partitionKey: keyValues(record).join(', '),
    arrivedAt: ApproximateCreationDateTime?.getTime() ?? 0,
    bytes: SizeBytes ?? data.length,
    data,
    event,
  };
}

/** The values of an item's key, as a person writes them: text, a number, or bytes in base64. */
export function keyValues({ dynamodb }: TableRecord): string[] {
  return Object.values(dynamodb?.Keys ?? {}).map(
    ({ S, N, B }) => S ?? N ?? Buffer.from(B ?? []).toString('base64'),
  );
}

/**
 * As a Lambda event has it: times as seconds, bytes in base64, and who has made the change in lower case.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
function toEventRecord({ userIdentity, ...record }: TableRecord, eventSourceARN: string): EventRecord {
  const { Type: type, PrincipalId: principalId } = userIdentity ?? {};
  return JSON.parse(
    JSON.stringify(
      { ...record, ...(userIdentity && { userIdentity: { type, principalId } }), eventSourceARN },
      function (this: Record<string, unknown>, key, value: unknown) {
        const given = this[key];
        if (given instanceof Date) return Math.floor(given.getTime() / 1000);
        return given instanceof Uint8Array ? Buffer.from(given).toString('base64') : value;
      },
    ),
  );
}
