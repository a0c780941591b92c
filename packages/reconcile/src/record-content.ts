import type { FilteredRecord } from '@xacct/core';

/** What makes a record the one that was put: its data, or all that its table's stream says of the change. */
export function contentOf({ kinesis, dynamodb }: FilteredRecord): string {
  return kinesis?.data ?? JSON.stringify(dynamodb);
}
