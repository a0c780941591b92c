import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EnvironmentSettings } from '../../../src/services/lambda/environment.ts';
import {
  createProcessFunction,
  type ProcessFunction,
} from '../../../src/services/lambda/process-function.ts';
import { childProcesses, invocation, temporaryFolder } from '../../factories.ts';

let folder: string;
let functions: ProcessFunction[];
let log: string[];

beforeEach(async () => {
  functions = [];
  log = [];
  const temporary = await temporaryFolder();
  folder = temporary.folder;
  return async () => {
    await Promise.all(functions.map((running) => running.stop()));
    await temporary.remove();
  };
});

afterEach(() => {
  vi.unstubAllEnvs();
});

interface FunctionParts extends Partial<EnvironmentSettings> {
  concurrency?: number;
  killAfterMs?: () => number | undefined;
}

/** A function with this code, run by processes. */
async function processFunction(
  code: string,
  { concurrency = 10, killAfterMs = () => undefined, ...settings }: FunctionParts = {},
) {
  const codeFolder = join(folder, String(functions.length));
  await mkdir(codeFolder);
  await writeFile(join(codeFolder, 'index.js'), code);
  const all = {
    name: 'reader',
    region: 'us-west-2',
    credentials: undefined,
    handler: 'index.handler',
    codeFolder,
    environment: {},
    memoryMB: 256,
    timeoutSeconds: 20,
    logGroup: '/aws/lambda/reader',
    endpoint: 'http://127.0.0.1:4566',
    onLog: (line: string) => log.push(line),
    ...settings,
  };
  const created = createProcessFunction({ settings: () => all, concurrency, killAfterMs });
  functions.push(created);
  return created;
}

const RETURN_PID = 'exports.handler = async () => process.pid';

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function pidOf(run: ProcessFunction): Promise<number> {
  const { payload } = await run.invoke(invocation());
  return JSON.parse(payload);
}

describe('createProcessFunction', () => {
  test.each([
    ['in the middle', 'await new Promise((done) => setTimeout(done, 60_000))', 0],
    ['at its end at the latest, and its result with it', 'return 1', 60_000],
  ])('kills the process of an invocation that is to be killed, %s', async (_, code, ms) => {
    const fates = [ms, undefined];
    const source = `exports.handler = async ({ kill }) => { if (kill) ${code}; return process.pid; }`;
    const run = await processFunction(source, { killAfterMs: () => fates.shift() });
    const killed = await run.invoke(invocation({ event: { kill: true } }));
    expect(killed.functionError).toBe('Unhandled');
    expect(JSON.parse(killed.payload)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: .* Error: Runtime exited with error: SIGKILL$/),
    });
    const pid = await pidOf(run);
    expect(isRunning(pid)).toBe(true);
    expect(childProcesses()).toBe(1);
  });

  test('answers what the handler returns for the event', async () => {
    const run = await processFunction('exports.handler = async (event) => ({ got: event.n + 1 })');
    const result = await run.invoke(invocation({ event: { n: 1 } }));
    expect(result).toEqual({ payload: '{"got":2}' });
  });

  test('runs nothing between invocations', async () => {
    const source = 'let ticks = 0; setInterval(() => ticks++, 1); exports.handler = async () => ticks';
    const run = await processFunction(source);
    const ticks = async () => JSON.parse((await run.invoke(invocation())).payload) as number;
    await ticks();
    const before = await ticks();
    // As many turns of a clock here as there would be there.
    for (let turn = 0; turn < 300; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    expect((await ticks()) - before).toBeLessThan(100);
  });

  test('gives the handler its request id, the invoked ARN, and the remaining time', async () => {
    const run = await processFunction(
      `exports.handler = async (event, context) => ({
         id: context.awsRequestId,
         arn: context.invokedFunctionArn,
         left: context.getRemainingTimeInMillis() > 10_000 && context.getRemainingTimeInMillis() <= 20_000,
       })`,
    );
    const invokedArn = 'arn:aws:lambda:us-west-2:999999999999:function:reader:live';
    const { payload } = await run.invoke(invocation({ requestId: 'id-1', invokedArn }));
    expect(JSON.parse(payload)).toEqual({ id: 'id-1', arn: invokedArn, left: true });
  });

  test('gives the runtime the trace header of each invocation, for the SDK to send on', async () => {
    const run = await processFunction('exports.handler = async () => process.env._X_AMZN_TRACE_ID ?? null');
    for (const traceHeader of ['Root=1-a;Lineage=1:a87bd80c:0', 'Root=1-b;Lineage=2:a87bd80c:0'])
      expect(JSON.parse((await run.invoke(invocation({ traceHeader }))).payload)).toBe(traceHeader);
    expect(JSON.parse((await run.invoke(invocation())).payload)).toBeNull();
  });

  test('gives the process what Lambda sets, the function variables, and nothing else', async () => {
    vi.stubEnv('TEST_MARKER', 'of the test');
    vi.stubEnv('NODE_OPTIONS', '--no-warnings');
    vi.stubEnv('AWS_PROFILE', 'of the test');
    const run = await processFunction('exports.handler = async () => process.env', {
      credentials: { accessKeyId: 'ASIA1', secretAccessKey: 'secret', sessionToken: 'token', expiresAt: 0 },
      environment: { PARAMETER_PREFIX: '/xacct/default', AWS_REGION: 'eu-west-1' },
    });
    const { payload } = await run.invoke(invocation());
    expect(JSON.parse(payload)).toEqual({
      AWS_ACCESS_KEY_ID: 'ASIA1',
      AWS_DEFAULT_REGION: 'us-west-2',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_NAME: 'reader',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/reader',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      AWS_REGION: 'us-west-2',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      LAMBDA_TASK_ROOT: join(folder, '0'),
      LANG: 'en_US.UTF-8',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      TZ: ':UTC',
      PARAMETER_PREFIX: '/xacct/default',
      _HANDLER: 'index.handler',
    });
  });

  test('gives a function without a role no credentials', async () => {
    const run = await processFunction('exports.handler = async () => Object.keys(process.env)');
    const { payload } = await run.invoke(invocation());
    const names: string[] = JSON.parse(payload);
    expect(names).toContain('AWS_REGION');
    expect(names.filter((name) => /KEY|TOKEN|SECRET/.test(name))).toEqual([]);
  });

  test('answers an error that the handler throws, and keeps the process', async () => {
    const run = await processFunction(
      `exports.handler = async (event) => {
         if (event.fail) throw new TypeError('no ' + process.pid);
         return process.pid;
       }`,
    );
    const failed = await run.invoke(invocation({ event: { fail: true } }));
    const pid = await pidOf(run);
    expect(failed.functionError).toBe('Unhandled');
    expect(JSON.parse(failed.payload)).toMatchObject({
      errorType: 'TypeError',
      errorMessage: `no ${pid}`,
    });
  });

  test('answers an error outside of the handler', async () => {
    const run = await processFunction('throw new RangeError("no init")');
    const { payload, functionError } = await run.invoke(invocation());
    expect(functionError).toBe('Unhandled');
    expect(JSON.parse(payload)).toMatchObject({ errorType: 'RangeError', errorMessage: 'no init' });
  });

  test('answers an error for a handler that the code does not have', async () => {
    const run = await processFunction('exports.other = async () => 1');
    const { payload, functionError } = await run.invoke(invocation());
    expect(functionError).toBe('Unhandled');
    expect(JSON.parse(payload)).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
  });

  test('answers an error when the process exits, and starts another for the next invocation', async () => {
    const run = await processFunction(
      `exports.handler = async (event) => event.exit ? process.exit(3) : process.pid`,
    );
    const pid = await pidOf(run);
    const { payload, functionError } = await run.invoke(
      invocation({ requestId: 'id-1', event: { exit: true } }),
    );
    expect(functionError).toBe('Unhandled');
    expect(JSON.parse(payload)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: id-1 Error: Runtime exited with error: exit status 3',
    });
    expect(await pidOf(run)).not.toBe(pid);
  });

  test('ends the process of an invocation that runs out of time', async () => {
    const run = await processFunction(
      `exports.handler = async () => {
         console.log('pid ' + process.pid);
         await new Promise((resolve) => setTimeout(resolve, 60_000));
       }`,
      { timeoutSeconds: 1 },
    );
    const { payload, functionError } = await run.invoke(invocation({ requestId: 'id-1' }));
    expect(functionError).toBe('Unhandled');
    expect(JSON.parse(payload)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: id-1 Error: Task timed out after 1.00 seconds',
    });
    const pid = Number(/pid (\d+)/.exec(log.join('\n'))?.[1]);
    expect(pid).toBeGreaterThan(0);
    expect(isRunning(pid)).toBe(false);
  });

  test('runs one invocation after another in one process', async () => {
    const run = await processFunction(RETURN_PID);
    const pid = await pidOf(run);
    expect(await pidOf(run)).toBe(pid);
    expect(await pidOf(run)).toBe(pid);
  });

  test('runs two invocations at once in two processes, and keeps both', async () => {
    const run = await processFunction(RETURN_PID);
    const first = await Promise.all([pidOf(run), pidOf(run)]);
    expect(new Set(first).size).toBe(2);
    const second = await Promise.all([pidOf(run), pidOf(run)]);
    expect(new Set(second)).toEqual(new Set(first));
  });

  test('throttles invocations above its concurrency, until one ends', async () => {
    const run = await processFunction(RETURN_PID, { concurrency: 1 });
    const first = pidOf(run);
    await expect(run.invoke(invocation())).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
      message: 'Rate Exceeded.',
      throttle: { reason: 'ConcurrentInvocationLimitExceeded', retryAfterSeconds: 1 },
    });
    const pid = await first;
    expect(await pidOf(run)).toBe(pid);
  });

  test('counts a process that ended as free', async () => {
    const run = await processFunction('exports.handler = async () => process.exit(1)', { concurrency: 1 });
    await run.invoke(invocation());
    expect((await run.invoke(invocation())).functionError).toBe('Unhandled');
  });

  test('hands on each line of the log', async () => {
    const run = await processFunction(
      `exports.handler = async () => { process.stdout.write('one\\ntwo\\n'); process.stderr.write('three\\n'); }`,
    );
    await run.invoke(invocation());
    await vi.waitFor(() => expect(log.toSorted()).toEqual(['one', 'three', 'two']));
  });

  test('leaves no process once it is stopped', async () => {
    const run = await processFunction(RETURN_PID);
    const pids = await Promise.all([pidOf(run), pidOf(run)]);
    expect(pids.map(isRunning)).toEqual([true, true]);
    await run.stop();
    expect(pids.map(isRunning)).toEqual([false, false]);
  });

  test('ends an invocation under way when it is stopped', async () => {
    const run = await processFunction(
      `exports.handler = () => { console.log(process.pid); return new Promise(() => setTimeout(() => {}, 60_000)); }`,
    );
    const invoked = run.invoke(invocation());
    await vi.waitFor(() => expect(log).toHaveLength(1));
    await run.stop();
    expect((await invoked).functionError).toBe('Unhandled');
    const pid = Number(/(\d+)$/.exec(log[0] ?? '')?.[1]);
    expect(isRunning(pid)).toBe(false);
  });

  test('ends an invocation whose process is only starting when it is stopped', async () => {
    const before = childProcesses();
    const run = await processFunction(RETURN_PID);
    const invoked = run.invoke(invocation());
    await run.stop();
    expect((await invoked).functionError).toBe('Unhandled');
    await vi.waitFor(() => expect(childProcesses()).toBe(before));
  });

  test('runs invocations after a renewal in a new process, and lets running ones end in the old one', async () => {
    const reader = await processFunction(
      `exports.handler = async ({ waitFor }) => {
        const { existsSync } = require('node:fs');
        while (waitFor !== undefined && !existsSync(waitFor)) await new Promise((done) => setTimeout(done, 5));
        return process.pid;
      }`,
    );
    const run = async (event: object) => Number((await reader.invoke(invocation({ event }))).payload);
    const idle = await run({});
    const gate = join(folder, 'gate');
    const slow = run({ waitFor: gate });
    await reader.renew();
    const fresh = await run({});
    await writeFile(gate, '');
    const ended = await slow;
    expect(new Set([idle, fresh, ended]).size).toBe(2);
    expect(fresh).not.toBe(idle);
    expect(await run({})).toBe(fresh);
    await vi.waitFor(() => expect(isRunning(ended)).toBe(false));
  });
});
