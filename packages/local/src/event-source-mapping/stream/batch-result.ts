import type { InvocationResult } from '../../services/lambda/invocation.ts';
import { parseJson } from '../../shared/parse-json.ts';

/** What a function's answer means for its batch. */
export type BatchResult =
  | { outcome: 'success' }
  /** The complete batch failed: the function did, or its report cannot be read. */
  | { outcome: 'error'; error: string; functionError?: 'Unhandled' }
  /** It reported records; everything from index `failedFrom` on is read again. */
  | { outcome: 'partial'; failedFrom: number };

/**
 * Reads a partial batch response. Of the reported sequence numbers the lowest counts;
 * an identifier that is empty, unknown or in another key fails the complete batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function readBatchResult(
  { payload, functionError }: InvocationResult,
  sequenceNumbers: readonly string[],
  reportsItemFailures: boolean,
): BatchResult {
  if (functionError !== undefined) return { outcome: 'error', error: payload, functionError };
  if (!reportsItemFailures) return { outcome: 'success' };

  const response = parseJson(payload);
  if (response === null || response === undefined) return { outcome: 'success' };
  const failures = (response as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return { outcome: 'success' };
  if (!Array.isArray(failures)) return { outcome: 'error', error: 'batchItemFailures is not a list' };
  if (failures.length === 0) return { outcome: 'success' };

  const indexes = failures.map((failure: { itemIdentifier?: unknown } | null) => {
    return sequenceNumbers.indexOf(String(failure?.itemIdentifier ?? ''));
  });
  if (indexes.includes(-1))
    return { outcome: 'error', error: 'batchItemFailures names a record that is not in the batch' };
  return { outcome: 'partial', failedFrom: Math.min(...indexes) };
}
