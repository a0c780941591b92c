import type { DeployedMapping } from '../../assembly/deployed.ts';
import type { Positions } from './stream-mapping-options.ts';
import type { SourceShard, StreamPosition } from './stream-source.ts';

/** A shard to read, and where to start. */
export interface ShardStart {
  id: string;
  position: StreamPosition;
}

/**
 * Decides which shards a mapping reads: a child only after its parents' ends, so that order holds through a resharding.
 *
 * @param positions where another mapping left off
 */
export function createShardOrder(
  {
    startingPosition,
    startingTimestamp = 0,
  }: Pick<DeployedMapping, 'startingPosition' | 'startingTimestamp'>,
  positions: Positions | undefined,
) {
  const started = new Set<string>();
  const finished = new Set<string>();
  /** Shards that were there before the mapping; undefined until they are known. */
  let first: ReadonlySet<string> | undefined;

  /** Nothing will come to a closed shard: a mapping that starts at the latest record does not read it. */
  const leaveClosed = (shards: readonly SourceShard[]) => {
    if (startingPosition !== 'LATEST') return;
    const parentsOf = new Map(shards.map(({ id, parentIds }) => [id, parentIds]));
    /** It, or one that it came from. */
    const wasRead = (id: string): boolean =>
      positions?.has(id) || (parentsOf.get(id)?.some(wasRead) ?? false);
    for (const { id, closed } of shards) if (closed && !wasRead(id)) finished.add(id);
  };

  /** A shard that is newer than the mapping is read from its start, so that no record is skipped. */
  const positionOf = (shardId: string, isFirstLook: boolean): StreamPosition => {
    if (startingPosition === 'AT_TIMESTAMP' && first?.has(shardId))
      return { type: startingPosition, timestamp: startingTimestamp * 1000 };
    const isLatest = startingPosition === 'LATEST' && isFirstLook && positions === undefined;
    return { type: isLatest ? 'LATEST' : 'TRIM_HORIZON' };
  };

  return {
    /** The shards to start now, of all that the stream has. Each is returned once. */
    next(shards: readonly SourceShard[]): ShardStart[] {
      const isFirstLook = first === undefined;
      if (isFirstLook) {
        first = new Set(shards.map(({ id }) => id));
        leaveClosed(shards);
      }
      const listed = new Set(shards.map(({ id }) => id));
      const isReady = ({ id, parentIds }: SourceShard) =>
        !started.has(id) &&
        !finished.has(id) &&
        parentIds.every((parent) => !listed.has(parent) || finished.has(parent));
      const ready = shards.filter(isReady);
      for (const { id } of ready) started.add(id);
      return ready.map(({ id }) => ({ id, position: positions?.get(id) ?? positionOf(id, isFirstLook) }));
    },
    /** A shard was read to its end. */
    finish: (shardId: string) => void finished.add(shardId),
  };
}
