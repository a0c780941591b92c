/** Numbers by index, 0 where none was set. Grows as needed. */
export interface GrowingArray {
  get(index: number): number;
  set(index: number, value: number): void;
  /** Adds, and returns the sum. */
  add(index: number, value: number): number;
}

/** A record may be in more than 255 messages while sends to the queue fail and its batch comes again. */
export function growingCounts(): GrowingArray {
  return growing((length) => new Uint32Array(length));
}

export function growingBytes(): GrowingArray {
  return growing((length) => new Uint8Array(length));
}

export function growingNumbers(): GrowingArray {
  return growing((length) => new Float64Array(length));
}

function growing<A extends Uint8Array | Uint32Array | Float64Array>(
  create: (length: number) => A,
): GrowingArray {
  let values = create(1024);
  const set = (index: number, value: number) => {
    if (index >= values.length) {
      const larger = create(Math.max(index + 1, values.length * 2));
      larger.set(values);
      values = larger;
    }
    values[index] = value;
  };
  const get = (index: number) => values[index] ?? 0;
  return {
    get,
    set,
    add(index, value) {
      const sum = get(index) + value;
      set(index, sum);
      return sum;
    },
  };
}
