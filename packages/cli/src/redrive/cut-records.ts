import { bytesInMessage, encodeParkedRecords, limits, type ParkedFacts } from '@xacct/core';

/** A record as an object of the failure bucket holds it. */
export interface KeptRecord {
  record: object;
  /** As JSON. */
  text: string;
}

/** Facts that are the same for all of the records. */
export type CommonFacts = Omit<ParkedFacts, 'firstSequenceNumber' | 'lastSequenceNumber'>;

/** Records that go into one message, or, if they are too large for a message, into an object to which a message refers. */
export interface Parcel {
  facts: ParkedFacts;
  texts: string[];
  fitsMessage: boolean;
}

/** Room for two sequence numbers and a count, with some to spare. */
const PLACE_BYTES = 1024;

export function toKeptRecords(records: readonly object[]): KeptRecord[] {
  return records.map((record) => ({ record, text: JSON.stringify(record) }));
}

/** Whether no invocation can carry a record. */
export function isTooLarge({ text }: KeptRecord): boolean {
  return Buffer.byteLength(`{"Records":[${text}]}`) > limits.invoke.requestResponsePayloadBytes;
}

/** Cuts records into parcels, in order, each as large as a message allows. */
export function cutRecords(facts: CommonFacts, records: readonly KeptRecord[]): Parcel[] {
  const without = encodeParkedRecords({ ...facts, firstSequenceNumber: '', lastSequenceNumber: '' }, []);
  const room = limits.sqs.messageBytes - Buffer.byteLength(without) - PLACE_BYTES;
  const runs: { records: KeptRecord[]; bytes: number }[] = [];
  for (const kept of records) {
    const bytes = bytesInMessage(kept.text);
    const run = runs.at(-1);
    if (run === undefined || run.bytes + bytes > room) runs.push({ records: [kept], bytes });
    else {
      run.records.push(kept);
      run.bytes += bytes;
    }
  }
  return runs.map((run) => ({
    facts: {
      ...facts,
      firstSequenceNumber: sequenceNumberOf(run.records.at(0)),
      lastSequenceNumber: sequenceNumberOf(run.records.at(-1)),
    },
    texts: run.records.map(({ text }) => text),
    fitsMessage: run.bytes <= room,
  }));
}

function sequenceNumberOf(kept: KeptRecord | undefined): string {
  const { kinesis, dynamodb } = (kept?.record ?? {}) as {
    kinesis?: { sequenceNumber?: unknown };
    dynamodb?: { SequenceNumber?: unknown };
  };
  const number = kinesis?.sequenceNumber ?? dynamodb?.SequenceNumber;
  return typeof number === 'string' ? number : '';
}
