import { stopSignal } from '../../shared/abort.ts';
import { type Checkpoint, createCheckpoint } from './checkpoint.ts';
import { runShard } from './run-shard.ts';
import { createShardOrder, type ShardStart } from './shard-order.ts';
import type { Positions, StreamMappingOptions } from './stream-mapping-options.ts';

const DISCOVER_MS = 2_000;

/** Reads a stream into batches for a function, shard by shard, as Lambda's event source mapping does. */
export function createStreamMapping(options: StreamMappingOptions) {
  const { mapping, source, clock, onProblem, monitor, positions } = options;
  const stopped = stopSignal();
  /** Aborts when nobody waits for the function any more. */
  const abandoned = stopSignal();
  const { signal } = stopped;
  const order = createShardOrder(mapping, positions);
  const checkpoints = new Map<string, Checkpoint>();
  /** Each shard that was started; resolves at its end. */
  const shards: Promise<void>[] = [];
  const started = Promise.withResolvers<void>();
  let running: Promise<void> | undefined;

  const startShard = ({ id: shardId, position }: ShardStart): Promise<void> => {
    const positioned = Promise.withResolvers<void>();
    const checkpoint = createCheckpoint(position);
    checkpoints.set(shardId, checkpoint);
    const onPositioned = () => {
      checkpoint.fix(clock.now());
      positioned.resolve();
    };
    const run = { shardId, checkpoint, onPositioned, signal, abandoned: abandoned.signal };
    shards.push(
      runShard(options, run).then(
        () => order.finish(shardId),
        (error: unknown) => {
          if (!signal.aborted) onProblem(`Shard ${shardId} stopped: ${String(error)}`);
        },
      ),
    );
    return positioned.promise;
  };

  const discover = async () => {
    for (;;) {
      try {
        const starts = order.next(await source.listShards(signal));
        void Promise.all(starts.map(startShard)).then(() => started.resolve());
      } catch (error) {
        started.resolve();
        if (signal.aborted) return;
        const { name, message } = error as Error;
        const problem = `The shards of ${mapping.eventSourceArn} cannot be listed: ${name}: ${message}`;
        monitor.failed(problem);
        onProblem(problem);
      }
      await clock.sleep(DISCOVER_MS, signal);
    }
  };

  const end = async () => {
    stopped.abort();
    started.resolve();
    await Promise.allSettled([running, ...shards]);
  };

  return {
    /** Resolves once every shard of the stream is read from a fixed place, or cannot be read for now. */
    start() {
      running = discover();
      return started.promise;
    },
    stop() {
      abandoned.abort();
      return end();
    },
    /** Stops once the function has answered for the batches that it has; resolves with where another mapping may go on. */
    async drain(): Promise<Positions> {
      await end();
      return new Map(Array.from(checkpoints, ([shardId, { position }]) => [shardId, position]));
    },
  };
}
