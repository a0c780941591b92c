/** Thrown for bytes that are no message of the kind that was looked for; never leaves this folder. */
export class UnreadableError extends Error {}

export interface Field {
  /** Field number × 8 + wire type. */
  tag: number;
  /** The value of a varint, else 0. From 2⁵³ on it is only about right. */
  varint: number;
  /** The bytes of a field that is no varint, after its tag and length. */
  start: number;
  end: number;
}

/** Wire types: https://protobuf.dev/programming-guides/encoding/#structure */
const VARINT = 0;
const I64 = 1;
const LEN = 2;
const I32 = 5;

/**
 * The fields of the protobuf message in `bytes` from `start` to `end`, known or not, in their order.
 * Throws an `UnreadableError` where a field does not end within the message, is of field number 0, or is a group:
 * those are deprecated, and may be nested without end.
 */
export function* readFields(bytes: Buffer, start: number, end: number): Generator<Field> {
  let offset = start;
  while (offset < end) {
    const tag = readVarint();
    if (tag < 8 || tag > 0xffff_ffff) throw new UnreadableError();
    const wireType = tag % 8;
    let varint = 0;
    let length = 0;
    if (wireType === VARINT) varint = readVarint();
    else if (wireType === I64) length = 8;
    else if (wireType === LEN) length = readVarint();
    else if (wireType === I32) length = 4;
    else throw new UnreadableError();
    // Less than nothing is left after a varint that went on behind the end.
    if (length > end - offset) throw new UnreadableError();
    const valueStart = offset;
    offset += length;
    yield { tag, varint, start: valueStart, end: offset };
  }

  function readVarint(): number {
    let value = 0;
    // 64 bits, 7 to a byte: 10 bytes.
    for (let scale = 1; scale <= 2 ** 63; scale *= 2 ** 7) {
      const byte = bytes[offset];
      if (byte === undefined) break;
      offset += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new UnreadableError();
  }
}
