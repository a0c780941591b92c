import type { SQSClient } from '@aws-sdk/client-sqs';
import { namesOf, type Route, type Routes } from '@xacct/core';
import type { FailureBucket } from '../bucket/failure-bucket.ts';
import type { TraceClients } from './clients.ts';
import { findLogLine, type LogLine } from './find-log-line.ts';
import { lookInBucket } from './look-in-bucket.ts';
import { lookInQueues } from './look-in-queues.ts';
import type { TargetOutcome } from './outcome.ts';
import type { Position } from './parked-position.ts';
import { outcomesOf, partsFound, wantedParts } from './parts-in.ts';
import { type ReaderPosition, readerPosition } from './reader-position.ts';
import type { Trace } from './render-trace.ts';
import type { TracedRecord } from './traced-record.ts';

/** How much of the log is searched where it is not known when the record arrived. */
const LOG_MS = 24 * 3_600_000;

export interface TraceOptions {
  routes: Routes;
  route: Route;
  position: Position;
  /** Undefined where the stream does not have it. */
  record: TracedRecord | undefined;
  /** Of the user records of an aggregated record, only those with this key. */
  partitionKey: string | undefined;
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
  const { route, position, record, partitionKey, sqs, bucket, sample, limit, signal } = options;
  // Before the places to which it may go from there: a record on its way is found in at least one.
  const reader = await readerOf(options);
  const queues = await lookInQueues(route, { sqs, bucket, position, sample, limit, signal });
  const inBucket = await lookInBucket(bucket, route.name, position, record?.arrivedAt);
  const failures = new Map(
    await Promise.all(
      route.targets.map(
        async ({ functionArn }) => [functionArn, await failureOf(functionArn, options)] as const,
      ),
    ),
  );
  const searched = { route, position, ...queues, bucket: inBucket, reader, failures };
  const { retryQueue, deadLetterQueue } = queues;
  const found = [retryQueue.found, inBucket.paused, deadLetterQueue.found, inBucket.parked].flat();
  const parts =
    record === undefined
      ? partsFound(found, position)
      : wantedParts(record, { takesApart: route.deaggregate, partitionKey });
  const targets = route.targets.flatMap((target) =>
    outcomesOf(target, searched, parts).map((outcome) => ({
      ...outcome,
      log: hasFailed(outcome) ? failures.get(target.functionArn) : undefined,
    })),
  );
  const userRecords = parts.filter(({ index }) => index !== undefined);
  return { position, record, userRecords, reader, targets, ...queues, bucket: inBucket };
}

async function readerOf({ routes, route, record, clients, now }: TraceOptions): Promise<ReaderPosition> {
  if (record === undefined) return { state: 'unknown', why: 'the stream does not have the record' };
  const functionName = namesOf(routes).forwarder(route.forwarder).function;
  const { arrivedAt } = record;
  try {
    const { cloudWatch } = clients;
    const stream = route.stream.service === 'kinesis' ? route.stream.name : undefined;
    return await readerPosition(cloudWatch, { functionName, stream, arrivedAt, now });
  } catch (error) {
    const { name, message } = error as Error;
    return { state: 'unknown', why: `CloudWatch: ${name}: ${message}` };
  }
}

function hasFailed({ outcome }: TargetOutcome): boolean {
  return outcome === 'waits' || outcome === 'dead-letter' || outcome === 'failure-bucket';
}

/** The first failure of a target since the record arrived, as far as the forwarder's log has it. */
function failureOf(
  target: string,
  { routes, route, record, clients, now }: TraceOptions,
): Promise<LogLine | string | undefined> {
  const { logGroup } = namesOf(routes).forwarder(route.forwarder);
  const from = record?.arrivedAt ?? now - LOG_MS;
  return findLogLine(clients.logs, { logGroup, route: route.name, target, from, to: now });
}
