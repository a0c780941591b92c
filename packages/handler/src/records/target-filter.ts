import { createRecordFilter, type Target } from '@xacct/core';
import type { Item } from './pack.ts';

/** Whether a target's own filter lets an item through. */
export function matcher(filter: NonNullable<Target['filter']>): (item: Item) => boolean {
  const matches = createRecordFilter([filter]);
  return ({ record }) => matches(record);
}
