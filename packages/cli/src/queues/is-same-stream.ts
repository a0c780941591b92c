import type { Stream } from '@xacct/core';

/** The forwarder finds the route by the stream's name: a table's stream may have another ARN by now. */
export function isSameStream(one: Stream, other: Stream): boolean {
  return one.service === other.service && one.name === other.name;
}
