import type { Delivery } from '../lambda/recorder.ts';

/** A record as it arrived at a target. */
export interface ArrivedRecord {
  eventId: string;
  /** Base64. */
  data: string;
}

/** Records of one stream that one invocation brought. */
export interface Arrival {
  streamArn: string;
  /** As invoked, with its alias or version. */
  functionArn: string;
  requestId: string;
  /** Epoch ms. */
  receivedAt: number;
  records: ArrivedRecord[];
}

/** What an invocation brought to a target, stream by stream; nothing for an event that holds no records. */
export function arrivalsOf({ invocation, receivedAt }: Delivery): Arrival[] {
  const records = (invocation.event as { Records?: StreamRecord[] } | null)?.Records;
  if (!Array.isArray(records)) return [];
  const { invokedArn: functionArn, requestId } = invocation;
  return Array.from(
    Map.groupBy(records, (record) => record.eventSourceARN),
    ([streamArn, group]) => ({
      streamArn,
      functionArn,
      requestId,
      receivedAt,
      records: group.map(({ eventID, kinesis }) => ({ eventId: eventID, data: kinesis.data })),
    }),
  );
}

interface StreamRecord {
  eventID: string;
  eventSourceARN: string;
  kinesis: { data: string };
}
