import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Routes } from '@xacct/core';
import { createApp } from './app.ts';
import { bundleHandler } from './handler-bundle.ts';

export interface SynthesizedStack {
  name: string;
  account: string;
  region: string;
  resources: number;
}

/** Writes the cloud assembly of a routes file to `outdir`, and tells the stacks in the order of deployment. */
export async function synthesize(routes: Routes, outdir: string): Promise<SynthesizedStack[]> {
  const handlerFolder = await mkdtemp(join(tmpdir(), 'xacct-handler-'));
  try {
    await bundleHandler(handlerFolder);
    const assembly = createApp({ routes, handlerFolder, outdir }).synth();
    return assembly.stacks.map(({ stackName, environment, template }) => ({
      name: stackName,
      account: environment.account,
      region: environment.region,
      resources: Object.keys(template.Resources).length,
    }));
  } finally {
    await rm(handlerFolder, { recursive: true, force: true });
  }
}
