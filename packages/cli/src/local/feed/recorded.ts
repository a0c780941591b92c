import { isObject, streamFromArn } from '@xacct/core';
import type { Invocation } from '@xacct/local';
import type { LogEntry } from '../../local-aws/read-log.ts';
import { latestFailure } from '../../monitor/latest-failure.ts';
import { type Counters, createCounters } from './counters.ts';

/** A failure of a target; `at` is in epoch ms. */
export interface NotedFailure {
  at: number;
  class: string;
  reason: string;
}

/** What happened since the start. */
export interface Recorded {
  counted(entry: Extract<LogEntry, { kind: 'counts' }>, at: number): void;
  failed(route: string, target: string, failure: NotedFailure): void;
  incoming(streamArn: string, records: number): void;
  filtered(route: string, records: number): void;
  /** The forwarder failed with a batch as a whole. */
  failedBatch(route: string, reason: string, at: number): void;
  invoked(invocation: Pick<Invocation, 'invokedArn' | 'event'>, at: number): void;
  /** The counters of a route, or of one of its targets. */
  countersOf(route: string, target?: string): Counters;
  /** Whether the forwarder counts the targets of a route together. */
  isCountedByRoute(route: string): boolean;
  lastFailureOf(route: string, target: string): NotedFailure | null;
  batchFailureOf(route: string): Pick<NotedFailure, 'at' | 'reason'> | null;
  incomingOf(streamArn: string): number;
  filteredOf(route: string): number;
  /** How far behind the last batch was that a function got of a stream, in ms; null if none was read lately. */
  readDelayOf(functionArn: string, streamArn: string, at: number): number | null;
}

/** A batch that came before counts no more, in ms. */
const LATELY_MS = 60_000;

export function createRecorded(): Recorded {
  const counters = new Map<string, Counters>();
  const countedByRoute = new Set<string>();
  const lastFailures = new Map<string, NotedFailure>();
  const batchFailures = new Map<string, { at: number; reason: string }>();
  const incoming = new Map<string, number>();
  const filtered = new Map<string, number>();
  const reads = new Map<string, { at: number; delayMs: number }>();
  const key = (...parts: string[]) => parts.join(' ');
  const countersOf = (...place: string[]) => {
    const known = counters.get(key(...place)) ?? createCounters();
    counters.set(key(...place), known);
    return known;
  };
  return {
    counted({ route, target, counts, latencies }, at) {
      countersOf(route).add(counts, latencies, at);
      if (target === undefined) countedByRoute.add(route);
      else countersOf(route, target).add(counts, latencies, at);
    },
    failed(route, target, failure) {
      const place = key(route, target);
      lastFailures.set(place, latestFailure(lastFailures.get(place), failure));
    },
    failedBatch: (route, reason, at) => void batchFailures.set(route, { at, reason }),
    batchFailureOf: (route) => batchFailures.get(route) ?? null,
    incoming: (streamArn, records) => add(incoming, streamArn, records),
    filtered: (route, records) => add(filtered, route, records),
    invoked({ invokedArn, event }, at) {
      const last = lastRecordOf(event);
      if (last !== undefined)
        reads.set(key(invokedArn, last.streamArn), { at, delayMs: Math.max(0, at - last.arrivedAt) });
    },
    countersOf: (route, target) => (target === undefined ? countersOf(route) : countersOf(route, target)),
    isCountedByRoute: (route) => countedByRoute.has(route),
    lastFailureOf: (route, target) => lastFailures.get(key(route, target)) ?? null,
    incomingOf: (streamArn) => incoming.get(streamArn) ?? 0,
    filteredOf: (route) => filtered.get(route) ?? 0,
    readDelayOf(functionArn, streamArn, at) {
      const read = reads.get(key(functionArn, streamArn));
      return read !== undefined && at - read.at < LATELY_MS ? read.delayMs : null;
    },
  };
}

function add(to: Map<string, number>, key: string, by: number): void {
  to.set(key, (to.get(key) ?? 0) + by);
}

/** The last record of a batch of a stream, and epoch ms of when the stream took it. */
function lastRecordOf(event: unknown): { streamArn: string; arrivedAt: number } | undefined {
  const records = isObject(event) && Array.isArray(event.Records) ? event.Records : [];
  const last: unknown = records.at(-1);
  if (!isObject(last)) return undefined;
  const { eventSourceARN, kinesis, dynamodb } = last;
  const streamArn = streamFromArn(String(eventSourceARN))?.arn;
  const seconds = isObject(kinesis)
    ? kinesis.approximateArrivalTimestamp
    : isObject(dynamodb) && dynamodb.ApproximateCreationDateTime;
  if (streamArn === undefined || typeof seconds !== 'number') return undefined;
  return { streamArn, arrivedAt: seconds * 1000 };
}
