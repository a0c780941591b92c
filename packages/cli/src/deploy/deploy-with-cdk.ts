import type { Source } from '@xacct/core';
import type { CdkCli } from '../cdk/cdk-cli.ts';
import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { explainFailure } from './explain-failure.ts';

export interface DeployWithCdkOptions {
  cdk: CdkCli;
  source: Source;
  signal: AbortSignal;
}

/** Deploys one stack and none that it needs; tells why it could not, or undefined. */
export async function deployWithCdk(
  stack: AssemblyStack,
  { cdk, source, signal }: DeployWithCdkOptions,
): Promise<string | undefined> {
  const { code, lines } = await cdk.run(
    [
      'deploy',
      stack.name,
      '--app',
      stack.folder,
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
