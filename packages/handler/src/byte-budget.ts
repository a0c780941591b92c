/** Bounds the bytes in flight over everything that runs through it. First come, first served. */
export type ByteBudget = <T>(bytes: number, work: () => Promise<T>) => Promise<T>;

export function createByteBudget(limitBytes: number): ByteBudget {
  const waiting: { bytes: number; start: () => void }[] = [];
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

  return async (bytes, work) => {
    await new Promise<void>((start) => {
      waiting.push({ bytes, start });
      startWaiting();
    });
    try {
      return await work();
    } finally {
      inFlight -= bytes;
      startWaiting();
    }
  };
}
