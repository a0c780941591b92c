import type { InvocationResult } from '../../services/lambda/invocation.ts';

/**
 * The messages of a batch that a function failed, by id. The others are done.
 * What cannot be read as a partial batch response, or names a message that is empty, unknown or under another key,
 * fails the complete batch; nothing, an empty response, and an empty list or none are success.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedMessages(
  { payload, functionError }: InvocationResult,
  messageIds: readonly string[],
  reportsItemFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(messageIds);
  if (functionError !== undefined) return all;
  if (!reportsItemFailures) return new Set();

  const response = parse(payload);
  if (response === null) return new Set();
  if (typeof response !== 'object' || Array.isArray(response)) return all;
  const failures = 'batchItemFailures' in response ? response.batchItemFailures : null;
  if (failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const failed = new Set(
    failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier),
  );
  const known = [...failed].filter((id) => typeof id === 'string' && all.has(id));
  return known.length === failed.size ? new Set(messageIds.filter((id) => failed.has(id))) : all;
}

/** Undefined for what is no JSON. */
function parse(payload: string): unknown {
  // A function of some runtimes answers nothing at all.
  if (payload === '') return null;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
