import type { Target } from './target.ts';

/**
 * The target that gets what is parked for a function: that function's, or the one that takes over from it. Undefined where
 * the route has neither.
 */
export function receiverOf<T extends Pick<Target, 'functionArn' | 'replaces'>>(
  targets: readonly T[],
  functionArn: string,
): T | undefined {
  return (
    targets.find((target) => target.functionArn === functionArn) ??
    targets.find(({ replaces }) => replaces?.includes(functionArn))
  );
}
