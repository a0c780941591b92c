import { isObject } from '@xacct/core';
import type { InvocationResult } from '../../services/lambda/invocation.ts';
import { parseJson } from '../../shared/parse-json.ts';

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

  // A function of some runtimes answers nothing at all.
  const response = payload === '' ? null : parseJson(payload);
  if (response === null) return new Set();
  if (!isObject(response)) return all;
  const { batchItemFailures: failures = null } = response;
  if (failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const failed = new Set(
    failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier),
  );
  const known = [...failed].filter((id) => typeof id === 'string' && all.has(id));
  return known.length === failed.size ? new Set(messageIds.filter((id) => failed.has(id))) : all;
}
