import { isDeepStrictEqual } from 'node:util';
import type { Deployment } from '../assembly/read-deployment.ts';
import {
  type Accepted,
  acceptQueue,
  acceptStream,
  type MappingParts,
  type Running,
} from './accept-mapping.ts';
import type { Positions } from './stream/stream-mapping-options.ts';

/** The event source mappings of all accounts: of streams, and of queues. */
export function createMappings(parts: MappingParts) {
  const running = new Map<string, { madeFrom: object; mapping: Running }>();
  /** Those that are about to end, too. */
  const all = new Set<Running>();
  /** Where drained mappings left off. */
  const left = new Map<string, { source: object; positions: Positions | undefined }>();
  let stopped = false;

  const drain = async (id: string, one: Running, source: object | undefined) => {
    running.delete(id);
    const positions = await one.drain();
    all.delete(one);
    if (source !== undefined) left.set(id, { source, positions });
  };

  const start = async (next: Accepted, before: Promise<void> | undefined) => {
    await before;
    if (stopped) return;
    const place = left.get(next.id);
    const goesOn = place !== undefined && isDeepStrictEqual(place.source, next.source);
    left.delete(next.id);
    const mapping = await next.create(goesOn ? place.positions : undefined);
    all.add(mapping);
    await mapping.start();
    running.set(next.id, { madeFrom: next.madeFrom, mapping });
    if (stopped) await mapping.stop();
  };

  const change = async (accepted: readonly Accepted[]) => {
    const enabled = new Map(accepted.filter((mapping) => mapping.enabled).map((next) => [next.id, next]));
    const isAsBefore = (id: string, madeFrom: object) =>
      isDeepStrictEqual(madeFrom, enabled.get(id)?.madeFrom);
    const outdated = [...running].filter(([id, { madeFrom }]) => !isAsBefore(id, madeFrom));
    const sources = new Map(accepted.map(({ id, source }) => [id, source]));
    for (const id of left.keys()) if (!sources.has(id)) left.delete(id);

    const drained = new Map(outdated.map(([id, { mapping }]) => [id, drain(id, mapping, sources.get(id))]));
    const starts = [...enabled].filter(([id]) => !running.has(id));
    await Promise.all([...drained.values(), ...starts.map(([id, next]) => start(next, drained.get(id)))]);
  };

  return {
    /**
     * Checks the mappings of an assembly. Changes nothing.
     *
     * @returns changes the running mappings to these: equal ones go on undisturbed, and changed ones go on from where they were
     * @throws {AwsError} as AWS does for a mapping that it cannot make
     */
    prepare(deployment: Deployment) {
      const { queueMappings, mappings } = deployment.deployed;
      const accepted = [
        ...queueMappings.map((mapping) => acceptQueue(mapping, deployment, parts)),
        ...mappings.map((mapping) => acceptStream(mapping, deployment, parts)),
      ];
      return () => change(accepted);
    },
    async stop() {
      stopped = true;
      await Promise.allSettled([...all].map((mapping) => mapping.stop()));
    },
  };
}
