import type { Source } from '@xacct/core';
import type { CdkCli } from '../cdk/cdk-cli.ts';
import type { Stack } from '../stacks/stack.ts';
import { explainFailure } from './explain-failure.ts';

export interface DeployWithCdkOptions {
  cdk: CdkCli;
  /** The folder of the cloud assembly. */
  assembly: string;
  source: Source;
  signal: AbortSignal;
}

/** Deploys one stack and none that it needs; tells why it could not, or undefined. */
export async function deployWithCdk(
  stack: Stack,
  { cdk, assembly, source, signal }: DeployWithCdkOptions,
): Promise<string | undefined> {
  const { code, lines } = await cdk.run(
    [
      'deploy',
      stack.name,
      '--app',
      assembly,
      '--exclusively',
      '--require-approval',
      'never',
      '--progress',
      'events',
    ],
    { signal },
  );
  return code === 0 ? undefined : explainFailure(lines, stack, source);
}
