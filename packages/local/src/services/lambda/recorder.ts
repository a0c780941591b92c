import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { functionFromArn } from '@xacct/core';
import type { Clock } from '../../shared/clock.ts';
import type { FunctionRuntime, Invocation } from './invocation.ts';

/** One invocation as it arrived at a target. */
export interface Delivery {
  /** Epoch ms. */
  receivedAt: number;
  /** Without alias or version. */
  functionArn: string;
  invocation: Invocation;
}

/**
 * Stands in for a target function: writes down what arrives, one JSON line an invocation, and answers `null`.
 *
 * @param folder of all deliveries; this function's are in `<account>/<region>/<function>.jsonl` below it
 */
export function createRecorder(
  functionArn: string,
  folder: string,
  clock: Clock,
  onDelivery: (delivery: Delivery) => void,
): FunctionRuntime {
  const { region, account, name } = functionFromArn(functionArn);
  const file = join(folder, account, region, `${name}.jsonl`);
  let opened: Promise<FileHandle> | undefined;
  /** Lines are written one after another. */
  let written: Promise<unknown> = Promise.resolve();
  return {
    async invoke(invocation) {
      const receivedAt = clock.now();
      const { invocationType, requestId, event } = invocation;
      const line = { receivedAt: new Date(receivedAt).toISOString(), invocationType, requestId, event };
      opened ??= openForAppend(file);
      const handle = await opened;
      written = written.then(() => handle.appendFile(`${JSON.stringify(line)}\n`));
      await written;
      onDelivery({ receivedAt, functionArn, invocation });
      return { payload: 'null' };
    },
    async stop() {
      await written.catch(() => {});
      const handle = await opened?.catch(() => undefined);
      await handle?.close();
    },
  };
}

async function openForAppend(file: string): Promise<FileHandle> {
  await mkdir(dirname(file), { recursive: true });
  return open(file, 'a');
}
