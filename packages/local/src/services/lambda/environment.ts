import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DeployedFunction } from '../../assembly/deployed.ts';
import type { Credentials } from '../../iam/principal.ts';
import type { Invocation, InvocationResult } from './functions.ts';
import { RuntimeApi } from './runtime-api.ts';

/** What an execution environment is made from. */
export interface EnvironmentSettings
  extends Pick<
    DeployedFunction,
    'name' | 'region' | 'handler' | 'codeFolder' | 'environment' | 'memoryMB' | 'timeoutSeconds' | 'logGroup'
  > {
  /** Undefined for a function without a role here: it has no credentials then. */
  credentials: Required<Credentials> | undefined;
  /** The local AWS, for `AWS_ENDPOINT_URL`. */
  endpoint: string;
  onLog: (line: string) => void;
  /** Called with the process, to end it if this one is killed. */
  guard?: (child: ChildProcess) => void;
}

/** Lambda gives the code outside of the handler ten seconds. */
const INIT_TIMEOUT_MS = 10_000;

const rapidClient = fileURLToPath(new URL('./rapid-client.cjs', import.meta.url));
const runtimeClient = fileURLToPath(import.meta.resolve('aws-lambda-ric'));

/** One execution environment: a process with AWS's runtime client, which runs one invocation at a time. */
export class Environment {
  readonly #settings: EnvironmentSettings;
  readonly #api: RuntimeApi;
  readonly #ready = Promise.withResolvers<void>();
  /** Resolves with the reason once the process is gone. */
  readonly #gone = Promise.withResolvers<string>();
  #process: ChildProcess | undefined;
  #started: Promise<void> | undefined;
  #initError: string | undefined;

  constructor(settings: EnvironmentSettings) {
    this.#settings = settings;
    this.#api = new RuntimeApi({
      onReady: () => this.#ready.resolve(),
      // Between invocations nothing of it runs, as in Lambda; connections may break meanwhile.
      onIdle: () => void this.#process?.kill('SIGSTOP'),
      onInvocation: () => void this.#process?.kill('SIGCONT'),
      onInitError: (payload) => {
        this.#initError = payload;
      },
    });
  }

  get alive(): boolean {
    return (
      this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    );
  }

  /** Starts the process. What goes wrong in its init is the result of its first invocation. */
  start(): Promise<void> {
    this.#started ??= this.#spawn();
    return this.#started;
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const { timeoutSeconds } = this.#settings;
    const ended = this.#gone.promise.then(
      (reason) =>
        this.#initError ??
        failure(
          'Runtime.ExitError',
          `RequestId: ${invocation.requestId} Error: Runtime exited with error: ${reason}`,
        ),
    );

    const failedInit = await within(INIT_TIMEOUT_MS, Promise.race([this.#ready.promise, ended]), () =>
      failure('Sandbox.Timedout', `Init did not end within ${INIT_TIMEOUT_MS / 1000} seconds`),
    );
    if (failedInit !== undefined) return this.#fail(failedInit);

    const timeoutMs = timeoutSeconds * 1000;
    const run = this.#api.run(invocation, Date.now() + timeoutMs);
    const outcome = await within(timeoutMs, Promise.race([run, ended]), () =>
      failure(
        'Sandbox.Timedout',
        `RequestId: ${invocation.requestId} Error: Task timed out after ${timeoutSeconds}.00 seconds`,
      ),
    );
    return typeof outcome === 'string' ? this.#fail(outcome) : outcome;
  }

  /** Kills the process in the middle of an invocation. What ends sooner is killed before its result is taken. */
  async invokeUntilKilled(invocation: Invocation, ms: number): Promise<InvocationResult> {
    const run = this.invoke(invocation);
    // The init is none of the invocation, and may end in its own timeout.
    await Promise.race([this.#ready.promise, run]);
    const timer = new AbortController();
    await Promise.race([run, sleep(ms, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
    this.#process?.kill('SIGKILL');
    const reason = await this.#gone.promise;
    const message = `RequestId: ${invocation.requestId} Error: Runtime exited with error: ${reason}`;
    return this.#fail(failure('Runtime.ExitError', message));
  }

  /** Ends the process at once, as Lambda does. */
  async stop(): Promise<void> {
    // A process that is about to start would outlive this.
    await this.#started;
    this.#api.close();
    if (!this.alive) return;
    this.#process?.kill('SIGKILL');
    await this.#gone.promise;
  }

  async #spawn(): Promise<void> {
    const api = await this.#api.listen();
    const { memoryMB, codeFolder, onLog, guard } = this.#settings;
    const args = [`--max-old-space-size=${memoryMB}`, '--require', rapidClient, runtimeClient];
    const child = spawn(process.execPath, args, {
      cwd: codeFolder,
      env: variables(this.#settings, api),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    guard?.(child);
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLog);
    child.once('error', (error) => this.#gone.resolve(error.message));
    child.once('exit', (code, signal) => this.#gone.resolve(signal ?? `exit status ${code}`));
  }

  async #fail(payload: string): Promise<InvocationResult> {
    await this.stop();
    return { payload, functionError: 'Unhandled' };
  }
}

/** What Lambda sets, and nothing of the shell that the local AWS runs in. */
function variables(settings: EnvironmentSettings, api: string): Record<string, string> {
  const { name, region, credentials, handler, codeFolder, environment, memoryMB, logGroup, endpoint } =
    settings;
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    ...environment,
    ...(credentials !== undefined && {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    }),
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMB),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `${date}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    AWS_LAMBDA_RUNTIME_API: api,
    AWS_REGION: region,
    LAMBDA_TASK_ROOT: codeFolder,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
    _HANDLER: handler,
  };
}

function failure(errorType: string, errorMessage: string): string {
  return JSON.stringify({ errorType, errorMessage });
}

async function within<T, U>(ms: number, work: Promise<T>, onTimeout: () => U): Promise<T | U> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<U>((resolve) => {
    timer = setTimeout(() => resolve(onTimeout()), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
