import type { SQSClient } from '@aws-sdk/client-sqs';
import { namesOf, type Route, type Routes } from '@xacct/core';
import type { FailureBucket } from '../bucket/failure-bucket.ts';
import type { TraceClients } from './clients.ts';
import { findLogLine, type LogLine } from './find-log-line.ts';
import type { TracedRecord } from './find-record.ts';
import { lookInBucket } from './look-in-bucket.ts';
import { lookInQueues } from './look-in-queues.ts';
import { outcomeOf, type TargetOutcome } from './outcome.ts';
import type { Position } from './parked-position.ts';
import { type ReaderPosition, readerPosition } from './reader-position.ts';
import type { Trace } from './render-trace.ts';

export interface TraceOptions {
  routes: Routes;
  route: Route;
  position: Position;
  /** Undefined where the stream does not have it. */
  record: TracedRecord | undefined;
  clients: Pick<TraceClients, 'cloudWatch' | 'logs'>;
  sqs: Pick<SQSClient, 'send'>;
  bucket: FailureBucket;
  /** The most messages of the retry queue, and of the dead-letter queue, to look at. */
  sample: number;
  limit: number;
  signal: AbortSignal;
  /** Epoch ms. */
  now: number;
}

/**
 * Looks for a record wherever it may be, and concludes where it is for each target.
 *
 * @throws {CommandFailure} when a queue or the bucket refuses
 */
export async function traceRecord(options: TraceOptions): Promise<Trace & { reader: ReaderPosition }> {
  const { routes, route, position, record, sqs, bucket, sample, limit, signal } = options;
  // Before the places to which it may go from there: a record on its way is found in at least one.
  const reader = await readerOf(options);
  const queues = await lookInQueues(route, { sqs, bucket, position, sample, limit, signal });
  const inBucket = await lookInBucket(bucket, route.name, position, record?.arrivedAt);
  const searched = { route, record, ...queues, bucket: inBucket, reader };
  const logGroup = namesOf(routes).forwarder(route.forwarder).logGroup;
  const targets = await Promise.all(
    route.targets.map(async (target) => {
      const outcome = outcomeOf(target, searched);
      return { ...outcome, log: await logOf(outcome, logGroup, options) };
    }),
  );
  return { sequenceNumber: position.sequenceNumber, record, reader, targets, ...queues, bucket: inBucket };
}

async function readerOf({ routes, route, record, clients, now }: TraceOptions): Promise<ReaderPosition> {
  if (record === undefined) return { state: 'unknown', why: 'the stream does not have the record' };
  const functionName = namesOf(routes).forwarder(route.forwarder).function;
  const { arrivedAt } = record;
  try {
    const { cloudWatch } = clients;
    return await readerPosition(cloudWatch, { functionName, stream: route.stream.name, arrivedAt, now });
  } catch (error) {
    const { name, message } = error as Error;
    return { state: 'unknown', why: `CloudWatch: ${name}: ${message}` };
  }
}

/** The log line of a failure, where the record failed. */
async function logOf(
  { target, outcome, parked }: TargetOutcome,
  logGroup: string,
  { route, record, clients, now }: TraceOptions,
): Promise<LogLine | string | undefined> {
  if (parked === undefined || outcome === 'paused') return undefined;
  const from = record?.arrivedAt ?? Date.parse(parked.parkedAt) - 60_000;
  return findLogLine(clients.logs, { logGroup, route: route.name, target, from, to: now });
}
