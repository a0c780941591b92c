/** What the benches of all packages have in common. */

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** Of the numbers, the one that this share of them does not exceed. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
