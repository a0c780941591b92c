import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Routes } from '@xacct/core';
import { bundleHandler } from '@xacct/handler/bundle';
import { AssetStaging } from 'aws-cdk-lib';
import { createApp, type RouteStacksProps } from './app.ts';

/** A stack of a cloud assembly. */
export interface SynthesizedStack {
  /** Name in CloudFormation. */
  name: string;
  /** ID of the account that it is deployed to. */
  account: string;
  /** Region that it is deployed to. */
  region: string;
  /** Number of its resources; CloudFormation allows 500. */
  resources: number;
}

/**
 * Writes the cloud assembly of a routes file to `outdir`, and returns its stacks in the order of deployment. One call at a time.
 *
 * @param variant which stacks to make, and what they allow besides
 * @default variant all stacks of the file, as it is
 *
 * @example
 * for (const { name, account } of await synthesize(routes, 'cdk.out')) console.log(account, name);
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
