import { limits } from '@xacct/core';

/** Bytes of the records of one batch, each with a comma: a batch is cut at the payload of a synchronous invocation. */
export const BATCH_BYTES = limits.invoke.requestResponsePayloadBytes - '{"Records":[]}'.length + ','.length;

/** Size of a record in an event, with a comma. */
export function bytesInEvent(record: object): number {
  return Buffer.byteLength(JSON.stringify(record)) + ','.length;
}

/** How many of these sizes fit into so many bytes, in order: one at least, if there is one. */
export function countFitting(sizes: readonly number[], mostBytes: number): number {
  let bytes = 0;
  const over = sizes.findIndex((size, index) => {
    bytes += size;
    return index > 0 && bytes > mostBytes;
  });
  return over === -1 ? sizes.length : over;
}
