import type { Route, Stream } from '../../model/routes.ts';
import type { Target } from '../../model/target.ts';
import { namesOf } from '../../names/names.ts';
import { kmsKeyArn, queueUrl } from '../../names/resource-arns.ts';
import { sharedRouteOptions } from '../../schema/route-options.ts';
import type { TargetScope } from './resolve-targets.ts';
import type { Defaults, SoundRoute } from './sound-part.ts';

/** The options of a route, with every default filled in; its targets are added by `resolveTargets`. */
export function resolveRoute(
  entry: SoundRoute,
  stream: Stream,
  { name: prefix, source, defaults }: Pick<TargetScope, 'name' | 'source' | 'defaults'>,
): Route {
  const name = entry.name ?? stream.name;
  const queues = namesOf({ name: prefix, source }).route(name);
  const options = sharedRouteOptions;
  const given = { ...inheritedBy(stream, defaults), ...entry };
  return {
    name,
    forwarder: given.forwarder ?? options.forwarder.default,
    stream,
    startingPosition: given.startingPosition ?? options.startingPosition.default,
    ...(entry.startingTimestamp !== undefined && {
      startingTimestamp: Math.floor(Date.parse(entry.startingTimestamp) / 1000),
    }),
    batchSize: given.batchSize ?? options.batchSize.default,
    batchWindowSeconds: given.batchWindowSeconds ?? options.batchWindowSeconds.default,
    parallelizationFactor: given.parallelizationFactor ?? options.parallelizationFactor.default,
    // Until the targets are known.
    ...RETRIES_OF_PARK,
    retryForSeconds: given.retryForSeconds ?? options.retryForSeconds.default,
    retryConcurrency: given.retryConcurrency ?? options.retryConcurrency.default,
    // One that is no pattern is reported, and left out here.
    filters: [...(given.filters ?? [])].filter((filter) => filter !== undefined) as Route['filters'],
    enhancedFanOut: given.enhancedFanOut ?? options.enhancedFanOut.default,
    deaggregate: given.deaggregate ?? options.deaggregate.default,
    kmsKeyArn: given.kmsKey === undefined ? undefined : kmsKeyArn(source, given.kmsKey),
    enabled: given.enabled ?? options.enabled.default,
    retryQueueUrl: queueUrl(source, queues.retryQueue),
    deadLetterQueueUrl: queueUrl(source, queues.deadLetterQueue),
    targets: [],
  };
}

/** Options of Kinesis apply to a table's stream only where they are written there, as a mistake to report. */
function inheritedBy({ service }: Stream, defaults: Defaults): Defaults {
  if (service === 'kinesis') return defaults;
  const { enhancedFanOut: _, deaggregate: __, kmsKey: ___, startingPosition, ...shared } = defaults;
  // A table's stream cannot start at a time: it starts at the oldest record where other streams start at a time.
  const isKnown = startingPosition !== undefined && startingPosition !== 'AT_TIMESTAMP';
  return isKnown ? { ...shared, startingPosition } : shared;
}

/**
 * Only the handler itself can fail a batch here, or the queues that it parks in. Retries can follow each other within a
 * second: 1,000 outlast an outage of many minutes, and a record that crashes the handler blocks its shard for less than an
 * hour. Then the batch is kept in the failure bucket.
 */
const RETRIES_OF_PARK = { maximumRetryAttempts: 1_000, maximumRecordAgeSeconds: 86_400 };
/** The stream waits for its target, for as long as it keeps the records. */
const RETRIES_OF_BLOCK = { maximumRetryAttempts: -1, maximumRecordAgeSeconds: -1 };

/** How long the mapping retries, which depends on whether a target blocks the stream. */
export function retriesOf(entry: SoundRoute, defaults: Defaults, targets: readonly Target[]) {
  const blocks = targets.some(({ onFailure }) => onFailure === 'block');
  const byDefault = blocks ? RETRIES_OF_BLOCK : RETRIES_OF_PARK;
  const { maximumRetryAttempts, maximumRecordAgeSeconds } = { ...byDefault, ...defaults, ...entry };
  return { maximumRetryAttempts, maximumRecordAgeSeconds };
}
