/** A number with its noun: `1 route`, `3 routes`; `1 policy`, `3 policies`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
