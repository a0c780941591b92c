/** Seconds over which a rate is taken: long enough to read, short enough to follow. */
export const RATE_SECONDS = 5;

/** Counts things, and how many a second there were lately. */
export class Rate {
  #total = 0;
  /** Of the last seconds, by the second of the clock. */
  readonly #recent = new Map<number, number>();

  add(by: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    this.#total += by;
    this.#recent.set(second, (this.#recent.get(second) ?? 0) + by);
    for (const past of this.#recent.keys()) if (past <= second - RATE_SECONDS) this.#recent.delete(past);
  }

  get total(): number {
    return this.#total;
  }

  perSecond(nowMs: number): number {
    const oldest = Math.floor(nowMs / 1000) - RATE_SECONDS;
    let sum = 0;
    for (const [second, count] of this.#recent) if (second > oldest) sum += count;
    return sum / RATE_SECONDS;
  }
}
