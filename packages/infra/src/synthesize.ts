import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Routes } from '@xacct/core';
import { bundleHandler } from '@xacct/handler/bundle';
import { AssetStaging } from 'aws-cdk-lib';
import { createApp, type RouteStacksProps } from './app.ts';

export interface SynthesizedStack {
  name: string;
  account: string;
  region: string;
  resources: number;
}

/**
 * Writes the cloud assembly of a routes file to `outdir`, and tells the stacks in the order of deployment.
 *
 * @param variant other stacks than all of the file as it is
 */
export async function synthesize(
  routes: Routes,
  outdir: string,
  variant: Pick<RouteStacksProps, 'also' | 'only' | 'accounts' | 'written'> = {},
): Promise<SynthesizedStack[]> {
  // Within the assembly, so that what an interrupted run leaves is found there and cleared by the next one.
  const handlerFolder = join(outdir, '.xacct-handler');
  const clear = () => rm(handlerFolder, { recursive: true, force: true });
  await clear();
  try {
    await bundleHandler(handlerFolder);
    // By path, the CDK remembers what it has staged in this process, though the folder may have been deleted since.
    AssetStaging.clearAssetHashCache();
    const assembly = createApp({ ...variant, routes, handlerFolder, outdir }).synth();
    return assembly.stacks.map(({ stackName, environment, template }) => ({
      name: stackName,
      account: environment.account,
      region: environment.region,
      resources: Object.keys(template.Resources).length,
    }));
  } finally {
    await clear();
  }
}
