import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import type { Chunk } from './pack.ts';

/** The target's function ran and failed, or reported records of the chunk as failed. */
export class TargetFailure extends Error {
  override readonly name = 'TargetFailure';
  /** Index in the batch of the lowest record that the target did not take. */
  readonly failedFrom: number;

  constructor(message: string, failedFrom: number) {
    super(message);
    this.failedFrom = failedFrom;
  }
}

/**
 * Reads what a target answered as Lambda would read it from a function subscribed to the stream.
 *
 * @param sequenceNumbers of the whole batch, in order
 * @throws {TargetFailure}
 */
export function checkTargetResponse(
  output: InvokeCommandOutput,
  chunk: Chunk,
  sequenceNumbers: readonly string[],
): void {
  const text = output.Payload?.transformToString() ?? '';
  if (output.FunctionError !== undefined) {
    const { errorType } = parse(text) as { errorType?: unknown };
    const type = typeof errorType === 'string' ? ` of type ${errorType}` : '';
    throw new TargetFailure(
      `The function failed with an error${type} (${output.FunctionError})`,
      chunk.first,
    );
  }

  const { batchItemFailures } = parse(text) as { batchItemFailures?: unknown };
  if (!Array.isArray(batchItemFailures) || batchItemFailures.length === 0) return;
  const indexes = batchItemFailures.map((failure: { itemIdentifier?: unknown } | null) => {
    const identifier = failure?.itemIdentifier;
    return typeof identifier === 'string' ? sequenceNumbers.indexOf(identifier, chunk.first) : -1;
  });
  // As in an event source mapping, one identifier that is not in the chunk fails the whole of it.
  const allKnown = indexes.every((index) => index >= chunk.first && index < chunk.first + chunk.count);
  const failedFrom = allKnown ? Math.min(...indexes) : chunk.first;
  throw new TargetFailure(
    `The function reported ${indexes.length} of ${chunk.count} records as failed`,
    failedFrom,
  );
}

function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
