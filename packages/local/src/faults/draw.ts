import { createHash } from 'node:crypto';

/** Numbers from 0 to below 1, one after another. */
export type Draw = () => number;

/**
 * The draws for one call at one rule. They follow from the seed, the rule, what is called, and how often that was called
 * before: not from the time, nor from what else is under way. So the same calls meet the same faults again.
 */
export function drawFor(seed: number, rule: number, identity: string, ordinal: number): Draw {
  const hash = createHash('sha256').update(`${seed}\n${rule}\n${identity}\n${ordinal}`).digest();
  let offset = 0;
  return () => {
    if (offset + 4 > hash.length) throw new RangeError(`A call draws ${hash.length / 4} numbers at the most`);
    offset += 4;
    return hash.readUInt32BE(offset - 4) / 2 ** 32;
  };
}
