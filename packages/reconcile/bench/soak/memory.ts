export interface MemorySample {
  /** Since the start. */
  seconds: number;
  rssMB: number;
  /** Of JavaScript, after a garbage collection. */
  heapMB: number;
}

export interface MemoryFigures {
  heapFirstMB: number;
  heapLastMB: number;
  /** Of a line through all samples by least squares. */
  heapSlopeMBPerMinute: number;
  rssFirstMB: number;
  rssLastMB: number;
  rssSlopeMBPerMinute: number;
}

const MB = 1024 * 1024;

/** Needs `--expose-gc`, without which the heap holds what is garbage already. */
export function sampleMemory(startedAt: number): MemorySample {
  if (globalThis.gc === undefined) throw new Error('Run node with --expose-gc');
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  return { seconds: (Date.now() - startedAt) / 1000, rssMB: rss / MB, heapMB: heapUsed / MB };
}

export function memoryFigures(samples: readonly MemorySample[]): MemoryFigures {
  const [first, last] = [samples.at(0), samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error('No memory was sampled');
  return {
    heapFirstMB: first.heapMB,
    heapLastMB: last.heapMB,
    heapSlopeMBPerMinute: 60 * slope(samples.map(({ seconds, heapMB }) => [seconds, heapMB])),
    rssFirstMB: first.rssMB,
    rssLastMB: last.rssMB,
    rssSlopeMBPerMinute: 60 * slope(samples.map(({ seconds, rssMB }) => [seconds, rssMB])),
  };
}

function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return below === 0 ? 0 : above / below;
}
