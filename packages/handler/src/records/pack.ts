import { hash } from 'node:crypto';
import { type RecordText, recordText } from './record-text.ts';
import { type StreamRecord, sequenceNumberOf } from './stream-event.ts';

/** A record as targets get it. */
export interface Item extends RecordText {
  record: StreamRecord;
  sequenceNumber: string;
  /** Tells it from all others of its stream; the parts of an aggregated record share its sequence number. */
  id: string;
}

/** The part of a shipment that goes out in one Invoke: items `first` to `first + count - 1`. */
export interface Chunk {
  first: number;
  count: number;
  /** Size of the payload. */
  bytes: number;
  payload(): Payload;
}

export interface Payload {
  /** `{"Records":[…]}`, the shape that a function subscribed to the stream itself would get. */
  body: Buffer;
  /** Hex SHA-256 of the body. */
  sha256: string;
}

/** The items that a target is to get, in order, and the way to cut them into chunks. */
export interface Shipment {
  items: readonly Item[];
  /** As few as possible. An item that is over the limit by itself gets a chunk of its own. */
  chunks(limitBytes: number): readonly Chunk[];
  /** A chunk of these items, whatever its size. */
  part(first: number, count: number): Chunk;
}

/** A larger shipment, which was taken apart into very small records, is written again for each target. */
const KEPT_BYTES = 16 * 1024 * 1024;
const OPEN = '{"Records":[';
const CLOSE = ']}';
/** Characters that are written together: one call for each text takes longer, and a very long text takes memory besides the body. */
const WRITTEN_LENGTH = 64 * 1024;

export function toItems(records: readonly StreamRecord[]): Item[] {
  return records.map((record) => {
    const { text, bytes } = recordText(record);
    const sequenceNumber = sequenceNumberOf(record);
    const part = record.kinesis?.subSequenceNumber;
    const whole = record.eventID ?? sequenceNumber;
    const id = part === undefined ? whole : `${whole}.${part}`;
    return { record, sequenceNumber, id, text, bytes };
  });
}

/**
 * @param keep whether payloads are kept for all targets that share the shipment; otherwise each is written when it is
 * asked for, so that many targets with shipments of their own do not fill the memory
 */
export function createShipment(items: readonly Item[], keep: boolean): Shipment {
  const cuts = new Map<number, readonly Chunk[]>();
  return {
    items,
    chunks(limitBytes) {
      const known = cuts.get(limitBytes);
      if (known !== undefined) return known;
      const parts = cut(items, limitBytes);
      const keeps = keep && parts.reduce((sum, { bytes }) => sum + bytes, 0) <= KEPT_BYTES;
      const chunks = parts.map((part) => {
        let kept: Payload | undefined;
        const payload = () => kept ?? write(items, part);
        return { ...part, payload: keeps ? () => (kept = payload()) : payload };
      });
      cuts.set(limitBytes, chunks);
      return chunks;
    },
    part(first, count) {
      const frame = OPEN.length + CLOSE.length - 1;
      const bytes = items.slice(first, first + count).reduce((sum, item) => sum + item.bytes + 1, frame);
      const part = { first, count, bytes };
      return { ...part, payload: () => write(items, part) };
    },
  };
}

type Cut = Pick<Chunk, 'first' | 'count' | 'bytes'>;

function cut(items: readonly Item[], limitBytes: number): Cut[] {
  const frame = OPEN.length + CLOSE.length;
  const cuts: Cut[] = [];
  let current: Cut | undefined;
  for (const [index, { bytes }] of items.entries()) {
    if (current !== undefined && current.bytes + 1 + bytes <= limitBytes) {
      current.count += 1;
      current.bytes += 1 + bytes;
    } else {
      current = { first: index, count: 1, bytes: frame + bytes };
      cuts.push(current);
    }
  }
  return cuts;
}

function write(items: readonly Item[], { first, count, bytes }: Cut): Payload {
  const body = Buffer.allocUnsafe(bytes);
  let offset = 0;
  let text = OPEN;
  for (const item of items.slice(first, first + count)) {
    text += text === OPEN ? item.text : `,${item.text}`;
    if (text.length < WRITTEN_LENGTH) continue;
    offset += body.write(text, offset);
    text = '';
  }
  body.write(text + CLOSE, offset);
  return { body, sha256: hash('sha256', body) };
}
