import { decodeParkedRecords } from '@xacct/core';
import type { Invocation } from '@xacct/local';
import { eventIdsOf } from './kept-records.ts';
import { recordsIn } from './records-in.ts';

/** Number of duplicates by their cause. */
export interface DuplicateCauses {
  /** Lambda's queue of asynchronous invocations ran the event twice. */
  event: number;
  /** The answer to an Invoke was lost, so the forwarder sent it again or parked the records. */
  answer: number;
  /** The mapping read the batch again: it was reported, the process was killed, or the checkpoint was lost. */
  stream: number;
  /** The retry queue delivered the message again, or the records were parked although the target had them. */
  queue: number;
  /** None of these: the forwarder sent the record twice without a reason. */
  unexplained: number;
}

/** All arrivals of one record at one function. */
export interface RecordArrivals {
  streamArn: string;
  eventId: string;
  /** With its alias or version. */
  functionArn: string;
  /** Forwarders of the routes that lead there and let the record through. */
  forwarderArns: readonly string[];
  /** Request ID of the invocation of each arrival. */
  requestIds: readonly string[];
}

/** Records what may bring a record to a target again. */
export interface Redeliveries {
  /** A forwarder was invoked with a batch of a stream, or with messages of a retry queue. */
  recordInvocation(invocation: Pick<Invocation, 'invokedArn' | 'event'>): void;
  /** @param requestId of a call whose answer did not reach its caller */
  recordUnanswered(requestId: string): void;
  /** @param count of duplicates among the arrivals */
  explain(arrivals: RecordArrivals, count: number): DuplicateCauses;
}

/**
 * An invocation of a forwarder sends a record to a target once, and once more for each answer that it did not get. Any
 * further arrival has no explanation.
 */
export function createRedeliveries(): Redeliveries {
  const unanswered = new Set<string>();
  /** How often a forwarder was given a record, by stream, function and record. */
  const carried = new Map<string, number>();
  const timesCarried = (...place: Place) => carried.get(place.join(' ')) ?? 0;
  const carry = (...place: Place) => carried.set(place.join(' '), timesCarried(...place) + 1);

  return {
    recordInvocation({ invokedArn, event }) {
      for (const record of recordsIn<CarriedRecord>(event)) {
        if (record.eventSource === 'aws:sqs') {
          const parked = decodeParkedRecords(record.body ?? '');
          if (parked === undefined) continue;
          for (const eventId of eventIdsOf(parked.records)) carry(parked.streamArn, parked.target, eventId);
        } else if (record.eventID !== undefined) carry(record.eventSourceARN, invokedArn, record.eventID);
      }
    },
    recordUnanswered: (requestId) => void unanswered.add(requestId),
    explain({ streamArn, eventId, functionArn, forwarderArns, requestIds }, count) {
      const invocations = new Set(requestIds);
      const byStream = forwarderArns.map((arn) => timesCarried(streamArn, arn, eventId));
      let left = count;
      const take = (most: number) => {
        const taken = Math.min(left, Math.max(0, most));
        left -= taken;
        return taken;
      };
      return {
        event: take(requestIds.length - invocations.size),
        answer: take([...invocations].filter((id) => unanswered.has(id)).length),
        stream: take(byStream.reduce((sum, times) => sum + Math.max(0, times - 1), 0)),
        queue: take(timesCarried(streamArn, functionArn, eventId)),
        unexplained: left,
      };
    },
  };
}

type Place = [streamArn: string, functionArn: string, eventId: string];

interface CarriedRecord {
  eventSource: string;
  eventSourceARN: string;
  /** Only in a record of a stream. */
  eventID?: string;
  /** Only in a message of a queue. */
  body?: string;
}
