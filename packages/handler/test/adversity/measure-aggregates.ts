import { limits } from '@xacct/core';
import { createShardBatch } from '../../src/stream/shard-batch.ts';
import { field, recordOf, sealed } from '../kpl.ts';

/**
 * Prints the megabytes that a process takes at the most for a batch of 6 MB: records of 50 KB, as the producer library fills
 * them by default, of user records of 20 bytes. As in the handler, each chunk is written for a target of each invocation.
 */
const USER_RECORD = field(3, [field(1, 0), field(3, Buffer.alloc(20, 'd'))]);
const AGGREGATE_BYTES = 51_200;
const RECORDS = 88;

const message = sealed([
  field(1, 'partition-key'),
  ...Array.from({ length: Math.floor((AGGREGATE_BYTES - 60) / USER_RECORD.length) }, () => USER_RECORD),
]);
const records = Array.from({ length: RECORDS }, (_, index) =>
  recordOf(message, `495459837124956483705692134957348957349${String(index).padStart(17, '0')}`),
);
const { shipment } = createShardBatch(records, { streamArn: 'arn', deaggregate: true });
const { eventPayloadBytes, requestResponsePayloadBytes } = limits.invoke;
for (const limit of [eventPayloadBytes, requestResponsePayloadBytes]) {
  for (const chunk of shipment.chunks(limit)) chunk.payload();
}
process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
