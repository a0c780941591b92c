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

/** A packer for one batch. Each record is stringified once, however many limits and targets there are. */
export function createPacker(records: readonly unknown[]): (limitBytes: number) => readonly Chunk[] {
  const texts = records.map((record) => JSON.stringify(record));
  const sizes = texts.map((text) => Buffer.byteLength(text));
  const packed = new Map<number, readonly Chunk[]>();

  return (limitBytes) => {
    const known = packed.get(limitBytes);
    if (known !== undefined) return known;
    const chunks = cut(sizes, limitBytes).map(({ first, count, bytes }) =>
      write(texts, sizes, first, count, bytes),
    );
    packed.set(limitBytes, chunks);
    return chunks;
  };
}

/** Cuts in order, as few times as possible. A record over the limit by itself stands alone. */
function cut(
  sizes: readonly number[],
  limitBytes: number,
): { first: number; count: number; bytes: number }[] {
  const frame = OPEN.length + CLOSE.length;
  const cuts: { first: number; count: number; bytes: number }[] = [];
  let current: (typeof cuts)[number] | undefined;
  for (const [index, size] of sizes.entries()) {
    if (current !== undefined && current.bytes + 1 + size <= limitBytes) {
      current.count += 1;
      current.bytes += 1 + size;
    } else {
      current = { first: index, count: 1, bytes: frame + size };
      cuts.push(current);
    }
  }
  return cuts;
}

function write(
  texts: readonly string[],
  sizes: readonly number[],
  first: number,
  count: number,
  bytes: number,
): Chunk {
  const payload = Buffer.allocUnsafe(bytes);
  let offset = payload.write(OPEN, 0, 'latin1');
  for (let index = first; index < first + count; index++) {
    if (index > first) offset += payload.write(',', offset, 'latin1');
    const text = texts[index] ?? '';
    // Text whose bytes are as many as its characters is ASCII, and latin1 writes that fastest.
    offset += payload.write(text, offset, sizes[index] === text.length ? 'latin1' : 'utf8');
  }
  payload.write(CLOSE, offset, 'latin1');
  return { first, count, payload, sha256: createHash('sha256').update(payload).digest('hex') };
}
