/** What went wrong, and how often in the same way. */
export interface Failure {
  /** Epoch ms of the last time. */
  at: number;
  /** Undefined where it concerns no single route. */
  route?: string;
  /** ARN of the target's function; undefined where it concerns no single target. */
  target?: string;
  /** Name of the function whose own code failed. */
  functionName?: string;
  reason: string;
  times: number;
  /** Records that it concerned, over all times. */
  records: number;
}

const KEPT = 50;

/** The last failures, the newest first; what happens again is told once, with its count. */
export class Failures {
  /** By route, target and reason; the newest last. */
  readonly #failures = new Map<string, Failure>();

  add({ records = 0, ...failure }: Omit<Failure, 'times' | 'records'> & { records?: number }): void {
    const key = JSON.stringify([
      failure.route,
      failure.target,
      failure.functionName,
      generalize(failure.reason),
    ]);
    const known = this.#failures.get(key);
    this.#failures.delete(key);
    this.#failures.set(key, {
      ...failure,
      times: (known?.times ?? 0) + 1,
      records: (known?.records ?? 0) + records,
    });
    const oldest = this.#failures.keys().next();
    if (this.#failures.size > KEPT && !oldest.done) this.#failures.delete(oldest.value);
  }

  all(): Failure[] {
    return [...this.#failures.values()].reverse();
  }
}

/** Ids of requests differ each time; the reason does not. */
function generalize(reason: string): string {
  return reason.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>');
}
