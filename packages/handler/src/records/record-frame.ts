import { isPlain } from './plain-text.ts';

/** Members that mostly are the same in all Kinesis records that an environment gets. */
export interface Framed {
  eventSource: unknown;
  eventVersion: unknown;
  eventName: unknown;
  invokeIdentityArn: unknown;
  awsRegion: unknown;
  eventSourceARN: unknown;
}

/** A record's JSON without the values that differ: before the partition key, before the sequence number in the event ID, and after it. */
export interface Frame {
  head: string;
  middle: string;
  tail: string;
}

let last: (Framed & Frame & { version: unknown; shard: string }) | undefined;

/**
 * @param version the record's `kinesisSchemaVersion`
 * @param shard what is before the sequence number in its event ID
 * @returns undefined where a value has to be escaped
 */
export function frameOf(record: Framed, version: unknown, shard: string): Frame | undefined {
  const { eventSource, eventVersion, eventName, invokeIdentityArn, awsRegion, eventSourceARN } = record;
  if (
    last?.shard === shard &&
    last.version === version &&
    last.eventSource === eventSource &&
    last.eventVersion === eventVersion &&
    last.eventName === eventName &&
    last.invokeIdentityArn === invokeIdentityArn &&
    last.awsRegion === awsRegion &&
    last.eventSourceARN === eventSourceARN
  ) {
    return last;
  }
  const framed = { eventSource, eventVersion, eventName, invokeIdentityArn, awsRegion, eventSourceARN };
  if (![...Object.values(framed), version, shard].every(isPlain)) return undefined;
  const head = `{"kinesis":{"kinesisSchemaVersion":"${version}","partitionKey":"`;
  const middle = `},"eventSource":"${eventSource}","eventVersion":"${eventVersion}","eventID":"${shard}`;
  const after = `","eventName":"${eventName}","invokeIdentityArn":"${invokeIdentityArn}"`;
  const tail = `${after},"awsRegion":"${awsRegion}","eventSourceARN":"${eventSourceARN}"}`;
  last = { ...framed, version, shard, head: flat(head), middle: flat(middle), tail: flat(tail) };
  return last;
}

/** In one piece: a template keeps its parts, which would be gone through again for every record. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
