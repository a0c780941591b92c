import type { FilteredRecord } from '@xacct/core';

/** The content by which a record is compared with the one that was put: its data, or the change of an item as JSON. */
export function contentOf({ kinesis, dynamodb }: FilteredRecord): string {
  return kinesis?.data ?? JSON.stringify(dynamodb);
}
