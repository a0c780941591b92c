import { type Clock, systemClock } from '../invocation/clock.ts';

/** Bounds the calls under way, and the bytes that they carry. First come, first served. */
export interface FlightLimit {
  /** Runs once there is room; gives the room back when the work settles. */
  run<T>(bytes: number, work: () => Promise<T>): Promise<T>;
}

export interface Room {
  calls: number;
  bytes: number;
}

/**
 * A call that lasts makes its room free for others while there is room for such slow ones, so that a target that hangs
 * does not hold up others for long. Work with more bytes than there is room runs when nothing else is under way.
 */
export function createFlightLimit(options: {
  room: Room;
  /** For calls that have lasted for `slowAfterMs`. */
  slowRoom: Room;
  slowAfterMs: number;
  clock?: Clock;
}): FlightLimit {
  const { room, slowRoom, slowAfterMs, clock = systemClock } = options;
  const waiting: { bytes: number; start: () => void }[] = [];
  const fast: Room = { calls: 0, bytes: 0 };
  const slow: Room = { calls: 0, bytes: 0 };

  const startWaiting = () => {
    for (let next = waiting[0]; next !== undefined && fits(next.bytes, fast, room); next = waiting[0]) {
      waiting.shift();
      take(fast, next.bytes);
      next.start();
    }
  };

  return {
    async run(bytes, work) {
      await new Promise<void>((start) => {
        waiting.push({ bytes, start });
        startWaiting();
      });
      let held = fast;
      const cancel = clock.after(slowAfterMs, () => {
        if (!fits(bytes, slow, slowRoom)) return;
        give(fast, bytes);
        take(slow, bytes);
        held = slow;
        startWaiting();
      });
      try {
        return await work();
      } finally {
        cancel();
        give(held, bytes);
        startWaiting();
      }
    },
  };
}

function fits(bytes: number, used: Room, room: Room): boolean {
  return used.calls === 0 || (used.calls < room.calls && used.bytes + bytes <= room.bytes);
}

function take(used: Room, bytes: number): void {
  used.calls += 1;
  used.bytes += bytes;
}

function give(used: Room, bytes: number): void {
  used.calls -= 1;
  used.bytes -= bytes;
}
