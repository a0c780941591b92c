import type { FilteredRecord } from '@xacct/core';
import type { Delivery } from '@xacct/local';
import { withoutConsumer } from './kept-records.ts';
import { contentOf } from './record-content.ts';
import { recordsIn } from './records-in.ts';

/** A record as it arrived at a target. */
export interface ArrivedRecord {
  eventId: string;
  /** `contentOf` the record. */
  content: string;
}

/** The records of one stream that one invocation brought to a function. */
export interface Arrival {
  streamArn: string;
  /** With the alias or version that was invoked. */
  functionArn: string;
  requestId: string;
  /** Epoch ms. */
  receivedAt: number;
  records: ArrivedRecord[];
}

/** The records that an invocation brought to a target, one entry for each stream; none for an event without records. */
export function arrivalsOf({ invocation, receivedAt }: Delivery): Arrival[] {
  const { invokedArn: functionArn, requestId } = invocation;
  return Array.from(
    Map.groupBy(recordsIn<StreamRecord>(invocation.event), ({ eventSourceARN }) =>
      withoutConsumer(eventSourceARN),
    ),
    ([streamArn, group]) => ({
      streamArn,
      functionArn,
      requestId,
      receivedAt,
      records: group.map((record) => ({ eventId: record.eventID, content: contentOf(record) })),
    }),
  );
}

interface StreamRecord extends FilteredRecord {
  eventID: string;
  eventSourceARN: string;
}
