import { createHash } from 'node:crypto';

/** The part of a batch that goes out in one Invoke: records `first` to `first + count - 1`. */
export interface Chunk {
  first: number;
  count: number;
  /** `{"Records":[…]}`, the shape that a function subscribed to the stream itself would get. */
  payload: Buffer;
  /** Hex SHA-256 of the payload, computed once for all targets that get it. */
  sha256: string;
}

const OPEN = '{"Records":[';
const CLOSE = ']}';

/** A record as JSON. */
export interface RecordText {
  text: string;
  /** In UTF-8. */
  bytes: number;
}

/** Each record is stringified once, however many limits, filters and targets there are. */
export function stringifyRecords(records: readonly unknown[]): RecordText[] {
  return records.map((record) => {
    const text = JSON.stringify(record);
    return { text, bytes: Buffer.byteLength(text) };
  });
}

/** A packer for one batch, or for the part of it that a filter lets through. */
export function createPacker(records: readonly RecordText[]): (limitBytes: number) => readonly Chunk[] {
  const packed = new Map<number, readonly Chunk[]>();

  return (limitBytes) => {
    const known = packed.get(limitBytes);
    if (known !== undefined) return known;
    const chunks = cut(records, limitBytes).map((part) => write(records, part));
    packed.set(limitBytes, chunks);
    return chunks;
  };
}

/** A chunk before it is written; `bytes` are those of its payload. */
interface Cut {
  first: number;
  count: number;
  bytes: number;
}

/** Cuts in order, as few times as possible. A record over the limit by itself stands alone. */
function cut(records: readonly RecordText[], limitBytes: number): Cut[] {
  const frame = OPEN.length + CLOSE.length;
  const cuts: Cut[] = [];
  let current: Cut | undefined;
  for (const [index, { bytes }] of records.entries()) {
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

function write(records: readonly RecordText[], { first, count, bytes }: Cut): Chunk {
  const payload = Buffer.allocUnsafe(bytes);
  let offset = payload.write(OPEN, 0, 'latin1');
  for (const [index, record] of records.slice(first, first + count).entries()) {
    if (index > 0) offset += payload.write(',', offset, 'latin1');
    // Text whose bytes are as many as its characters is ASCII, and latin1 writes that fastest.
    offset += payload.write(record.text, offset, record.bytes === record.text.length ? 'latin1' : 'utf8');
  }
  payload.write(CLOSE, offset, 'latin1');
  return { first, count, payload, sha256: createHash('sha256').update(payload).digest('hex') };
}
