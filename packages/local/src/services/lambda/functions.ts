import type { RecursiveLoop } from '../../assembly/deployed.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { createEventQueue, type LostEvent } from './event-queue.ts';
import type { FunctionRuntime, Invocation, InvocationResult } from './invocation.ts';
import { isStopped, recursionError, type StoppedInvocation } from './recursion.ts';
import { nextTrace } from './trace-header.ts';

/** All functions, by ARN; and the queue of asynchronous invocations. */
export interface Functions {
  /** @param arn with the alias or version, for a function that is known by that one */
  add(arn: string, runtime: FunctionRuntime, recursiveLoop?: RecursiveLoop): void;
  /** Takes no new invocation from now on. */
  remove(arn: string): void;
  has(arn: string): boolean;
  /** ARNs of all functions, with the aliases and versions that they are known by. */
  arns(): string[];
  /** @throws {AwsError} ResourceNotFoundException */
  find(arn: string): FunctionRuntime;
  /**
   * Runs a function and waits for its result.
   *
   * @throws {AwsError} RecursiveInvocationException when it is in a recursive loop
   */
  invoke(arn: string, invocation: Invocation): Promise<InvocationResult>;
  /** Queues an event; nobody waits for its outcome. An event of a recursive loop is dropped. */
  invokeLater(arn: string, invocation: Omit<Invocation, 'invocationType'>): void;
  stop(): Promise<void>;
}

/**
 * @param runsTwice whether an asynchronous event is run a second time, as Lambda's queue may do
 * @param onStopped called for each invocation that is stopped, since its function is in a recursive loop
 */
export function createFunctions(
  clock: Clock,
  onLost: (lost: LostEvent) => void,
  runsTwice: (arn: string) => boolean = () => false,
  onStopped: (stopped: StoppedInvocation) => void = () => {},
): Functions {
  const functions = new Map<string, { runtime: FunctionRuntime; recursiveLoop: RecursiveLoop }>();
  /** Runtimes of removed functions, which may still run an invocation. */
  const removed = new Set<FunctionRuntime>();
  const events = createEventQueue(clock, onLost);

  const find = (arn: string) => {
    const known = functions.get(arn);
    if (known === undefined)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    return known;
  };
  /** A function, and the trace header with which an invocation goes to it; no header for one that is stopped. */
  const trace = (arn: string, { requestId, causes = [], queueArn }: Omit<Invocation, 'invocationType'>) => {
    const { runtime, recursiveLoop } = find(arn);
    const { header, before } = nextTrace(causes, arn, clock.now());
    if (!isStopped(recursiveLoop, before)) return { runtime, traceHeader: header };
    onStopped({ functionArn: arn, requestId, queueArn });
    return { runtime, traceHeader: undefined };
  };

  return {
    add: (arn, runtime, recursiveLoop = 'Terminate') => void functions.set(arn, { runtime, recursiveLoop }),
    remove(arn) {
      const known = functions.get(arn);
      if (known === undefined) return;
      functions.delete(arn);
      removed.add(known.runtime);
    },
    has: (arn) => functions.has(arn),
    arns: () => [...functions.keys()],
    find: (arn) => find(arn).runtime,
    async invoke(arn, invocation) {
      const { runtime, traceHeader } = trace(arn, invocation);
      if (traceHeader === undefined) throw recursionError();
      return runtime.invoke({ ...invocation, traceHeader });
    },
    invokeLater(arn, invocation) {
      const { runtime, traceHeader } = trace(arn, invocation);
      if (traceHeader === undefined) return;
      const queued: Invocation = { ...invocation, invocationType: 'Event', traceHeader };
      events.add(runtime, queued);
      if (runsTwice(arn)) events.add(runtime, queued);
    },
    async stop() {
      events.stop();
      const known = Array.from(functions.values(), ({ runtime }) => runtime);
      const runtimes = new Set([...known, ...removed]);
      await Promise.allSettled([...runtimes].map((runtime) => runtime.stop()));
      await events.ended();
    },
  };
}
