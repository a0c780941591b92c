/** Remembers, in this environment, who has records that the stream is about to bring again. */
export interface DeliveryMemory {
  /** The ids of those records that a target has; they are forgotten. */
  take(target: string, ids: readonly string[]): ReadonlySet<string>;
  remember(target: string, ids: readonly string[]): void;
}

/** Ids of records, over all targets: some 10 MB. */
const IDS = 100_000;

/**
 * Best effort: a retry may run in another environment, and what was longest ago is forgotten first. The target then gets
 * the records a second time.
 */
export function createDeliveryMemory(maximum = IDS): DeliveryMemory {
  /** By target, those that were added to last at the end. */
  const held = new Map<string, Set<string>>();
  let count = 0;

  return {
    take(target, ids) {
      const known = held.get(target);
      if (known === undefined) return NONE;
      const taken = new Set(ids.filter((id) => known.delete(id)));
      count -= taken.size;
      return taken;
    },
    remember(target, ids) {
      if (ids.length === 0) return;
      const known = held.get(target) ?? new Set();
      const before = known.size;
      for (const id of ids) known.add(id);
      count += known.size - before;
      held.delete(target);
      held.set(target, known);
      for (const [oldest, { size }] of held) {
        if (count <= maximum) break;
        held.delete(oldest);
        count -= size;
      }
    },
  };
}

const NONE: ReadonlySet<string> = new Set();
