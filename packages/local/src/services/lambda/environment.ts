import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DeployedFunction } from '../../assembly/deployed.ts';
import type { Credentials } from '../../iam/principal.ts';
import type { Invocation, InvocationResult } from './invocation.ts';
import { createRuntimeApi } from './runtime-api.ts';

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
  onLog: (line: string, logStream: string) => void;
  /** Called with the process, to end it if this one is killed. */
  guard?: (child: ChildProcess) => void;
}

/** Lambda gives the code outside of the handler ten seconds. */
const INIT_TIMEOUT_MS = 10_000;

const rapidClient = fileURLToPath(new URL('./rapid-client.cjs', import.meta.url));
const runtimeClient = fileURLToPath(import.meta.resolve('aws-lambda-ric'));

/** One execution environment: a process with AWS's runtime client, which runs one invocation at a time. */
export interface Environment {
  readonly alive: boolean;
  /** Starts the process. What goes wrong in its init is the result of its first invocation. */
  start(): Promise<void>;
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /** Kills the process in the middle of an invocation. What ends sooner is killed before its result is taken. */
  invokeUntilKilled(invocation: Invocation, ms: number): Promise<InvocationResult>;
  /** Ends the process at once, as Lambda does. */
  stop(): Promise<void>;
}

export function createEnvironment(settings: EnvironmentSettings): Environment {
  const { timeoutSeconds } = settings;
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${date}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
  const ready = Promise.withResolvers<void>();
  /** Resolves with the reason once the process is gone. */
  const gone = Promise.withResolvers<string>();
  let child: ChildProcess | undefined;
  let started: Promise<void> | undefined;
  let initError: string | undefined;
  const api = createRuntimeApi({
    onReady: () => ready.resolve(),
    // Between invocations nothing of it runs, as in Lambda; connections may break meanwhile.
    onIdle: () => void child?.kill('SIGSTOP'),
    onInvocation: () => void child?.kill('SIGCONT'),
    onInitError: (payload) => {
      initError = payload;
    },
  });

  const startProcess = async () => {
    const address = await api.listen();
    const { memoryMB, codeFolder, onLog, guard } = settings;
    const args = [`--max-old-space-size=${memoryMB}`, '--require', rapidClient, runtimeClient];
    const spawned = spawn(process.execPath, args, {
      cwd: codeFolder,
      env: variables(settings, address, logStream),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = spawned;
    guard?.(spawned);
    for (const input of [spawned.stdout, spawned.stderr])
      createInterface({ input }).on('line', (line) => onLog(line, logStream));
    spawned.once('error', (error) => gone.resolve(error.message));
    spawned.once('exit', (code, signal) => gone.resolve(signal ?? `exit status ${code}`));
  };
  const exitError = ({ requestId }: Invocation, reason: string) =>
    failure('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: ${reason}`);
  const fail = async (payload: string): Promise<InvocationResult> => {
    await environment.stop();
    return { payload, functionError: 'Unhandled' };
  };

  const environment: Environment = {
    get alive() {
      return child !== undefined && child.exitCode === null && child.signalCode === null;
    },
    start() {
      started ??= startProcess();
      return started;
    },
    async invoke(invocation) {
      const ended = gone.promise.then((reason) => initError ?? exitError(invocation, reason));
      const failedInit = await within(INIT_TIMEOUT_MS, Promise.race([ready.promise, ended]), () =>
        failure('Sandbox.Timedout', `Init did not end within ${INIT_TIMEOUT_MS / 1000} seconds`),
      );
      if (failedInit !== undefined) return fail(failedInit);

      const timeoutMs = timeoutSeconds * 1000;
      const run = api.run(invocation, Date.now() + timeoutMs);
      const outcome = await within(timeoutMs, Promise.race([run, ended]), () =>
        failure(
          'Sandbox.Timedout',
          `RequestId: ${invocation.requestId} Error: Task timed out after ${timeoutSeconds}.00 seconds`,
        ),
      );
      return typeof outcome === 'string' ? fail(outcome) : outcome;
    },
    async invokeUntilKilled(invocation, ms) {
      const run = environment.invoke(invocation);
      // The init is none of the invocation, and may end in its own timeout.
      await Promise.race([ready.promise, run]);
      await within(ms, run, () => {});
      child?.kill('SIGKILL');
      return fail(exitError(invocation, await gone.promise));
    },
    async stop() {
      // A process that is about to start would outlive this.
      await started;
      api.close();
      if (!environment.alive) return;
      child?.kill('SIGKILL');
      await gone.promise;
    },
  };
  return environment;
}

/** What Lambda sets, and nothing of the shell that the local AWS runs in. */
function variables(settings: EnvironmentSettings, api: string, logStream: string): Record<string, string> {
  const { name, region, credentials, handler, codeFolder, environment, memoryMB, logGroup, endpoint } =
    settings;
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
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
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

function within<T, U>(ms: number, work: Promise<T>, onTimeout: () => U): Promise<T | U> {
  const timeout = Promise.withResolvers<U>();
  const timer = setTimeout(() => timeout.resolve(onTimeout()), ms);
  return Promise.race([work, timeout.promise]).finally(() => clearTimeout(timer));
}
