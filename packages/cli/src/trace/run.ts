import { createQueueClient } from '../aws/queue-client.ts';
import { openBucketOf } from '../bucket/open-bucket-of.ts';
import { findRoute } from '../routes-file/find-route.ts';
import { readValidRoutes } from '../routes-file/read-routes.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { createTraceClients } from './clients.ts';
import { findRecords } from './find-record.ts';
import { findTableRecords } from './find-table-record.ts';
import type { Position } from './parked-position.ts';
import { renderTrace } from './render-trace.ts';
import { traceRecord } from './trace-record.ts';
import { NEAR_MS, type Part, type TracedRecord, type Wanted } from './traced-record.ts';
import { type RecordFlags, wantedRecord } from './wanted-record.ts';

export interface TraceFlags extends RecordFlags {
  sample: number;
  limit: number;
  data: boolean;
  config: string;
  profile?: string;
  json: boolean;
}

/** Shows what became of a record, for each target of a route. */
export async function run(name: string, flags: TraceFlags): Promise<void> {
  const { config, profile, json, data: showData, sample, limit } = flags;
  const routes = await readValidRoutes(config);
  const route = findRoute(routes, name, config);
  const { region } = routes.source;
  const clients = createTraceClients(region, profile);
  const { arn } = route.stream;
  const where = wantedRecord(flags, route.stream.service);
  const { wanted } = where;
  const found =
    where.service === 'kinesis'
      ? await findRecords(clients.kinesis, { arn, takesApart: route.deaggregate }, where.wanted)
      : await findTableRecords(clients.tables, arn, wanted);
  const record = onlyOne(found, wanted);
  const trace = await traceRecord({
    ...{ routes, route, record, clients, sample, limit },
    partitionKey: 'partitionKey' in wanted ? wanted.partitionKey : undefined,
    position: positionOf(record, wanted, where.service === 'kinesis'),
    sqs: createQueueClient(region, profile),
    bucket: await openBucketOf(routes, route, profile),
    signal: abortOnSignal(),
    now: Date.now(),
  });
  const { bucket: failureBucket, position: _, ...rest } = trace;
  const shown = { region, now: Date.now(), showData, stream: route.stream.name };
  process.stdout.write(
    json
      ? `${JSON.stringify({ route: name, ...rest, ...foundIn(rest), userRecords: rest.userRecords.map((part) => describePart(part, showData)), record: describe(record, showData), failureBucket: withoutRecords(failureBucket) })}\n`
      : renderTrace(trace, shown),
  );
}

/** Records of a table's stream do not name their shard, so that nothing that is parked does. */
function positionOf(record: TracedRecord | undefined, wanted: Wanted, isKinesis: boolean): Position {
  if (record !== undefined) {
    const { sequenceNumber, shardId } = record;
    return { sequenceNumber, shardId: isKinesis ? shardId : undefined };
  }
  if ('sequenceNumber' in wanted) return wanted;
  return {
    sequenceNumber: '',
    shardId: undefined,
    eventId: 'eventId' in wanted ? wanted.eventId : undefined,
  };
}

/** @throws {CommandFailure} where a partition key has no record then, or several */
function onlyOne(found: readonly TracedRecord[], wanted: Wanted): TracedRecord | undefined {
  const [first, ...others] = found;
  if (!('partitionKey' in wanted) || (first !== undefined && others.length === 0)) return first;
  const around = `within ${NEAR_MS / 1000} s of ${new Date(wanted.at).toISOString()}`;
  if (first === undefined)
    throw new CommandFailure(
      `The stream has no record with partition key "${wanted.partitionKey}" ${around}`,
    );
  const lines = found.map(({ sequenceNumber, arrivedAt }) => {
    return `  --sequence-number ${sequenceNumber}  arrived ${new Date(arrivedAt).toISOString()}\n`;
  });
  throw new CommandFailure(
    `${found.length} records have partition key "${wanted.partitionKey}" ${around}. Name one:\n${lines.join('').trimEnd()}`,
  );
}

type TraceResult = Awaited<ReturnType<typeof traceRecord>>;

/** Messages without the records in them. */
function foundIn({ retryQueue, deadLetterQueue }: Pick<TraceResult, 'retryQueue' | 'deadLetterQueue'>) {
  const count = ({ found, ...queue }: TraceResult['retryQueue']) => ({ ...queue, found: found.length });
  return { retryQueue: count(retryQueue), deadLetterQueue: count(deadLetterQueue) };
}

function withoutRecords({ paused, parked, ...bucket }: TraceResult['bucket']) {
  return { ...bucket, paused: paused.length, parked: parked.length };
}

function describePart({ index, partitionKey, event }: Part, showData: boolean): object {
  return { part: index, partitionKey, ...(showData && { data: event.kinesis?.data }) };
}

function describe(record: TracedRecord | undefined, showData: boolean): object | null {
  if (record === undefined) return null;
  const { data, arrivedAt, event: _, ...facts } = record;
  return {
    ...facts,
    arrivedAt: new Date(arrivedAt).toISOString(),
    ...(showData && { data: Buffer.from(data).toString('base64') }),
  };
}
