import { functionFromArn, streamFromArn } from '@xacct/core';
import type { DeployedMapping } from '../../assembly/deployed.ts';
import type { MappingSettings } from '../../assembly/read-mapping.ts';
import type { Metrics } from '../cloudwatch/metrics.ts';
import type { MappingResults } from './mapping-results.ts';

/** Whether a failed batch is kept; lost without a destination, or since its destination did not take it. */
export type KeptBatch = 'kept' | 'lost' | 'undelivered';

/** Takes what happens in one mapping, for its metrics and its last result. */
export interface MappingMonitor {
  /** It read its source, which brought so many records. */
  read(records: number): void;
  /** So many records match none of its filters. */
  filtered(records: number): void;
  /** @param ageMs age of the last record of the batch, for a stream */
  invoked(records: number, ageMs?: number): void;
  /** The function answered for a batch: it did not take so many records. */
  answered(failed: number): void;
  /** Messages were deleted from the queue. */
  deleted(messages: number): void;
  /** Records were given up. */
  gaveUp(records: number, kept: KeptBatch): void;
  /** Its source cannot be read, or its function cannot be invoked. */
  failed(reason: string): void;
}

type CountedEvent =
  | 'DeletedEventCount'
  | 'DroppedEventCount'
  | 'FailedInvokeEventCount'
  | 'FilteredOutEventCount'
  | 'InvokedEventCount'
  | 'OnFailureDestinationDeliveredEventCount'
  | 'PolledEventCount';

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function createMappingMonitor(
  mapping: MappingSettings | DeployedMapping,
  metrics: Metrics,
  results: MappingResults,
): MappingMonitor {
  const { id, functionArn, countsEvents } = mapping;
  const { name, ...place } = functionFromArn(functionArn);
  const count = (metric: CountedEvent, events: number) => {
    if (!countsEvents || events === 0) return;
    const dimensions = { EventSourceMappingUUID: id };
    metrics.put(place, { namespace: 'AWS/Lambda', name: metric, dimensions }, [events], { unit: 'Count' });
  };
  const ofFunction = (metric: string) => ({
    namespace: 'AWS/Lambda',
    name: metric,
    dimensions: { FunctionName: name },
  });
  const ages = 'streamArn' in mapping ? [ofFunction('IteratorAge'), ...ageOfStream(mapping)] : [];
  return {
    read(records) {
      results.read(id);
      count('PolledEventCount', records);
    },
    filtered: (records) => count('FilteredOutEventCount', records),
    invoked(records, ageMs) {
      count('InvokedEventCount', records);
      if (ageMs === undefined) return;
      for (const metric of ages) metrics.put(place, metric, [Math.max(0, ageMs)], { unit: 'Milliseconds' });
    },
    answered(failed) {
      results.processed(id, failed === 0);
      count('FailedInvokeEventCount', failed);
    },
    deleted: (messages) => count('DeletedEventCount', messages),
    gaveUp(records, kept) {
      count(kept === 'kept' ? 'OnFailureDestinationDeliveredEventCount' : 'DroppedEventCount', records);
      if (kept === 'undelivered')
        metrics.put(place, ofFunction('DestinationDeliveryFailures'), [1], { unit: 'Count' });
    },
    failed: (reason) => results.failed(id, reason),
  };
}

/** The age of what was read last from a Kinesis stream, by its consumer or by all of its readers. */
function ageOfStream({ eventSourceArn, streamArn }: DeployedMapping) {
  const stream = streamFromArn(streamArn);
  if (stream?.service !== 'kinesis') return [];
  const [, ConsumerName] = /\/consumer\/([^:/]+)/.exec(eventSourceArn) ?? [];
  const StreamName = stream.name;
  return ConsumerName === undefined
    ? [{ namespace: 'AWS/Kinesis', name: 'GetRecords.IteratorAgeMilliseconds', dimensions: { StreamName } }]
    : [
        {
          namespace: 'AWS/Kinesis',
          name: 'SubscribeToShardEvent.MillisBehindLatest',
          dimensions: { StreamName, ConsumerName },
        },
      ];
}
