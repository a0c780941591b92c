import { AwsError } from '../aws-error.ts';
import { Environment, type EnvironmentSettings } from './environment.ts';
import type { FunctionRuntime, Invocation, InvocationResult } from './functions.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded';

/** Runs a function as Lambda does: one process for each invocation under way, kept for the next. */
export class ProcessFunction implements FunctionRuntime {
  readonly #settings: () => EnvironmentSettings;
  readonly #concurrency: number;
  readonly #idle: Environment[] = [];
  readonly #all = new Set<Environment>();

  readonly #throttleReason: ThrottleReason;

  /**
   * @param settings of a new environment; asked for each, for credentials of its own
   * @param concurrency invocations under way at the most
   */
  constructor(
    settings: () => EnvironmentSettings,
    concurrency: number,
    throttleReason: ThrottleReason = 'ConcurrentInvocationLimitExceeded',
  ) {
    this.#throttleReason = throttleReason;
    this.#settings = settings;
    this.#concurrency = concurrency;
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const environment = this.#idle.pop() ?? (await this.#startEnvironment());
    const result = await environment.invoke(invocation);
    if (environment.alive) {
      this.#idle.push(environment);
    } else {
      this.#all.delete(environment);
      await environment.stop();
    }
    return result;
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
