import type { Aws } from './aws.ts';

/** The names of all errors of so many calls at once. */
export async function errorsOf(aws: Aws, calls: number, call: () => Promise<unknown>): Promise<Set<string>> {
  const all = () => Promise.allSettled(Array.from({ length: calls }, call));
  const results = (await aws.atOnce?.(all)) ?? [];
  return new Set(
    results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).name] : [])),
  );
}
