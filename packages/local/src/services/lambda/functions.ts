import type { RecursiveLoop } from '../../assembly/deployed.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { EventQueue, type LostEvent } from './event-queue.ts';
import type { FunctionRuntime, Invocation, InvocationResult } from './invocation.ts';
import { isStopped, recursionError, type StoppedInvocation } from './recursion.ts';
import { nextTrace } from './trace-header.ts';

export type { FunctionRuntime, Invocation, InvocationResult, InvocationType } from './invocation.ts';

interface KnownFunction {
  runtime: FunctionRuntime;
  recursiveLoop: RecursiveLoop;
}

/** All functions, by ARN; and the queue of asynchronous invocations. */
export class Functions {
  readonly #functions = new Map<string, KnownFunction>();
  /** Runtimes of removed functions, which may still run an invocation. */
  readonly #removed = new Set<FunctionRuntime>();
  readonly #clock: Clock;
  readonly #events: EventQueue;
  readonly #runsTwice: (arn: string) => boolean;
  readonly #onStopped: (stopped: StoppedInvocation) => void;

  /**
   * @param runsTwice whether an asynchronous event is run a second time, as Lambda's queue may do
   * @param onStopped called for each invocation that is stopped, since its function is in a recursive loop
   */
  constructor(
    clock: Clock,
    onLost: (lost: LostEvent) => void,
    runsTwice: (arn: string) => boolean = () => false,
    onStopped: (stopped: StoppedInvocation) => void = () => {},
  ) {
    this.#clock = clock;
    this.#events = new EventQueue(clock, onLost);
    this.#runsTwice = runsTwice;
    this.#onStopped = onStopped;
  }

  /** @param arn with the alias or version, for a function that is known by that one */
  add(arn: string, runtime: FunctionRuntime, recursiveLoop: RecursiveLoop = 'Terminate'): void {
    this.#functions.set(arn, { runtime, recursiveLoop });
  }

  /** Takes no new invocation from now on. */
  remove(arn: string): void {
    const known = this.#functions.get(arn);
    if (known === undefined) return;
    this.#functions.delete(arn);
    this.#removed.add(known.runtime);
  }

  has(arn: string): boolean {
    return this.#functions.has(arn);
  }

  /** @throws {AwsError} ResourceNotFoundException */
  find(arn: string): FunctionRuntime {
    return this.#find(arn).runtime;
  }

  /**
   * Runs a function and waits for its result.
   *
   * @throws {AwsError} RecursiveInvocationException when it is in a recursive loop
   */
  async invoke(arn: string, invocation: Invocation): Promise<InvocationResult> {
    const { runtime } = this.#find(arn);
    const traceHeader = this.#trace(arn, invocation);
    if (traceHeader === undefined) throw recursionError();
    return runtime.invoke({ ...invocation, traceHeader });
  }

  /** Queues an event; nobody waits for its outcome. An event of a recursive loop is dropped. */
  invokeLater(arn: string, invocation: Omit<Invocation, 'invocationType'>): void {
    const { runtime } = this.#find(arn);
    const traceHeader = this.#trace(arn, invocation);
    if (traceHeader === undefined) return;
    const queued: Invocation = { ...invocation, invocationType: 'Event', traceHeader };
    this.#events.add(runtime, queued);
    if (this.#runsTwice(arn)) this.#events.add(runtime, queued);
  }

  #find(arn: string): KnownFunction {
    const known = this.#functions.get(arn);
    if (known === undefined)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    return known;
  }

  /** The trace header with which an invocation goes to its function; undefined for one that is stopped. */
  #trace(arn: string, invocation: Omit<Invocation, 'invocationType'>): string | undefined {
    const { requestId, causes = [], queueArn } = invocation;
    const { header, before } = nextTrace(causes, arn, this.#clock.now());
    if (!isStopped(this.#find(arn).recursiveLoop, before)) return header;
    this.#onStopped({ functionArn: arn, requestId, queueArn });
    return undefined;
  }

  async stop(): Promise<void> {
    this.#events.stop();
    const known = Array.from(this.#functions.values(), ({ runtime }) => runtime);
    const runtimes = new Set([...known, ...this.#removed]);
    await Promise.allSettled([...runtimes].map((runtime) => runtime.stop()));
    await this.#events.ended();
  }
}
