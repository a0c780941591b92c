import type { FunctionName } from '@xacct/core';

/** A failure, and how often it happened in the same way. */
export interface Failure {
  /** Epoch ms when it last happened. */
  at: number;
  /** Undefined if it concerns no single route. */
  route?: string;
  /** The target's function; undefined if it concerns no single target. */
  target?: Pick<FunctionName, 'account' | 'qualifiedName'>;
  /** Name of the function whose own code failed. */
  functionName?: string;
  reason: string;
  times: number;
  /** How many records it concerned in total. */
  records: number;
}

const KEPT = 50;

export interface Failures {
  add(failure: Omit<Failure, 'times' | 'records'> & { records?: number }): void;
  /** The newest first. */
  all(): Failure[];
}

/** The last failures; one that happens again is kept once, with its count. */
export function createFailures(): Failures {
  /** By route, target and reason; the newest last. */
  const failures = new Map<string, Failure>();
  return {
    add({ records = 0, ...failure }) {
      const { route, target, functionName, reason } = failure;
      const key = JSON.stringify([route, target, functionName, generalize(reason)]);
      const known = failures.get(key);
      failures.delete(key);
      failures.set(key, {
        ...failure,
        times: (known?.times ?? 0) + 1,
        records: (known?.records ?? 0) + records,
      });
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
