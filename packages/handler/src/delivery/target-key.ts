import type { Target } from '@xacct/core';

/** Tells a target from others that have its function or its role, but not both: one may work while the other does not. */
export function targetKey({ roleArn, functionArn }: Pick<Target, 'roleArn' | 'functionArn'>): string {
  // One flat text, where a template would leave one for each of its parts in memory.
  return [roleArn, functionArn].join(' ');
}
