import type { Payload } from '../src/records/pack.ts';
import { placeOfSequenceNumber } from './records.ts';

/** The records in a payload, in order. */
export interface PayloadRecords {
  stream: number;
  ordinals: readonly number[];
}

const KEY = Buffer.from('"sequenceNumber":"');
const DIGITS = 16;
/** As many as may be under way to several targets at once. */
const KEPT = 64;

/** Looks for sequence numbers only, and once for all targets that get the same payload. */
export function createPayloadReader(): (payload: Payload) => PayloadRecords {
  const kept = new Map<string, PayloadRecords>();
  return ({ body, sha256 }) => {
    const known = kept.get(sha256);
    if (known !== undefined) return known;
    const records = read(body);
    kept.set(sha256, records);
    const [oldest = ''] = kept.keys();
    if (kept.size > KEPT) kept.delete(oldest);
    return records;
  };
}

function read(body: Buffer): PayloadRecords {
  const ordinals: number[] = [];
  let stream = 0;
  for (let at = body.indexOf(KEY); at >= 0; at = body.indexOf(KEY, at + DIGITS)) {
    at += KEY.length;
    const place = placeOfSequenceNumber(body.toString('latin1', at, at + DIGITS));
    stream = place.stream;
    ordinals.push(place.ordinal);
  }
  return { stream, ordinals };
}
