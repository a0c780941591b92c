import type { Target } from '@xacct/core';
import type { Log } from '../invocation/log.ts';
import type { Failure } from './failure-class.ts';

/** Reports that targets did not take records: the first time at once, then once a minute with a count. */
export interface FailureLog {
  report(failed: FailedRecords): void;
  /** Writes what a minute has gathered. Called at the end of each invocation. */
  flush(): void;
}

export interface FailedRecords {
  requestId: string;
  route: string;
  target: Pick<Target, 'functionArn' | 'onFailure'>;
  failure: Failure;
  records: number;
}

interface Entry {
  last: FailedRecords;
  writtenAt: number;
  /** Since it was last written. */
  times: number;
  records: number;
}

const INTERVAL_MS = 60_000;

export function createFailureLog(options: { log: Log; now?: () => number }): FailureLog {
  const { log, now = Date.now } = options;
  const entries = new Map<string, Entry>();

  const write = (entry: Entry) => {
    const { requestId, route, target, failure } = entry.last;
    log.error('A target did not take records', {
      requestId,
      route,
      target: target.functionArn,
      class: failure.class,
      reason: failure.reason,
      records: entry.records,
      times: entry.times,
      onFailure: target.onFailure,
    });
    entry.writtenAt = now();
    entry.times = 0;
    entry.records = 0;
  };

  return {
    report(failed) {
      const { route, target, failure } = failed;
      // Reasons contain counts, which do not make it another failure.
      const reason = failure.reason.replaceAll(/\d+/g, '#');
      const key = JSON.stringify([route, target.functionArn, failure.class, reason]);
      const entry = entries.get(key) ?? {
        last: failed,
        writtenAt: Number.NEGATIVE_INFINITY,
        times: 0,
        records: 0,
      };
      entries.set(key, entry);
      entry.last = failed;
      entry.times += 1;
      entry.records += failed.records;
      if (now() - entry.writtenAt >= INTERVAL_MS) write(entry);
    },
    flush() {
      for (const [key, entry] of entries) {
        if (now() - entry.writtenAt < INTERVAL_MS) continue;
        if (entry.times > 0) write(entry);
        else entries.delete(key);
      }
    },
  };
}
