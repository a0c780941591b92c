import type { Target } from '@xacct/core';

/** Tells a target from others that have its function or its role, but not both: one may work while the other does not. */
export function targetKey({ roleArn, functionArn }: Pick<Target, 'roleArn' | 'functionArn'>): string {
  return `${roleArn} ${functionArn}`;
}
