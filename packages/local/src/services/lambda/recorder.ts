import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { functionFromArn } from '@xacct/core';
import type { Clock } from '../../shared/clock.ts';
import type { FunctionRuntime, Invocation, InvocationResult } from './functions.ts';

/** One invocation as it arrived at a target. */
export interface Delivery {
  /** Epoch ms. */
  receivedAt: number;
  /** Without alias or version. */
  functionArn: string;
  invocation: Invocation;
}

/** Stands in for a target function: writes down what arrives, one JSON line an invocation, and answers `null`. */
export class Recorder implements FunctionRuntime {
  readonly #functionArn: string;
  readonly #file: string;
  readonly #clock: Clock;
  readonly #onDelivery: (delivery: Delivery) => void;
  #handle: Promise<FileHandle> | undefined;
  /** Lines are written one after another. */
  #written: Promise<unknown> = Promise.resolve();

  /** @param folder of all deliveries; this function's are in `<account>/<region>/<function>.jsonl` below it */
  constructor(functionArn: string, folder: string, clock: Clock, onDelivery: (delivery: Delivery) => void) {
    const { region, account, name } = functionFromArn(functionArn);
    this.#functionArn = functionArn;
    this.#file = join(folder, account, region, `${name}.jsonl`);
    this.#clock = clock;
    this.#onDelivery = onDelivery;
  }

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const receivedAt = this.#clock.now();
    const { invocationType, requestId, event } = invocation;
    const line = { receivedAt: new Date(receivedAt).toISOString(), invocationType, requestId, event };
    this.#handle ??= openForAppend(this.#file);
    const handle = await this.#handle;
    this.#written = this.#written.then(() => handle.appendFile(`${JSON.stringify(line)}\n`));
    await this.#written;
    this.#onDelivery({ receivedAt, functionArn: this.#functionArn, invocation });
    return { payload: 'null' };
  }

  async stop(): Promise<void> {
    await this.#written.catch(() => {});
    const handle = await this.#handle?.catch(() => undefined);
    await handle?.close();
  }
}

async function openForAppend(file: string): Promise<FileHandle> {
  await mkdir(dirname(file), { recursive: true });
  return open(file, 'a');
}
