interface FailureOfTarget {
  /** Epoch ms or ISO 8601. */
  at: number | string;
  class: string;
  reason: string;
}

/** The later of two failures of a target. While the target is not called because of the earlier one, it is still that one. */
export function latestFailure<T extends FailureOfTarget>(before: T | undefined, next: T): T {
  if (before === undefined) return next;
  const [earlier, later] = before.at <= next.at ? [before, next] : [next, before];
  // The forwarder writes why it does not call a target.
  const follows = later.class === 'breaker-open' && general(later.reason).endsWith(general(earlier.reason));
  return follows ? { ...earlier, at: later.at } : later;
}

/** Reasons have counts and the IDs of requests, which differ each time. */
function general(reason: string): string {
  return reason.replaceAll(/[0-9a-f-]*\d[0-9a-f-]*/g, '#');
}
