import { decodeParkedRecords } from '@xacct/core';
import type { TargetLedger } from './ledger.ts';
import { functionArnOf, streamArnOf } from './places.ts';
import { placeOfSequenceNumber } from './records.ts';

/** Which records messages and objects hold. */
export interface Holdings {
  /** Of the text of a message or an object; undefined when it holds none. */
  read(text: string): Holding | undefined;
}

export interface Holding {
  ledger: TargetLedger;
  ordinals: readonly number[];
  /** The class of the failure, and its reason. */
  failure: string;
  reason: string;
  /** Key of the object that holds the records, where a message only names it. */
  object?: string;
}

/** @param objects the texts of the bucket's objects */
export function createHoldings(
  ledgers: readonly TargetLedger[],
  objects: { text(key: string): string | undefined },
): Holdings {
  const byPlace = new Map(
    ledgers.map((ledger) => [`${streamArnOf(ledger.route)} ${functionArnOf(ledger.function)}`, ledger]),
  );

  const read = (text: string): Holding | undefined => {
    const parked = decodeParkedRecords(text);
    if (parked === undefined) return undefined;
    const { object } = parked;
    if (object !== undefined) {
      const held = read(objects.text(object) ?? '');
      return held && { ...held, failure: parked.failure, reason: parked.reason, object };
    }
    const ledger = byPlace.get(`${parked.streamArn} ${parked.target}`);
    if (ledger === undefined) return undefined;
    const ordinals = parked.records.map((record) => ordinalOf(record));
    return { ledger, ordinals, failure: parked.failure, reason: parked.reason };
  };

  return { read };
}

function ordinalOf(record: { kinesis?: { sequenceNumber?: string } }): number {
  return placeOfSequenceNumber(record.kinesis?.sequenceNumber ?? '').ordinal;
}
