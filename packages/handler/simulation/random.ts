/** Draws that follow from a seed alone. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number;
  between(low: number, high: number): number;
  chance(share: number): boolean;
  /** Exponentially distributed. */
  exponential(mean: number): number;
  /** Log-normally distributed: half of the draws are below the median. */
  logNormal(median: number, sigma: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/**
 * One stream of draws for each name, so that one more draw in one part does not shift those of another.
 */
export function createRandom(seed: number, name: string): Random {
  const next = sfc32(hash32(name, seed), hash32(name, seed ^ 0x9e3779b9), seed);
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    chance: (share) => share > 0 && next() < share,
    exponential: (mean) => -mean * Math.log(1 - next()),
    logNormal: (median, sigma) => median * Math.exp(sigma * gauss(next)),
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
  };
}

/** 0 to 1, the same for the same three numbers. */
export function share(seed: number, one: number, other: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(one + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) ^ Math.imul(other % 4_294_967_291, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4_294_967_296;
}

/** FNV-1a. */
function hash32(text: string, seed: number): number {
  let h = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index++) h = Math.imul(h ^ text.charCodeAt(index), 0x01000193);
  return h >>> 0;
}

/** https://pracrand.sourceforge.net/RNG_engines.txt */
function sfc32(a: number, b: number, c: number): () => number {
  let counter = 1;
  const next = () => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** Box and Muller's method. */
function gauss(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
