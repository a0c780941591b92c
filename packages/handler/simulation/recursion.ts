import type { ExecutionEnvironment } from './environments.ts';

/**
 * Lambda ends a chain in which a function was invoked about 16 times by the same original event: the message goes to the
 * dead-letter queue of its queue. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export const MOST_IN_CHAIN = 16;

/** Of what an environment sends: the SDK puts the trace of the invocation that runs into each message. */
export function lineageOf({ invocation }: Pick<ExecutionEnvironment, 'invocation'>): number {
  return invocation?.lineage ?? 0;
}
