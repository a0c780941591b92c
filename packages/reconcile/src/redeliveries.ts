import { decodeParkedRecords } from '@xacct/core';
import type { Invocation } from '@xacct/local';
import { eventIdsOf } from './kept-records.ts';

/** Why a record came to a target again. */
export interface DuplicateCauses {
  /** The queue of an asynchronous invocation ran its event twice. */
  event: number;
  /** The answer of an Invoke was lost, so that the forwarder made it again or parked the records. */
  answer: number;
  /** The stream brought its batch again: it was reported, its process died, or its checkpoint was lost. */
  stream: number;
  /** The retry queue brought its message again, or the records were parked though the target had them. */
  queue: number;
  /** None of these: the forwarder sent it twice without need. */
  unexplained: number;
}

/** All arrivals of one record at one function. */
export interface RecordArrivals {
  streamArn: string;
  eventId: string;
  /** With its alias or version. */
  functionArn: string;
  /** Of the routes that lead there and let the record through. */
  forwarderArns: readonly string[];
  /** Of the invocation of each arrival. */
  requestIds: readonly string[];
}

/**
 * Knows what may bring a record to a target again. An invocation of a forwarder sends a record to a target once, and once
 * more for each answer that it did not get: whatever comes beyond that has no cause.
 */
export class Redeliveries {
  readonly #unanswered = new Set<string>();
  /** How often a forwarder was given a record, by stream, function and record. */
  readonly #carried = new Map<string, number>();

  /** A forwarder was invoked with a batch of a stream, or with messages of a retry queue. */
  recordInvocation({ invokedArn, event }: Pick<Invocation, 'invokedArn' | 'event'>): void {
    for (const record of recordsOf(event)) {
      if (record.eventSource === 'aws:sqs') {
        const parked = decodeParkedRecords(record.body ?? '');
        if (parked === undefined) continue;
        for (const eventId of eventIdsOf(parked.records))
          this.#carry(parked.streamArn, parked.target, eventId);
      } else if (record.eventID !== undefined) this.#carry(record.eventSourceARN, invokedArn, record.eventID);
    }
  }

  /** @param requestId of a call whose answer did not reach its caller */
  recordUnanswered(requestId: string): void {
    this.#unanswered.add(requestId);
  }

  /** @param count of duplicates among the arrivals */
  explain(arrivals: RecordArrivals, count: number): DuplicateCauses {
    const { streamArn, eventId, functionArn, forwarderArns, requestIds } = arrivals;
    const invocations = new Set(requestIds);
    const byStream = forwarderArns.map((arn) => this.#timesCarried(streamArn, arn, eventId));
    let left = count;
    const take = (most: number) => {
      const taken = Math.min(left, Math.max(0, most));
      left -= taken;
      return taken;
    };
    return {
      event: take(requestIds.length - invocations.size),
      answer: take([...invocations].filter((id) => this.#unanswered.has(id)).length),
      stream: take(byStream.reduce((sum, times) => sum + Math.max(0, times - 1), 0)),
      queue: take(this.#timesCarried(streamArn, functionArn, eventId)),
      unexplained: left,
    };
  }

  #carry(...place: [streamArn: string, functionArn: string, eventId: string]): void {
    const key = place.join(' ');
    this.#carried.set(key, (this.#carried.get(key) ?? 0) + 1);
  }

  #timesCarried(...place: [streamArn: string, functionArn: string, eventId: string]): number {
    return this.#carried.get(place.join(' ')) ?? 0;
  }
}

interface CarriedRecord {
  eventSource: string;
  eventSourceARN: string;
  /** Of a record of a stream. */
  eventID?: string;
  /** Of a message of a queue. */
  body?: string;
}

function recordsOf(event: unknown): CarriedRecord[] {
  const records = (event as { Records?: CarriedRecord[] } | null)?.Records;
  return Array.isArray(records) ? records : [];
}
