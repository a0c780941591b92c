import { stopSignal } from '../abort.ts';
import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';

export type InvocationType = 'RequestResponse' | 'Event';

export interface Invocation {
  requestId: string;
  /** With the alias or version that was asked for. */
  invokedArn: string;
  invocationType: InvocationType;
  event: unknown;
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

/** An event that the target's function did not take in the end. */
export interface LostEvent {
  invocation: Invocation;
  condition: 'RetriesExhausted' | 'EventAgeExceeded';
  /** Times that the function ran. */
  attempts: number;
  /** What came of the last one. */
  reason: string;
}

export function describeLost({ invocation, condition, attempts, reason }: LostEvent): string {
  const { invokedArn, requestId } = invocation;
  const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return `${invokedArn} did not take event ${requestId} in ${times} (${condition}): ${reason}`;
}

/**
 * A function that fails gets an asynchronous event again a minute after the first failure and two after the second.
 * One that cannot run now is asked again after a second, and then later and later, up to five minutes; for six hours.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const ASYNC_RETRY_WAITS_MS = [60_000, 120_000];
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 300_000;
const EVENT_AGE_MS = 6 * 3_600_000;

/** All functions, by ARN; and the queue of asynchronous invocations. */
export class Functions {
  readonly #runtimes = new Map<string, FunctionRuntime>();
  /** Of functions that were removed, which may still run an invocation. */
  readonly #removed = new Set<FunctionRuntime>();
  readonly #clock: Clock;
  readonly #onLost: (lost: LostEvent) => void;
  readonly #runsTwice: (arn: string) => boolean;
  readonly #stopped = stopSignal();
  readonly #queued = new Set<Promise<void>>();

  /** @param runsTwice whether an asynchronous event is run a second time, as Lambda's queue may do */
  constructor(
    clock: Clock,
    onLost: (lost: LostEvent) => void,
    runsTwice: (arn: string) => boolean = () => false,
  ) {
    this.#clock = clock;
    this.#onLost = onLost;
    this.#runsTwice = runsTwice;
  }

  /** @param arn with the alias or version, for a function that is known by that one */
  add(arn: string, runtime: FunctionRuntime): void {
    this.#runtimes.set(arn, runtime);
  }

  /** Takes no new invocation from now on. */
  remove(arn: string): void {
    const runtime = this.#runtimes.get(arn);
    if (runtime === undefined) return;
    this.#runtimes.delete(arn);
    this.#removed.add(runtime);
  }

  has(arn: string): boolean {
    return this.#runtimes.has(arn);
  }

  /** @throws {AwsError} ResourceNotFoundException */
  find(arn: string): FunctionRuntime {
    const runtime = this.#runtimes.get(arn);
    if (runtime === undefined)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    return runtime;
  }

  /** Runs a function and waits for its result. */
  async invoke(arn: string, invocation: Invocation): Promise<InvocationResult> {
    return this.find(arn).invoke(invocation);
  }

  /** Queues an event; its outcome is the function's own affair. */
  invokeLater(arn: string, invocation: Omit<Invocation, 'invocationType'>): void {
    const runtime = this.find(arn);
    const queued: Invocation = { ...invocation, invocationType: 'Event' };
    this.#enqueue(runtime, queued);
    if (this.#runsTwice(arn)) this.#enqueue(runtime, queued);
  }

  #enqueue(runtime: FunctionRuntime, queued: Invocation): void {
    const work = this.#runQueued(runtime, queued)
      .catch(() => {})
      .finally(() => this.#queued.delete(work));
    this.#queued.add(work);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    const runtimes = new Set([...this.#runtimes.values(), ...this.#removed]);
    await Promise.allSettled([...runtimes].map((runtime) => runtime.stop()));
    await Promise.all(this.#queued);
  }

  /** Rejects only when everything stops. */
  async #runQueued(runtime: FunctionRuntime, invocation: Invocation): Promise<void> {
    const { signal } = this.#stopped;
    const expiresAt = this.#clock.now() + EVENT_AGE_MS;
    const waitsMs = [...ASYNC_RETRY_WAITS_MS];
    let attempts = 0;
    let backoffMs = FIRST_BACKOFF_MS;
    let waitMs: number | undefined = 0;
    let reason = '';
    while (waitMs !== undefined) {
      await this.#clock.sleep(waitMs, signal);
      if (this.#clock.now() >= expiresAt) {
        this.#onLost({ invocation, condition: 'EventAgeExceeded', attempts, reason });
        return;
      }
      try {
        const { payload, functionError } = await runtime.invoke(invocation);
        if (functionError === undefined) return;
        attempts += 1;
        reason = payload;
        waitMs = waitsMs.shift();
      } catch (error) {
        signal.throwIfAborted();
        reason = String(error);
        waitMs = backoffMs;
        backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      }
    }
    this.#onLost({ invocation, condition: 'RetriesExhausted', attempts, reason });
  }
}
