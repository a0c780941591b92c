import { parentPort } from 'node:worker_threads';
import type { Routes } from '@xacct/core';
import { type SynthesizedStack, synthesize } from '@xacct/infra';

/** Synthesizes in a thread of its own: what runs in the others is not held up by it. */

export interface SynthRequest {
  id: number;
  routes: Routes;
  out: string;
}

export type SynthReply = { id: number; stacks: SynthesizedStack[] } | { id: number; error: string };

parentPort?.on('message', ({ id, routes, out }: SynthRequest) => {
  synthesize(routes, out).then(
    (stacks) => reply({ id, stacks }),
    (error: unknown) => reply({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});

function reply(message: SynthReply): void {
  parentPort?.postMessage(message);
}
