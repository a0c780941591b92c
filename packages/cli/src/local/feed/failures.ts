import type { Failure } from '../../monitor/status.ts';

const KEPT = 50;

export interface NewFailure {
  /** Epoch ms. */
  at: number;
  route?: string | undefined;
  target?: string | undefined;
  functionName?: string | undefined;
  reason: string;
}

export interface Failures {
  add(failure: NewFailure): void;
  /** The newest first. */
  all(): Failure[];
}

/** The last failures; one that happens again is kept once, with its count. */
export function createFailures(): Failures {
  /** By place and reason; the newest last. */
  const failures = new Map<string, Failure>();
  return {
    add({ at, reason, ...where }) {
      const place = {
        route: where.route ?? null,
        target: where.target ?? null,
        functionName: where.functionName ?? null,
      };
      const key = JSON.stringify([place, generalize(reason)]);
      const times = (failures.get(key)?.times ?? 0) + 1;
      failures.delete(key);
      failures.set(key, { at: new Date(at).toISOString(), ...place, reason, times });
      const oldest = failures.keys().next();
      if (failures.size > KEPT && !oldest.done) failures.delete(oldest.value);
    },
    all: () => [...failures.values()].reverse(),
  };
}

/** The IDs of requests differ each time; the reason does not. */
function generalize(reason: string): string {
  return reason.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>');
}
