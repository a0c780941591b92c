import type { RoutePlan } from './plan.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

const BURST = 100;
/** Over which the records of a burst are spread. */
const BURST_MS = 1_000;

/**
 * Puts bursts of 100 records into every shard: one a second at rate 1, and otherwise so many times as often, at random
 * moments.
 */
export function produce(options: {
  route: RoutePlan;
  rate: number;
  end: number;
  time: VirtualTime;
  random: Random;
  /** Puts records of one burst into a shard at these times, in order. */
  put: (shard: number, times: readonly number[]) => void;
}): void {
  const { route, rate, end, time, random, put } = options;
  const lastPutAt = Array.from({ length: route.shards }, () => 0);

  const gapMs = () => (BURST_MS / rate) * (rate + (1 - rate) * random.exponential(1));
  const burst = (shard: number) => {
    const from = Math.max(time.now(), lastPutAt[shard] ?? 0);
    const times = Array.from({ length: BURST }, () => from + Math.floor(random.next() * BURST_MS));
    times.sort((one, other) => one - other);
    lastPutAt[shard] = times.at(-1) ?? from;
    put(shard, times);
  };
  const every = (shards: readonly number[]) => {
    const next = time.now() + gapMs();
    if (next >= end) return;
    time.at(next, () => {
      for (const shard of shards) burst(shard);
      every(shards);
    });
  };

  const shards = Array.from({ length: route.shards }, (_, shard) => shard);
  if (route.together) every(shards);
  else for (const shard of shards) every([shard]);
}
