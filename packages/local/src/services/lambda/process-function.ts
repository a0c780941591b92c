import { AwsError } from '../../shared/aws-error.ts';
import { Environment, type EnvironmentSettings } from './environment.ts';
import type { FunctionRuntime, Invocation, InvocationResult } from './functions.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded';

export interface Conditions {
  /** Asked for each invocation: when its process is killed, if it is. */
  killAfterMs?: (() => number | undefined) | undefined;
  /** Whose limit `concurrency` is. Default: the account's. */
  throttleReason?: ThrottleReason;
}

/** Runs a function as Lambda does: one process for each invocation under way, kept for the next. */
export class ProcessFunction implements FunctionRuntime {
  readonly #settings: () => EnvironmentSettings;
  readonly #concurrency: number;
  readonly #killAfterMs: () => number | undefined;
  #idle: Environment[] = [];
  readonly #all = new Set<Environment>();
  /** Those among all that take no other invocation. */
  readonly #outdated = new WeakSet<Environment>();
  readonly #throttleReason: ThrottleReason;

  /**
   * @param settings of a new environment; asked for each, for credentials of its own
   * @param concurrency invocations under way at the most
   * @param conditions that a function may be under
   */
  constructor(
    settings: () => EnvironmentSettings,
    concurrency: number,
    { killAfterMs = () => undefined, throttleReason = 'ConcurrentInvocationLimitExceeded' }: Conditions = {},
  ) {
    this.#settings = settings;
    this.#concurrency = concurrency;
    this.#killAfterMs = killAfterMs;
    this.#throttleReason = throttleReason;
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const environment = this.#idle.pop() ?? (await this.#startEnvironment());
    const killAfterMs = this.#killAfterMs();
    const result =
      killAfterMs === undefined
        ? await environment.invoke(invocation)
        : await environment.invokeUntilKilled(invocation, killAfterMs);
    if (environment.alive && !this.#outdated.has(environment)) {
      this.#idle.push(environment);
    } else {
      this.#all.delete(environment);
      await environment.stop();
    }
    return result;
  }

  /** From now on an invocation gets an environment that starts after this; what runs may end in the one that it has. */
  async renew(): Promise<void> {
    const idle = this.#idle;
    this.#idle = [];
    for (const environment of this.#all) this.#outdated.add(environment);
    for (const environment of idle) this.#all.delete(environment);
    await Promise.all(idle.map((environment) => environment.stop()));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#all].map((environment) => environment.stop()));
  }

  async #startEnvironment(): Promise<Environment> {
    if (this.#all.size >= this.#concurrency) {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        reason: this.#throttleReason,
        retryAfterSeconds: 1,
      });
    }
    const environment = new Environment(this.#settings());
    this.#all.add(environment);
    await environment.start();
    return environment;
  }
}
