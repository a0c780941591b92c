import type { StreamSource } from './stream-source.ts';

/**
 * A stream by way of a consumer with enhanced fan-out. Nothing pushes records here: they are read for the consumer,
 * by the local AWS itself, once the role may subscribe.
 */
export function consumerSource(options: {
  /** Reads as the function's execution role. */
  ofRole: StreamSource;
  /** Reads whatever the role may do. */
  ofService: StreamSource;
  /** @throws {AwsError} when the role may not subscribe to a shard as this consumer */
  subscribe: () => void;
}): StreamSource {
  const { ofRole, ofService, subscribe } = options;
  return {
    retentionSeconds: ofRole.retentionSeconds,
    listShards: (signal) => ofRole.listShards(signal),
    async iterator(shardId, position, signal) {
      subscribe();
      return ofService.iterator(shardId, position, signal);
    },
    read: (iterator, signal) => ofService.read(iterator, signal),
  };
}
