import { Worker } from 'node:worker_threads';
import type { Routes } from '@xacct/core';
import type { SynthesizedStack } from '@xacct/infra';
import { CommandFailure } from '../terminal/command-failure.ts';
import type { SynthReply, SynthRequest } from './synth-worker.ts';

export interface Synthesizer {
  /**
   * Writes the cloud assembly of routes to a folder.
   *
   * @throws {CommandFailure} when the stacks cannot be synthesized
   */
  synthesize(routes: Routes, out: string): Promise<SynthesizedStack[]>;
  close(): Promise<void>;
}

/** Synthesizes beside all that runs here, in a thread that starts with the first time and stays for the next. */
export function createSynthesizer(): Synthesizer {
  let worker: Worker | undefined;
  const waiting = new Map<number, PromiseWithResolvers<SynthesizedStack[]>>();
  let requests = 0;
  const start = () => {
    const started = new Worker(new URL('./synth-worker.ts', import.meta.url));
    started.on('message', (reply: SynthReply) => {
      const request = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('stacks' in reply) request?.resolve(reply.stacks);
      else request?.reject(new CommandFailure(`The stacks cannot be synthesized: ${reply.error}`));
    });
    started.on('error', (error) => {
      for (const request of waiting.values()) request.reject(error);
      waiting.clear();
      worker = undefined;
    });
    return started;
  };
  return {
    synthesize(routes, out) {
      const request = Promise.withResolvers<SynthesizedStack[]>();
      const message: SynthRequest = { id: requests++, routes, out };
      waiting.set(message.id, request);
      worker ??= start();
      worker.postMessage(message);
      return request.promise;
    },
    async close() {
      for (const request of waiting.values()) request.reject(new CommandFailure('Interrupted'));
      waiting.clear();
      await worker?.terminate();
    },
  };
}
