import { createRecordFilter, type Target } from '@xacct/core';
import type { Item } from './pack.ts';

/** The items that a target's own filter lets through. */
export function matchingItems({ filter }: Pick<Target, 'filter'>, items: readonly Item[]): readonly Item[] {
  if (filter === undefined) return items;
  const matches = createRecordFilter([filter]);
  return items.filter(({ record }) => matches(record));
}
