import { parseArn, type Source } from '@xacct/core';
import type { CdkCli } from '../cdk/cdk-cli.ts';
import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { explainFailure } from './explain-failure.ts';
import type { Watch } from './watch-forwarder.ts';

export interface DeployWithCdkOptions {
  cdk: CdkCli;
  source: Source;
  signal: AbortSignal;
  watch?: Watch | 'none' | undefined;
  /**
   * Whether resources that were changed by hand are put back:
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
   */
  revertDrift?: boolean;
}

/** Deploys one stack and none that it needs. Returns why it could not; undefined where it could. */
export async function deployWithCdk(
  stack: AssemblyStack,
  { cdk, source, signal, watch, revertDrift = false }: DeployWithCdkOptions,
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
      ...(revertDrift ? ['--revert-drift'] : []),
      ...argumentsOf(watch),
    ],
    { signal },
  );
  if (code === 0) return undefined;
  if (
    typeof watch === 'object' &&
    lines.some((line) => line.includes(watch.alarm) || /rollback trigger/i.test(line))
  ) {
    return `its alarm ${parseArn(watch.alarm).resource.slice('alarm:'.length)} was raised within ${watch.minutes} min, and CloudFormation has put back what was there`;
  }
  return explainFailure(lines, stack, source);
}

function argumentsOf(watch: Watch | 'none' | undefined): string[] {
  if (watch === undefined) return [];
  if (watch === 'none') return ['--rollback-trigger-alarm-arns', 'none'];
  const minutes = String(watch.minutes);
  return ['--rollback-trigger-alarm-arns', watch.alarm, '--monitoring-time-minutes', minutes];
}
