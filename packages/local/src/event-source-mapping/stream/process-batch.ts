import type { DeployedMapping } from '../../assembly/deployed.ts';
import type { Clock } from '../../shared/clock.ts';
import type { BatchResult } from './batch-result.ts';
import { arrivalSecondsOf, type EventRecord } from './event-record.ts';

/** Throttled: the function was not invoked, and is asked again as long as the records are young enough. */
export type AttemptResult = BatchResult | { outcome: 'throttled' };

export type FailureCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface BatchDependencies {
  mapping: Pick<
    DeployedMapping,
    'maximumRetryAttempts' | 'maximumRecordAgeSeconds' | 'bisectBatchOnFunctionError'
  >;
  /** How long the stream keeps its records, where that is known: a mapping without a maximum age gives up then. */
  retentionSeconds?: number | undefined;
  invoke: (records: readonly EventRecord[]) => Promise<AttemptResult>;
  /** Gives records up, to the on-failure destination. */
  giveUp: (
    records: readonly EventRecord[],
    condition: FailureCondition,
    attempts: number,
    functionError?: 'Unhandled',
  ) => Promise<void>;
  clock: Clock;
  signal: AbortSignal;
}

interface Work {
  records: readonly EventRecord[];
  /** Invocations that failed so far and count as attempts. */
  attempts: number;
}

const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 10_000;
const THROTTLED_MS = 200;

/**
 * Brings a batch to its end: every record is taken by the function, or given up.
 * Splitting a batch does not count as a retry; only what fails again as it was does.
 */
export async function processBatch(
  records: readonly EventRecord[],
  dependencies: BatchDependencies,
): Promise<void> {
  const {
    mapping,
    retentionSeconds = Number.POSITIVE_INFINITY,
    invoke,
    giveUp,
    clock,
    signal,
  } = dependencies;
  const { maximumRecordAgeSeconds: set } = mapping;
  const maximumAgeSeconds = set === -1 ? retentionSeconds : Math.min(set, retentionSeconds);
  const pending: Work[] = [{ records, attempts: 0 }];

  for (let work = pending.shift(); work !== undefined; work = pending.shift()) {
    const { fresh, expired } = splitByAge(work.records, maximumAgeSeconds, clock.now());
    if (expired.length > 0) await giveUp(expired, 'RecordAgeExceeded', work.attempts);
    if (fresh.length === 0) continue;

    const { attempts: earlier } = work;
    const result = await invoke(fresh);
    if (result.outcome === 'success') continue;
    if (result.outcome === 'throttled') {
      await clock.sleep(THROTTLED_MS, signal);
      pending.unshift({ records: fresh, attempts: earlier });
      continue;
    }

    const split = mapping.bisectBatchOnFunctionError ? bisect(fresh, result) : undefined;
    if (split !== undefined) {
      pending.unshift(...split.map((part) => ({ records: part, attempts: earlier })));
      continue;
    }

    const remaining = result.outcome === 'partial' ? fresh.slice(result.failedFrom) : fresh;
    const attempts = earlier + 1;
    if (mapping.maximumRetryAttempts !== -1 && attempts > mapping.maximumRetryAttempts) {
      const functionError = result.outcome === 'error' ? result.functionError : undefined;
      await giveUp(remaining, 'RetryAttemptsExhausted', attempts, functionError);
      continue;
    }
    await clock.sleep(Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempts - 1)), signal);
    pending.unshift({ records: remaining, attempts });
  }
}

/** A reported record splits the batch before it, and what is before it is done; an error halves the batch. */
function bisect(records: readonly EventRecord[], result: BatchResult): readonly EventRecord[][] | undefined {
  if (result.outcome === 'partial')
    return result.failedFrom > 0 ? [records.slice(result.failedFrom)] : undefined;
  if (records.length === 1) return undefined;
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)];
}

function splitByAge(records: readonly EventRecord[], maximumAgeSeconds: number, nowMs: number) {
  const oldest = nowMs / 1000 - maximumAgeSeconds;
  const isFresh = (record: EventRecord) => arrivalSecondsOf(record) >= oldest;
  return { fresh: records.filter(isFresh), expired: records.filter((record) => !isFresh(record)) };
}
