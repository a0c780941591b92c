/** Bounds the bytes in flight over everything that runs through it. First come, first served. */
export type ByteBudget = <T>(
  bytes: number,
  work: () => Promise<T>,
  /** What the bytes are of. Many may send it at once: it is in memory once, and counts once. */
  shared?: object,
) => Promise<T>;

export function createByteBudget(limitBytes: number): ByteBudget {
  const waiting: { bytes: number; start: () => void }[] = [];
  const held = new Map<object, { users: number; ready: Promise<void> }>();
  let inFlight = 0;

  /** Something larger than the whole budget goes when nothing else is under way. */
  const fits = (bytes: number) => inFlight === 0 || inFlight + bytes <= limitBytes;

  const startWaiting = () => {
    for (let next = waiting[0]; next !== undefined && fits(next.bytes); next = waiting[0]) {
      waiting.shift();
      inFlight += next.bytes;
      next.start();
    }
  };

  const acquire = (bytes: number) =>
    new Promise<void>((start) => {
      waiting.push({ bytes, start });
      startWaiting();
    });

  return async (bytes, work, shared = {}) => {
    const hold = held.get(shared) ?? { users: 0, ready: acquire(bytes) };
    held.set(shared, hold);
    hold.users += 1;
    try {
      await hold.ready;
      return await work();
    } finally {
      hold.users -= 1;
      if (hold.users === 0) {
        held.delete(shared);
        inFlight -= bytes;
        startWaiting();
      }
    }
  };
}
