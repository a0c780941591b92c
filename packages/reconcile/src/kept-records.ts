import { decodeParkedRecords, streamFromArn } from '@xacct/core';

/** Records that wait in a queue, or are kept in a bucket: they may not have reached their target, and are not lost. */
export interface KeptRecords {
  streamArn: string;
  /** The function that they wait for. */
  targetArn?: string;
  /** The function whose event source mapping gave them up, for all of its targets. */
  forwarderArn?: string;
  eventIds: string[];
}

/**
 * Reads a message body or the text of an object: parked records, or a batch that an event source mapping gave up.
 *
 * @returns undefined for anything else, and for a message that refers to an object, which has the records
 */
export function readKeptRecords(text: string): KeptRecords | undefined {
  const parked = decodeParkedRecords(text);
  if (parked !== undefined) {
    const { streamArn, target: targetArn, records } = parked;
    if (records.length === 0) return undefined;
    return { streamArn: withoutConsumer(streamArn), targetArn, eventIds: eventIdsOf(records) };
  }
  return readGivenUpBatch(text);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
function readGivenUpBatch(text: string): KeptRecords | undefined {
  const { requestContext, payload, ...facts } = JSON.parse(text) as Partial<GivenUpBatch>;
  const batch = facts.KinesisBatchInfo ?? facts.DDBStreamBatchInfo;
  if (requestContext === undefined || batch === undefined || payload === undefined) return undefined;
  const { Records } = JSON.parse(payload) as { Records: object[] };
  return {
    streamArn: batch.streamArn,
    forwarderArn: requestContext.functionArn,
    eventIds: eventIdsOf(Records),
  };
}

interface GivenUpBatch {
  requestContext: { functionArn: string };
  KinesisBatchInfo?: { streamArn: string };
  DDBStreamBatchInfo?: { streamArn: string };
  /** The event, as JSON. */
  payload: string;
}

/** A mapping with enhanced fan-out names the consumer that it reads through. */
export function withoutConsumer(eventSourceArn: string): string {
  return streamFromArn(eventSourceArn)?.arn ?? eventSourceArn;
}

export function eventIdsOf(records: readonly object[]): string[] {
  return records.map((record) => (record as { eventID: string }).eventID);
}
