import type { Invocation, Target } from '@xacct/core';
import type { Invoke } from '../aws/invoke.ts';
import type { RoleCredentialCache } from '../aws/role-credentials.ts';
import type { Clock } from '../invocation/clock.ts';
import { type Deadline, DeadlineError } from '../invocation/deadline.ts';
import type { Chunk, Item } from '../records/pack.ts';
import { classifyFailure } from './failure-class.ts';
import type { FlightLimit } from './flight-limit.ts';
import type { CallEnd } from './pace.ts';
import { checkTargetResponse } from './target-response.ts';

export interface TargetCall {
  /** The route's name. */
  route: string;
  target: Target;
  /** Those of the shipment that the chunk is a part of. */
  items: readonly Item[];
  chunk: Chunk;
  invocation: Invocation;
  deadline: Deadline;
  /** Gets how long the call lasted, and how it ended. */
  onEnd: (ms: number, end: CallEnd) => void;
}

/** A call of a target's function, from its credentials to its answer. */
export interface CallUnderWay {
  /**
   * Resolves once the target has the chunk.
   *
   * @throws {TargetFailure} the function failed on its records
   * @throws {NoAnswerError} the function did not answer in time
   * @throws {AssumeRoleError} there are no credentials
   * @throws {DeadlineError} the time was over before the function was called
   */
  done: Promise<void>;
  /**
   * The batch goes on without it. A function that is called already may answer within its time, whatever becomes of the
   * invocation; one that is not will not be called.
   *
   * @returns epoch ms at which the call ends at the latest; undefined when the function was not called
   */
  leaveBehind(): number | undefined;
}

export type CallTarget = (call: TargetCall) => CallUnderWay;

export function createCallTarget(options: {
  credentials: RoleCredentialCache;
  invoke: Invoke;
  flight: FlightLimit;
  clock: Clock;
}): CallTarget {
  const { credentials, invoke, flight, clock } = options;

  return (call) => {
    const { route, target, items, chunk, invocation, deadline, onEnd } = call;
    const { functionArn, region, roleArn, externalId } = target;
    const role = { roleArn, externalId, route };
    let isLeft = false;
    let limit: TimeLimit | undefined;

    const run = async () => {
      deadline.send.throwIfAborted();
      const held = await unlessAborted(deadline.send, credentials.get(role));
      try {
        const output = await flight.run(chunk.bytes, async () => {
          // The room may have been long in coming.
          deadline.send.throwIfAborted();
          if (deadline.msToSend() < Math.min(LEAST_MS, deadline.totalMs / 10))
            throw new DeadlineError('Too little time is left for a call');
          if (isLeft) throw new DeadlineError('The batch went on before the function was called');
          const payload = chunk.payload();
          const startedAt = clock.now();
          limit = timeLimit(call, clock);
          const { signal, clear } = limit;
          let end: CallEnd = 'failed';
          try {
            const answer = await invoke({
              functionArn,
              region,
              invocation,
              payload,
              credentials: held,
              signal,
            });
            if (answer.functionError === undefined) end = 'answered';
            return answer;
          } catch (error) {
            if (!signal.aborted) throw error;
            end = 'no-answer';
            throw new NoAnswerError(noAnswer(signal.reason), error);
          } finally {
            clear();
            onEnd(clock.now() - startedAt, end);
          }
        });
        checkTargetResponse(output, chunk, items);
      } catch (error) {
        if (classifyFailure(error).class === 'credentials') credentials.drop(role, held);
        throw error;
      }
    };

    return {
      done: run(),
      leaveBehind() {
        isLeft = true;
        return limit?.leaveInvocation();
      },
    };
  };
}

/** A call that is begun with less time than this would mostly be cut off. */
const LEAST_MS = 1_000;

interface TimeLimit {
  /** Aborts when the invocation has no more time to send, or the function no more time to answer. */
  signal: AbortSignal;
  /** From now on only the function's own time counts. Returns when that ends, epoch ms. */
  leaveInvocation(): number;
  clear(): void;
}

function timeLimit({ target, invocation, deadline }: TargetCall, clock: Clock): TimeLimit {
  const { timeoutSeconds } = target;
  const controller = new AbortController();
  const ofInvocation = () => controller.abort(deadline.send.reason);
  deadline.send.addEventListener('abort', ofInvocation);
  const ownMs = timeoutSeconds === undefined || invocation === 'event' ? undefined : timeoutSeconds * 1000;
  const endsAt = clock.now() + (ownMs ?? deadline.msToSend());
  let clearTimer = () => {};
  const endAt = (time: number, reason: string) => {
    clearTimer();
    clearTimer = clock.after(time - clock.now(), () => controller.abort(new FunctionTimeoutError(reason)));
  };
  const reason = `The function did not answer within ${timeoutSeconds} s, its timeoutSeconds`;
  if (ownMs !== undefined) endAt(endsAt, reason);
  return {
    signal: controller.signal,
    leaveInvocation() {
      deadline.send.removeEventListener('abort', ofInvocation);
      endAt(endsAt, ownMs === undefined ? TOO_LATE : reason);
      return endsAt;
    },
    clear() {
      deadline.send.removeEventListener('abort', ofInvocation);
      clearTimer();
    },
  };
}

class FunctionTimeoutError extends Error {}

const TOO_LATE = 'The time of the invocation was over before the target had answered';

function noAnswer(reason: unknown): string {
  return reason instanceof FunctionTimeoutError ? reason.message : TOO_LATE;
}

/** The call was ended before the function had answered; it may yet succeed. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

/** An AssumeRole is shared with other batches, so it does not end with the signal of one. */
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
