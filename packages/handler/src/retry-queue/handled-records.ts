import type { Item } from '../records/pack.ts';
import type { Letter } from './letter.ts';

/**
 * Remembers, in this environment, which records of a letter their target has, where the rest could not be kept elsewhere: the
 * message comes back with all of them.
 */
export interface HandledRecords {
  /** Whether the target has the record from each of these letters. */
  has(letters: readonly Letter[], item: Item): boolean;
  /** Notes what the target has of a letter that comes back. */
  note(letter: Letter, items: readonly Item[]): void;
}

/** Letters whose records are remembered; the one that was noted first goes first. */
const LETTERS = 1_000;

export function createHandledRecords(): HandledRecords {
  const handled = new Map<string, Set<string>>();
  return {
    has: (letters, item) =>
      handled.size > 0 && letters.every((letter) => handled.get(keyOf(letter))?.has(item.id) ?? false),
    note(letter, items) {
      const key = keyOf(letter);
      const ids = handled.get(key) ?? new Set<string>();
      for (const { id } of items) ids.add(id);
      handled.delete(key);
      handled.set(key, ids);
      for (const oldest of handled.keys()) {
        if (handled.size <= LETTERS) break;
        handled.delete(oldest);
      }
    },
  };
}

/** Two messages that agree in all of this hold the same records. */
function keyOf({ parked, hops }: Letter): string {
  const { target, streamArn, shardId, firstSequenceNumber, lastSequenceNumber, count, parkedAt } = parked;
  return JSON.stringify([
    target,
    streamArn,
    shardId,
    firstSequenceNumber,
    lastSequenceNumber,
    count,
    parkedAt,
    hops,
  ]);
}
