import type { Target } from '@xacct/core';

/** Identifies a target by function and role: two targets that share only one of them can fail independently. */
export function targetKey({ roleArn, functionArn }: Pick<Target, 'roleArn' | 'functionArn'>): string {
  // One flat text, where a template would leave one for each of its parts in memory.
  return [roleArn, functionArn].join(' ');
}
