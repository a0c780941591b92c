import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMetrics } from '../../../src/services/cloudwatch/metrics.ts';
import type { FunctionRuntime } from '../../../src/services/lambda/invocation.ts';
import { createRuntimes } from '../../../src/services/lambda/runtimes.ts';
import { openTargetModules } from '../../../src/services/lambda/target-modules.ts';
import { createLogs } from '../../../src/services/logs/logs.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { invocation, REGION, TARGET, temporaryFolder } from '../../factories.ts';

const ARN = `arn:aws:lambda:${REGION}:${TARGET}:function:reader`;

let folder: string;
let recorded: number;
let reader: FunctionRuntime;

beforeEach(async () => {
  const temporary = await temporaryFolder();
  folder = join(temporary.folder, 'functions');
  recorded = 0;
  await mkdir(folder);
  const runtimes = createRuntimes({
    endpoint: 'http://127.0.0.1:1',
    sessionOf: () => {
      throw new Error('A target function has no role');
    },
    findModule: await openTargetModules(folder, join(temporary.folder, 'wrappers')),
    deliveries: join(temporary.folder, 'deliveries'),
    clock: systemClock,
    guard: () => {},
    killAfterMs: () => undefined,
    onDelivery: () => {
      recorded += 1;
    },
    onLog: () => {},
    logs: createLogs(systemClock),
    metrics: createMetrics(systemClock),
  });
  reader = runtimes.runTarget({ arn: ARN, name: 'reader', region: REGION, invokedArns: new Set([ARN]) });
  return temporary.remove;
});
afterEach(() => reader.stop());

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const invoke = async () => JSON.parse((await reader.invoke(invocation())).payload);

describe('createTargetRuntime', () => {
  test('runs the module as it is when each invocation comes, and records while there is none', async () => {
    expect([await invoke(), recorded]).toEqual([null, 1]);
    await write('reader.mjs', 'export const handler = async () => "first";');
    expect(await invoke()).toBe('first');
    await write('reader.mjs', 'export const handler = async () => "second";');
    expect(await invoke()).toBe('second');
    await write('reader.ts', 'export const handler = async (): Promise<string> => "typed";');
    await rm(join(folder, 'reader.mjs'));
    expect(await invoke()).toBe('typed');
    await rm(join(folder, 'reader.ts'));
    expect([await invoke(), recorded]).toEqual([null, 2]);
  });

  test('keeps the process while nothing changes, and starts another once an imported file changes', async () => {
    await write('lib.mjs', 'export const mark = 1;');
    await write(
      'reader.mjs',
      'import { mark } from "./lib.mjs"; export const handler = async () => [mark, process.pid];',
    );
    const first = await invoke();
    expect(await invoke()).toEqual(first);
    await write('lib.mjs', 'export const mark = 2;');
    const second = await invoke();
    expect(second[0]).toBe(2);
    expect(second[1]).not.toBe(first[1]);
  });

  test('answers with the error of a module that cannot be loaded, and runs the module once it can be', async () => {
    await write('reader.mjs', 'export const handler = async () => {');
    expect((await reader.invoke(invocation())).functionError).toBe('Unhandled');
    await write('reader.mjs', 'export const handler = async () => "complete";');
    expect(await invoke()).toBe('complete');
  });
});
