import type { Draw } from './draw.ts';

/** Fixed, or log-normal by its median and its 99th percentile, as latencies of services mostly are; in ms. */
export type Latency = number | { p50: number; p99: number };

/** How many standard deviations the 99th percentile of a normal distribution is above its mean. */
const Z99 = 2.326_347_874;

/** @returns milliseconds, an integer */
export function latencyOf(latency: Latency, draw: Draw): number {
  if (typeof latency === 'number') return Math.round(latency);
  const { p50, p99 } = latency;
  const deviation = Math.log(p99 / p50) / Z99;
  return Math.round(p50 * Math.exp(deviation * standardNormal(draw)));
}

/** By Box and Muller. */
function standardNormal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
