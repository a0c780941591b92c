import { randomUUID } from 'node:crypto';

export type InvocationType = 'RequestResponse' | 'Event';

/** One invocation of a function: a call, or an event of the queue of asynchronous invocations. */
export interface Invocation {
  requestId: string;
  /** With the alias or version that was asked for. */
  invokedArn: string;
  invocationType: InvocationType;
  event: unknown;
  /** Trace headers of what caused it, e.g. of each message of a batch. Default: a chain of requests begins with it. */
  causes?: readonly string[];
  /** ARN of the queue whose messages it is for. */
  queueArn?: string;
  /** The trace header that the function gets. */
  traceHeader?: string;
}

/** A synchronous invocation of the function of an event source mapping with records. */
export function invocationWith(
  Records: readonly object[],
  { functionArn: invokedArn }: { functionArn: string },
): Invocation {
  return { requestId: randomUUID(), invokedArn, invocationType: 'RequestResponse', event: { Records } };
}

export interface InvocationResult {
  /** JSON text. */
  payload: string;
  /** `Unhandled` when the function failed; the payload is the error then. */
  functionError?: 'Unhandled';
}

/** A function's code, whatever runs it. */
export interface FunctionRuntime {
  /** @throws {AwsError} TooManyRequestsException when nothing is free to run it */
  invoke(invocation: Invocation): Promise<InvocationResult>;
  stop(): Promise<void>;
}
