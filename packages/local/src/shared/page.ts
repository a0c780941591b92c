import type { AwsError } from './aws-error.ts';

/** One page of a list, and the token that asks for the next one; undefined at the end of the list. */
export interface Page<T> {
  items: T[];
  next: string | undefined;
}

/**
 * Cuts one page from a list. A token is the number of items on the pages before.
 *
 * @param token undefined for the first page
 * @param invalid the service's error for a token that no page gave
 */
export function pageOf<T>(
  all: readonly T[],
  size: number,
  token: string | undefined,
  invalid: (token: string) => AwsError,
): Page<T> {
  const start = Number(token ?? 0);
  if (token !== undefined && !(Number.isInteger(start) && start > 0 && start < all.length))
    throw invalid(token);
  const end = start + size;
  return { items: all.slice(start, end), next: end < all.length ? String(end) : undefined };
}
