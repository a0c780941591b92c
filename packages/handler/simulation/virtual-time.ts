/** Time that goes on from event to event. */
export interface VirtualTime {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs once at that time; events of one time run in the order in which they were made. Returns a way to cancel. */
  at(time: number, run: () => void): () => void;
  after(ms: number, run: () => void): () => void;
  /** Runs all events up to that time, or until `isOver` says so after one of them. */
  runUntil(end: number, isOver?: () => boolean): Promise<void>;
  /** Events that have run. */
  count(): number;
}

interface Event {
  time: number;
  order: number;
  /** Undefined once it is cancelled. */
  run: (() => void) | undefined;
}

/** Immediates that are asked for at once: one event each. */
const BATCH = 256;

/**
 * After each event all promise jobs run before the next one: Node.js empties its queues of ticks and of promise jobs
 * after every single immediate, also between those of one turn of its loop, so that many are asked for at once.
 * https://nodejs.org/learn/asynchronous-work/understanding-setimmediate
 */
export function createVirtualTime(start: number): VirtualTime {
  const heap = createHeap();
  let now = start;
  let order = 0;
  let count = 0;

  const at = (time: number, run: () => void) => {
    const event: Event = { time: Math.max(time, now), order: order++, run };
    heap.push(event);
    return () => {
      event.run = undefined;
    };
  };

  /** False when nothing is left up to the end. */
  const step = (end: number): boolean => {
    for (;;) {
      const event = heap.peek();
      if (event === undefined || event.time > end) return false;
      heap.pop();
      if (event.run === undefined) continue;
      now = event.time;
      count += 1;
      event.run();
      return true;
    }
  };

  return {
    now: () => now,
    at,
    after: (ms, run) => at(now + Math.max(0, ms), run),
    runUntil(end, isOver = () => false) {
      return new Promise((resolve, reject) => {
        let over = false;
        const finish = (settle: () => void) => {
          over = true;
          settle();
        };
        const turn = () => {
          if (over) return;
          try {
            if (isOver()) return finish(resolve);
            if (step(end)) return;
            now = Math.max(now, end);
            finish(resolve);
          } catch (error) {
            finish(() => reject(error));
          }
        };
        const turns = () => {
          for (let index = 0; index < BATCH; index++) setImmediate(turn);
          setImmediate(() => over || turns());
        };
        turns();
      });
    },
    count: () => count,
  };
}

function createHeap() {
  const events: Event[] = [];
  const before = (one: Event, other: Event) =>
    one.time < other.time || (one.time === other.time && one.order < other.order);

  return {
    peek: () => events[0],
    push(event: Event) {
      let index = events.length;
      events.push(event);
      while (index > 0) {
        const parent = (index - 1) >> 1;
        const above = events[parent];
        if (above === undefined || !before(event, above)) break;
        events[index] = above;
        index = parent;
      }
      events[index] = event;
    },
    pop() {
      const last = events.pop();
      if (last === undefined || events.length === 0) return;
      let index = 0;
      for (;;) {
        let child = 2 * index + 1;
        const left = events[child];
        const right = events[child + 1];
        if (left === undefined) break;
        const least = right !== undefined && before(right, left) ? right : left;
        if (least === right) child += 1;
        if (!before(least, last)) break;
        events[index] = least;
        index = child;
      }
      events[index] = last;
    },
  };
}
