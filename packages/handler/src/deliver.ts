import { limits, type StoredRoute, type Target } from '@xacct/core';
import type { ByteBudget } from './byte-budget.ts';
import type { Invoke } from './invoke.ts';
import type { Log } from './log.ts';
import type { Chunk } from './pack.ts';
import type { RoleCredentialCache } from './role-credentials.ts';
import { checkTargetResponse, TargetFailure } from './target-response.ts';

export interface Batch {
  route: StoredRoute;
  /** Of each record, in the order of the batch. */
  sequenceNumbers: readonly string[];
  /** The batch in chunks within a limit of bytes. */
  pack: (limitBytes: number) => readonly Chunk[];
  /** Aborts when the time left is only enough to report. */
  signal: AbortSignal;
  requestId: string;
}

/** Index of the first record that the target does not have; undefined when it has them all. */
export type FailedFrom = number | undefined;

/** Sends a batch to one target, chunk by chunk in order, up to the first failure. Never rejects. */
export type Deliver = (batch: Batch, target: Target) => Promise<FailedFrom>;

export function createDeliver(options: {
  credentials: RoleCredentialCache;
  invoke: Invoke;
  budget: ByteBudget;
  log: Log;
}): Deliver {
  const { credentials, invoke, budget, log } = options;

  async function send(batch: Batch, target: Target, chunk: Chunk): Promise<void> {
    const role = { roleArn: target.roleArn, externalId: target.externalId, route: batch.route.name };
    const invocation = fitting(target, chunk);
    /** The budget may have been long in coming. */
    const invokeInTime: Invoke = async (request) => {
      batch.signal.throwIfAborted();
      return invoke(request);
    };
    const attempt = async () => {
      batch.signal.throwIfAborted();
      const held = await credentials.get(role);
      const { functionArn, region } = target;
      try {
        const request = { functionArn, region, invocation, chunk, credentials: held, signal: batch.signal };
        return await budget(chunk.payload.length, () => invokeInTime(request), chunk);
      } catch (error) {
        if (isAboutCredentials(error)) credentials.drop(role, held);
        throw error;
      }
    };
    const output = await unlessAborted(
      batch.signal,
      attempt().catch((error) => again(error, attempt)),
    );
    checkTargetResponse(output, chunk, batch.sequenceNumbers);
  }

  return async (batch, target) => {
    for (const chunk of batch.pack(limitOf(target))) {
      try {
        await send(batch, target, chunk);
      } catch (error) {
        const failedFrom = error instanceof TargetFailure ? error.failedFrom : chunk.first;
        log.error('A target did not take the batch', {
          requestId: batch.requestId,
          route: batch.route.name,
          target: target.functionArn,
          role: target.roleArn,
          error: error instanceof Error ? error.name : 'unknown',
          reason: error instanceof Error ? error.message : String(error),
          records: batch.sequenceNumbers.length,
          failed: batch.sequenceNumbers.length - failedFrom,
        });
        return failedFrom;
      }
    }
    return undefined;
  };
}

function limitOf({ invocation }: Target): number {
  const { eventPayloadBytes, requestResponsePayloadBytes } = limits.invoke;
  return invocation === 'event' ? eventPayloadBytes : requestResponsePayloadBytes;
}

/** A record too large for `event` goes `request-response`, alone in its chunk. */
function fitting({ invocation }: Target, chunk: Chunk): Target['invocation'] {
  return chunk.payload.length > limits.invoke.eventPayloadBytes ? 'request-response' : invocation;
}

/** One more try, with new credentials, when the service did not accept those at hand. */
function again<T>(error: unknown, attempt: () => Promise<T>): Promise<T> {
  if (isAboutCredentials(error)) return attempt();
  throw error;
}

/** Not all that an attempt waits for listens to the signal: an AssumeRole is shared with other batches. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

const CREDENTIAL_ERRORS = new Set([
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
]);

function isAboutCredentials(error: unknown): boolean {
  return error instanceof Error && CREDENTIAL_ERRORS.has(error.name);
}
