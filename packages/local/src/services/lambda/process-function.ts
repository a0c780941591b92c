import { AwsError } from '../../shared/aws-error.ts';
import { createEnvironment, type Environment, type EnvironmentSettings } from './environment.ts';
import type { FunctionRuntime } from './invocation.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded';

/** Runs a function as Lambda does: one process for each invocation under way, kept for the next. */
export interface ProcessFunction extends FunctionRuntime {
  /** From now on an invocation gets an environment that starts after this; what runs may end in the one that it has. */
  renew(): Promise<void>;
}

export interface ProcessFunctionOptions {
  /** Settings of a new environment; asked for each, for credentials of its own. */
  settings: () => EnvironmentSettings;
  /** Maximum number of concurrent invocations. */
  concurrency: number;
  /** Asked for each invocation: when its process is killed, if it is. */
  killAfterMs: () => number | undefined;
  /** Whose limit `concurrency` is. Default: the account's. */
  throttleReason?: ThrottleReason;
}

export function createProcessFunction({
  settings,
  concurrency,
  killAfterMs,
  throttleReason: reason = 'ConcurrentInvocationLimitExceeded',
}: ProcessFunctionOptions): ProcessFunction {
  let idle: Environment[] = [];
  const all = new Set<Environment>();
  /** Those among all that take no other invocation. */
  const outdated = new WeakSet<Environment>();
  const stopAll = async (environments: Iterable<Environment>) => {
    await Promise.all(Array.from(environments, (environment) => environment.stop()));
  };

  const startEnvironment = async () => {
    if (all.size >= concurrency)
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { reason, retryAfterSeconds: 1 });
    const environment = createEnvironment(settings());
    all.add(environment);
    await environment.start();
    return environment;
  };

  return {
    async invoke(invocation) {
      const environment = idle.pop() ?? (await startEnvironment());
      const lifeMs = killAfterMs();
      const result =
        lifeMs === undefined
          ? await environment.invoke(invocation)
          : await environment.invokeUntilKilled(invocation, lifeMs);
      if (environment.alive && !outdated.has(environment)) {
        idle.push(environment);
      } else {
        all.delete(environment);
        await environment.stop();
      }
      return result;
    },
    renew() {
      const unused = idle;
      idle = [];
      for (const environment of all) outdated.add(environment);
      for (const environment of unused) all.delete(environment);
      return stopAll(unused);
    },
    stop: () => stopAll(all),
  };
}
