import { functionFromArn } from '@xacct/core';
import { type Entry, type PutRecord, takersOf } from './inbox.ts';
import type { KeptRecords } from './kept-records.ts';
import type { DuplicateCauses, Redeliveries } from './redeliveries.ts';

/** The outcome of a route's records at one target: put = delivered + filtered + parked + paused + failed + lost. */
export interface TargetTally {
  route: string;
  /** ID of the AWS account that owns the target. */
  account: string;
  /** Name, with its alias or version. */
  function: string;
  region: string;
  put: number;
  delivered: number;
  /** Kept from the target by the filters of the mapping or of the target. */
  filtered: number;
  /** Waiting for this target, in a queue or in the failure bucket. */
  parked: number;
  /** Kept in the failure bucket until this target is resumed. */
  paused: number;
  /** Reported to the mapping, which reads them again or has put them into the failure bucket. */
  failed: number;
  /** Arrivals of a record after its first. */
  duplicates: number;
  duplicateCauses: DuplicateCauses;
  /** In none of these states, although the mapping is done with them. */
  lost: number;
  /** Median time from put to arrival, in ms; null if nothing arrived. */
  p50Ms: number | null;
  /** 95th percentile of the time from put to arrival, in ms; null if nothing arrived. */
  p95Ms: number | null;
}

/** Records that wait somewhere at one moment. */
export interface KeptEverywhere {
  kept: readonly KeptRecords[];
  /** Those of paused targets. */
  paused: readonly KeptRecords[];
}

const CAUSES = [
  'event',
  'answer',
  'stream',
  'queue',
  'unexplained',
] as const satisfies (keyof DuplicateCauses)[];

/** Tallies the records that were put on the stream of a route, at one of its targets. */
export function tallyOf(
  entry: Entry,
  put: ReadonlyMap<string, PutRecord>,
  { kept, paused }: KeptEverywhere,
  redeliveries: Redeliveries,
): TargetTally {
  const { route, target, inbox } = entry;
  const stateOf = createStateOf(entry, kept, paused);
  const counts = { filtered: 0, parked: 0, paused: 0, failed: 0, lost: 0 };
  const duplicateCauses = { event: 0, answer: 0, stream: 0, queue: 0, unexplained: 0 };
  const latencies: number[] = [];
  let duplicates = 0;
  for (const [eventId, record] of put) {
    const takers = takersOf(inbox, eventId);
    const rank = takers.indexOf(entry);
    const arrival = inbox.arrivals.get(eventId);
    const receivedAt = arrival?.times[rank];
    if (arrival === undefined || receivedAt === undefined || arrival.content !== record.content) {
      counts[stateOf(eventId)] += 1;
      continue;
    }
    latencies.push(receivedAt - record.putAt);
    const further = arrival.times.length - takers.length;
    if (rank !== 0 || further <= 0) continue;
    duplicates += further;
    const arrivals = {
      streamArn: route.streamArn,
      functionArn: target.functionArn,
      forwarderArns: takers.map((taker) => taker.route.forwarderArn),
      eventId,
      requestIds: arrival.requestIds,
    };
    const causes = redeliveries.explain(arrivals, further);
    for (const cause of CAUSES) duplicateCauses[cause] += causes[cause];
  }
  latencies.sort((a, b) => a - b);
  return {
    route: route.name,
    account: target.account,
    function: functionFromArn(target.functionArn).qualifiedName,
    region: target.region,
    put: put.size,
    delivered: latencies.length,
    ...counts,
    duplicates,
    duplicateCauses,
    p50Ms: percentile(latencies, 0.5),
    p95Ms: percentile(latencies, 0.95),
  };
}

/** Decides what became of a record that did not arrive at a target. */
function createStateOf(
  { route, target, filtered, settled }: Entry,
  kept: readonly KeptRecords[],
  paused: readonly KeptRecords[],
) {
  const idsIn = (all: readonly KeptRecords[], isFor: (records: KeptRecords) => boolean) => {
    const ofRoute = all.filter((records) => records.streamArn === route.streamArn && isFor(records));
    return new Set(ofRoute.flatMap(({ eventIds }) => eventIds));
  };
  const isForTarget = ({ targetArn }: KeptRecords) => targetArn === target.functionArn;
  const waiting = idsIn(kept, isForTarget);
  const held = idsIn(paused, isForTarget);
  const givenUp = idsIn(kept, ({ forwarderArn }) => forwarderArn === route.forwarderArn);
  return (eventId: string): 'filtered' | 'parked' | 'paused' | 'failed' | 'lost' => {
    if (filtered.has(eventId)) return 'filtered';
    if (waiting.has(eventId)) return 'parked';
    if (held.has(eventId)) return 'paused';
    return givenUp.has(eventId) || !settled.has(eventId) ? 'failed' : 'lost';
  };
}

/** The value below which a part (0–1) of the values lies; null if there are none. */
function percentile(sorted: readonly number[], part: number): number | null {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}
